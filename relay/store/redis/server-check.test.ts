import { expect, it } from 'vitest';
import { checkServer, onlineReplicas } from './server-check.ts';

/** Answers INFO as a server with these facts would, in one section. */
const server = (facts: Record<string, string>) => ({
  info: (async (section: string) =>
    section === 'server'
      ? `# Server\r\n${Object.entries(facts)
          .map(([name, value]) => `${name}:${value}`)
          .join('\r\n')}\r\n`
      : '') as never,
});
const good = {
  redis_version: '7.0.15',
  redis_mode: 'standalone',
  maxmemory: '0',
  maxmemory_policy: 'noeviction',
  aof_enabled: '1',
};

it('takes a durable server that does not evict', async () => {
  expect(await checkServer(server(good))).toEqual({ version: '7.0.15', warnings: [] });
  expect(await checkServer(server({ ...good, maxmemory: '1000000' }))).toMatchObject({ warnings: [] });
  expect(await checkServer(server({ ...good, redis_version: '6.2.0' }))).toMatchObject({ warnings: [] });
});

it('counts the replicas that follow, and refuses fewer than asked for', async () => {
  const following = { slave0: 'ip=a,port=1,state=online,offset=5', slave1: 'ip=b,port=1,state=wait_bgsave,offset=0' };
  const master = {
    info: (async (section: string) =>
      (section === 'replication' ? Object.entries(following) : Object.entries(good))
        .map(([name, value]) => `${name}:${value}`)
        .join('\r\n')) as never,
  };
  expect(await onlineReplicas(master)).toBe(1);
  expect(await checkServer(master, 1)).toMatchObject({ version: '7.0.15' });
  await expect(checkServer(master, 2)).rejects.toThrow('1 replicas follow it, and REDIS_REPLICAS asks for 2');
});

it('warns of what may become a loss', async () => {
  const { warnings } = await checkServer(server({ ...good, maxmemory_policy: 'allkeys-lru', aof_enabled: '0' }));
  expect(warnings.join(' ')).toMatch(/maxmemory-policy is allkeys-lru.*appendonly is off/);
});

it('refuses what would lose data, with a sentence', async () => {
  const refused = (facts: object) => checkServer(server({ ...good, ...facts }));
  await expect(refused({ redis_version: '6.0.16' })).rejects.toThrow(/6\.0\.16.*6\.2 or newer/);
  await expect(refused({ redis_version: '5.0.3' })).rejects.toThrow(/6\.2 or newer/);
  await expect(refused({ redis_mode: 'cluster' })).rejects.toThrow(/cluster/);
  for (const policy of ['allkeys-lru', 'volatile-ttl', 'volatile-lru'])
    await expect(refused({ maxmemory: '1', maxmemory_policy: policy })).rejects.toThrow(/set it to noeviction/);
});
