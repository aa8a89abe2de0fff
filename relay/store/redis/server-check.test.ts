import { expect, it } from 'vitest';
import { checkServer } from './server-check.ts';

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
