/** Moving to Redis: nothing is lost, nothing is written without need, and nobody is at work meanwhile. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lowdbSite, redisSite, START, type TestStore } from '../../../tests/contracts/store-harness.ts';
import { counter, post, register, report, take } from '../../../tests/contracts/store-steps.ts';
import { noRedis, startRedis, type TestRedis } from '../../../tests/support/process/redis.ts';
import { because } from '../../../tests/support/requirements.ts';
import { ownFolder } from '../data-folder.ts';
import { migrate } from './migrate.ts';
import { MOVED_NOTE } from './moved-note.ts';

const reason = noRedis();
const picture = `data:image/png;base64,${'A'.repeat(5_000)}`;

describe.skipIf(reason !== undefined)(`npm run migrate${because(reason)}`, () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.remove());

  /** A shop after a day's work, and its relay stopped. */
  async function filled(posts = 40) {
    const site = lowdbSite({ rules: { queuePolicy: 'fifo' } });
    const { store, close } = await site.open();
    await counter(store, 'd1', 'a1');
    await counter(store, 'd2', 'a2');
    await register(store, 'd3');
    const { code } = await store.createPairing('d3');
    const ids: string[] = [];
    for (let n = 0; n < posts; n++) {
      const { commandId } = await post(store, 'a1', `qr ${n}`, { picture, policyNumber: `P${n % 7}`, key: `k${n}` });
      ids.push(commandId);
      if (n < posts - 10) await store.cancel(commandId, 'app');
    }
    await take(store, 'd1');
    await report(store, 'd1', ids[posts - 10], 'success');
    site.now += 60_000;
    const answers = await answersOf({ store, close }, ids);
    await close();
    writeFileSync(join(site.dir, 'keys.json'), '{"app":"app_1234567890"}');
    return { site, ids, answers, code };
  }

  async function answersOf({ store }: TestStore, ids: readonly string[]): Promise<unknown> {
    const devices = [...(await store.devices())].map(({ device }) => device);
    devices.sort((one, other) => one.deviceId.localeCompare(other.deviceId));
    const all = { from: 0, to: START * 2, limit: 10_000 };
    return {
      devices,
      commands: await Promise.all(ids.map((id) => store.command(id))),
      history: (await store.history(all)).map(({ commandId }) => commandId).sort(),
      audit: (await store.audit(all)).map(({ action, deviceId }) => `${action} ${deviceId}`).sort(),
    };
  }

  const move = (dataDir: string, target: { prefix: string; now: number }, isDryRun = false) =>
    migrate(
      { dataDir, storeUrl: redis.url, historyDays: 7 },
      { isDryRun, prefix: target.prefix, now: () => target.now, say: () => undefined },
    );

  it('moves displays, links, open commands with their pictures, history, audit, keys; the queue goes on where it was', async () => {
    const { site, ids, answers, code } = await filled(450);
    const target = redisSite(() => redis, { rules: { queuePolicy: 'fifo' } });
    target.now = site.now;
    const counts = await move(site.dir, target);
    expect(counts).toMatchObject({ displays: 3, openCommands: 10, pictures: 10, history: 440, damage: [] });
    const moved = await target.open();
    try {
      expect(await answersOf(moved, ids)).toEqual(answers);
      expect((await take(moved.store, 'd1')).map((one) => [one.command_id, one.qr_image])).toEqual([
        [ids[441], picture],
      ]);
      expect((await post(moved.store, 'a1', 'qr 5', { key: 'k5' })).commandId).toBe(ids[5]);
      await moved.store.link({
        agentId: 'a3',
        agentName: null,
        display: { kind: 'pairing_code', code },
        takeover: false,
        by: 'app',
      });
      expect((await moved.store.paid({ kind: 'policy', value: 'P0' })).paidCommandId).toBe(ids[448]);
      target.now += 10 * 60_000;
      await moved.store.sweep();
      expect((await moved.store.command(ids[449])).state).toBe('expired');
    } finally {
      await moved.close();
    }
    expect(existsSync(join(site.dir, MOVED_NOTE))).toBe(true);
    await expect(
      move(
        site.dir,
        redisSite(() => redis),
      ),
    ).rejects.toThrow(/have moved already/);
    await site.remove();
  });

  it('a dry run counts and changes nothing', async () => {
    const { site } = await filled();
    const target = redisSite(() => redis);
    target.now = site.now;
    expect(await move(site.dir, target, true)).toMatchObject({ displays: 3, history: 30 });
    expect(existsSync(join(site.dir, MOVED_NOTE))).toBe(false);
    const untouched = await target.open();
    expect(await untouched.store.devices()).toEqual([]);
    await untouched.close();
    await site.remove();
  });

  it('refuses a folder that a relay uses, a Redis that one uses, a Redis with a store, and a folder without one', async () => {
    const { site } = await filled();
    const target = redisSite(() => redis);
    target.now = site.now;
    const running = join(site.dir, 'lock');
    writeFileSync(running, `1 ${startOfInit()}\n`);
    await expect(move(site.dir, target)).rejects.toThrow(/Another relay \(process 1\) uses/);
    rmSync(running);
    const other = await target.open();
    await expect(move(site.dir, target)).rejects.toThrow(/A relay is running on this Redis/);
    await register(other.store, 'd9');
    await other.close();
    // What `open-redis.ts` notes at a relay's first start.
    await withClient(
      async (client) => void (await client.set(`${target.prefix}about`, '{"layout":1,"state":"ready"}')),
    );
    await expect(move(site.dir, target)).rejects.toThrow(/already holds a store/);
    rmSync(join(site.dir, 'journal'), { recursive: true });
    await expect(move(site.dir, target)).rejects.toThrow(/There is no store in/);
    const lock = await ownFolder(site.dir);
    await lock.release();
    await site.remove();
  });

  it('an interrupted migration is refused by relays, and begun anew by the next run', async () => {
    const { site, ids, answers } = await filled();
    const target = redisSite(() => redis);
    target.now = site.now;
    await withClient(async (client) => {
      await client.set(`${target.prefix}about`, '{"layout":1,"state":"migrating"}');
      await client.sAdd(`${target.prefix}devices`, 'half');
      await client.zAdd(`${target.prefix}audit`, { score: 1, value: 'half' });
    });
    await move(site.dir, target);
    const moved = await target.open();
    expect(await answersOf(moved, ids)).toEqual(answers);
    await moved.close();
    await site.remove();
  });

  async function withClient(work: (client: ReturnType<typeof connect>) => Promise<void>): Promise<void> {
    const client = connect(redis.url);
    await client.connect();
    await work(client);
    await client.close();
  }
});

const connect = (url: string) => createClient({ url });

/** As lock.ts names a process. */
function startOfInit(): string {
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return `${boot}-${readFileSync('/proc/1/stat', 'utf8').split(') ')[1]?.split(' ')[19] ?? ''}`;
}
