/** What only a store that several relays share has to do. The rest: tests/contracts/store-redis.test.ts. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { createClient } from 'redis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { redisSite, RULES, type Site, type TestStore } from '../../../tests/contracts/store-harness.ts';
import { counter, post, refusal, report, take } from '../../../tests/contracts/store-steps.ts';
import { DURABLE, noRedis, startRedis, type TestRedis } from '../../../tests/support/process/redis.ts';
import { because } from '../../../tests/support/requirements.ts';
import { until } from '../../../tests/support/wait.ts';
import { loadKeys } from '../../auth/keys.ts';
import { newToken, sendCommit } from './commit.ts';
import type { RedisClient } from './client.ts';
import { openRedis } from './open-redis.ts';

const reason = noRedis();
const settingsOf = (storeUrl: string) => ({
  ...{ historyDays: 7, redisReplicas: 0, rules: RULES, storeUrl },
  dataDir: mkdtempSync(join(tmpdir(), 'counterqr-memory-')),
});
const silent = pino({ level: 'silent' });
const events = { onWritten: () => undefined };

describe.skipIf(reason !== undefined)(`several relays on one Redis${because(reason)}`, { timeout: 60_000 }, () => {
  let redis: TestRedis;
  const opened: TestStore[] = [];
  beforeAll(async () => {
    redis = await startRedis(DURABLE);
  });
  afterAll(() => redis.remove());
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close();
  });

  async function two(): Promise<{
    site: Site & { prefix: string };
    one: TestStore['store'];
    other: TestStore['store'];
  }> {
    const site = redisSite(() => redis, { rules: { queuePolicy: 'fifo', maxQueuedPerDevice: 1_000 } });
    opened.push(await site.open(), await site.open());
    return { site, one: opened[0].store, other: opened[1].store };
  }

  async function withClient<T>(work: (client: RedisClient) => Promise<T>): Promise<T> {
    const client: RedisClient = createClient({ url: redis.url, RESP: 3 });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.close();
    }
  }

  /** How often Redis was asked for records, by all. */
  const reads = (): Promise<number> =>
    withClient(async (client) => Number(/cmdstat_mget:calls=(\d+)/.exec(await client.info('commandstats'))?.[1] ?? 0));

  it('what one relay writes, the other one knows at once, its waiting polls are woken, and its cache is not in the way', async () => {
    const { one, other } = await two();
    await counter(one, 'd1', 'a1');
    expect(await other.device('d1')).toMatchObject({ deviceId: 'd1' });
    let woken = false;
    other.watch(({ deviceIds }) => {
      woken ||= deviceIds.includes('d1');
    });
    const { commandId } = await post(one, 'a1', 'pay');
    await until('the other relay is told', () => woken, { everyMs: 1 });
    // From its cache, without asking.
    await other.device('d1');
    expect((await take(other, 'd1')).map(({ command_id }) => command_id)).toEqual([commandId]);
    expect(await take(one, 'd1')).toEqual([]);
    await report(one, 'd1', commandId, 'success');
    expect((await other.command(commandId)).state).toBe('displayed');
  });

  it('an empty poll of a known display asks Redis nothing', async () => {
    const { one } = await two();
    await counter(one, 'd1', 'a1');
    await one.device('d1');
    expect(one.device('d1')).not.toBeInstanceOf(Promise);
    expect(one.claim('d1')).toBeUndefined();
  });

  it('presence is shared: a display that polls one relay is online for the other', async () => {
    const { site, one, other } = await two();
    await counter(one, 'd1', 'a1');
    expect(await other.isOnline('d1')).toBe(false);
    one.recordPoll('d1', { display: 'ready' });
    await until('the other relay sees it', () => other.isOnline('d1'));
    expect(await other.presence('d1')).toMatchObject({ display: 'ready', lastPollAt: site.now });
    expect((await other.devices())[0]).toMatchObject({ online: true });
    expect((await post(other, 'a1', 'pay')).deviceOnline).toBe(true);
    site.now += 9_001;
    expect(await other.isOnline('d1')).toBe(false);
    await other.removeDevice('d1', 'admin');
    expect(await other.presence('d1')).toMatchObject({ lastPollAt: 0 });
  });

  it('many posts to one display over two relays: all are in the queue, in the order that one of them was answered', async () => {
    const { one, other } = await two();
    await counter(one, 'd1', 'a1');
    const posts = Array.from({ length: 100 }, (_, n) => post(n % 2 ? one : other, 'a1', `qr ${n}`));
    const ids = (await Promise.all(posts)).map(({ commandId }) => commandId);
    expect(new Set(ids).size).toBe(100);
    const device = await one.device('d1');
    expect(device?.open.map(({ commandId }) => commandId).sort()).toEqual([...ids].sort());
  });

  it('two relays sweep at the same moment: each end is written once', async () => {
    const { site, one, other } = await two();
    for (let n = 0; n < 10; n++) {
      await counter(one, `d${n}`, `a${n}`);
      await post(one, `a${n}`, 'pay');
    }
    site.now += RULES.commandTtlMs;
    await Promise.all([one.sweep(), other.sweep()]);
    const ended = await one.history({ from: 0, to: site.now, limit: 100 });
    expect(ended.map(({ reason: why }) => why)).toEqual(Array.from({ length: 10 }, () => 'expired_undelivered'));
  });

  it('a pairing code is found in a handful of reads, although it is drawn by chance', async () => {
    const { one } = await two();
    await counter(one, 'd1', 'a1');
    const before = await reads();
    expect((await one.createPairing('d1')).code).toHaveLength(6);
    expect((await reads()) - before).toBeLessThan(10);
  });

  it('a request for enrolment reads all that wait at once, not one by one', async () => {
    const { one } = await two();
    const ask = (n: number) =>
      one.requestEnrolment({
        ...{ requestId: `r${n}`, secretHash: `h${n}`, deviceId: `d${n}` },
        ...{ computerName: `PC-${n}`, address: `192.0.2.${n}` },
      });
    for (let n = 0; n < 20; n++) await ask(n);
    const before = await reads();
    await ask(20);
    expect((await reads()) - before).toBeLessThan(5);
    expect(await one.enrolments()).toHaveLength(21);
  });

  it("customers' data leave with their command: nothing that Redis holds has name, text or picture afterwards", async () => {
    const { site, one } = await two();
    const picture = `data:image/png;base64,${'QUJD'.repeat(40)}`;
    await counter(one, 'd1', 'a1');
    const { commandId } = await post(one, 'a1', 'https://pay.example/8842', { picture, policyNumber: 'P1' });
    await take(one, 'd1');
    await report(one, 'd1', commandId, 'success');
    const secrets = ['Jane Doe', 'https://pay.example/8842', picture];
    const holds = async (text: string): Promise<boolean> => (await redis.everything(site.prefix)).includes(text);
    for (const secret of secrets) expect(await holds(secret), secret).toBe(true);
    await report(one, 'd1', commandId, 'cleared', 'timeout');
    expect((await one.history({ from: 0, to: site.now, limit: 10 })).map((ended) => ended.commandId)).toEqual([
      commandId,
    ]);
    expect(await holds(commandId)).toBe(true);
    for (const secret of secrets) expect(await holds(secret), secret).toBe(false);
  });

  it('Redis is killed and comes back: calls under way are answered, waiting ones are told to look again, nothing is lost', async () => {
    const { one, other } = await two();
    await counter(one, 'd1', 'a1');
    await one.device('d1');
    let uncertain = 0;
    other.watch(({ isUncertain }) => {
      if (isUncertain === true) uncertain++;
    });
    const before = await post(one, 'a1', 'before');
    const keep = await Promise.all([
      redis.stop('SIGKILL'),
      post(one, 'a1', 'during', { key: 'k' }).catch(() => undefined),
    ]);
    const underway = post(one, 'a1', 'during', { key: 'k' });
    await redis.start();
    const during = await underway;
    if (keep[1]) expect(keep[1].commandId).toBe(during.commandId);
    await until('the other relay looks again', () => uncertain > 0);
    const after = await post(other, 'a1', 'after');
    const device = await other.device('d1');
    expect(device?.open.map(({ commandId }) => commandId)).toEqual(
      [before, during, after].map(({ commandId }) => commandId),
    );
  });

  it('while Redis is away, calls are refused with a code and health says so', async () => {
    const { one } = await two();
    await counter(one, 'd1', 'a1');
    await redis.stop('SIGKILL');
    try {
      expect(await refusal(post(one, 'a1', 'pay'))).toBe('store_unavailable');
      expect(await one.health()).toEqual({ writable: false, damage: [] });
    } finally {
      await redis.start();
    }
    await until('it is well again', async () => (await one.health()).writable);
    expect((await one.device('d1'))?.open).toEqual([]);
  });

  it('a commit whose answer was lost is sent again and happens once; one that was overtaken does not happen', async () => {
    await withClient(async (client) => {
      const commit = { receipt: `x:${newToken()}`, seen: new Map([['x:n', '']]), commands: [['INCR', 'x:n']] };
      expect(await sendCommit(client, commit)).toBeUndefined();
      expect(await sendCommit(client, commit)).toBeUndefined();
      expect(await client.get('x:n')).toBe('1');
      expect(await sendCommit(client, { ...commit, receipt: 'x:other' })).toBe('x:n');
      await client.scriptFlush();
      expect(
        await sendCommit(client, { ...commit, receipt: 'x:third', seen: new Map([['x:n', '1']]) }),
      ).toBeUndefined();
      expect(await client.get('x:n')).toBe('2');
    });
  });

  it('a damaged record is told and never taken for none', async () => {
    const { site, one } = await two();
    await counter(one, 'd1', 'a1');
    const key = `${site.prefix}agent:a1`;
    await withClient((client) => client.set(key, 'not a record at all'));
    expect(await refusal(post(one, 'a1', 'pay'))).toBe('store_unavailable');
    expect((await one.health()).damage).toEqual([key]);
  });

  it('relays with the same Redis have the same generated keys', async () => {
    const prefix = `keys-${newToken()}:`;
    const both = await Promise.all([1, 2].map(() => openRedis(settingsOf(redis.url), silent, events, prefix)));
    const none = { appKeys: undefined, enrolKeys: undefined, adminKeys: undefined };
    const [first, second] = await Promise.all(both.map(({ vault }) => loadKeys(none, vault)));
    expect(second.keys).toEqual(first.keys);
    for (const { database, close } of both) {
      await close();
      await database.close();
    }
  });

  it('does not start on data of another version, nor on half a migration', async () => {
    const prefix = `about-${newToken()}:`;
    const open = () => openRedis(settingsOf(redis.url), silent, events, prefix);
    await withClient((client) => client.set(`${prefix}about`, '{"layout":99,"state":"ready"}'));
    await expect(open()).rejects.toThrow('its data have layout 99');
    await withClient((client) => client.set(`${prefix}about`, '{"layout":1,"state":"migrating"}'));
    await expect(open()).rejects.toThrow('a migration into it was interrupted');
  });

  it('does not start on a Redis that may evict, nor on one that is not there', async () => {
    const evicting = await startRedis(['--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru']);
    try {
      const settings = settingsOf(evicting.url);
      await expect(openRedis(settings, silent, events)).rejects.toThrow(/maxmemory-policy is allkeys-lru/);
      await evicting.stop();
      await expect(openRedis(settings, silent, events)).rejects.toThrow();
    } finally {
      await evicting.remove();
    }
  });
});
