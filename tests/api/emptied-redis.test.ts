/**
 * Redis loses everything behind the relays' backs. Nothing is acknowledged or denied until a person says so; then both
 * go on.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DURABLE, noRedis, startRedis, type TestRedis } from '../support/process/redis.ts';
import { KEYS, RelayApp } from '../support/relay-app.ts';
import { removeFolder } from '../support/remove-folder.ts';
import { because } from '../support/requirements.ts';
import { eventually, until } from '../support/wait.ts';

const why = noRedis();
const NOT_KEPT = ['--appendonly', 'no'];

describe.skipIf(why !== undefined)(`Redis was emptied${because(why)}`, { timeout: 60_000 }, () => {
  let redis: TestRedis;
  let folders: string[];
  let relays: RelayApp[];

  const start = (folder: string) => RelayApp.start({ env: { STORE_URL: redis.url, DATA_DIR: folder } });
  async function two(options: readonly string[]): Promise<[RelayApp, RelayApp]> {
    redis = await startRedis(options);
    const [one, other] = [await start(folders[0]), await start(folders[1])];
    relays = [one, other];
    return [one, other];
  }
  const health = async (relay: RelayApp): Promise<string> => {
    const { status, body } = await relay.get('/health');
    return `${status} ${body.status}`;
  };
  const accept = (relay: RelayApp, key: string = KEYS.admin) => relay.post('/store/accept-empty', {}, key);

  beforeEach(() => {
    folders = [0, 1].map(() => mkdtempSync(join(tmpdir(), 'counterqr-emptied-')));
    relays = [];
  });
  afterEach(async () => {
    for (const relay of relays) await relay.stop();
    await redis.remove();
    for (const folder of folders) removeFolder(folder);
  });

  it('while posts run at two relays: none is acknowledged afterwards, and none that was is denied', async () => {
    const [one, other] = await two(DURABLE);
    const token = await one.counter('7', 'd7');
    await other.poll('d7', token);
    const acknowledged: string[] = [];
    let isOver = false;
    const posting = [one, other].flatMap((relay) =>
      Array.from({ length: 4 }, async () => {
        while (!isOver) {
          const { status, body } = await relay.post('/qr', { agent_id: '7', qr_text: 'pay' }, KEYS.app);
          if (status === 200) acknowledged.push(body.command_id as string);
          else expect([status, body.code]).toEqual([503, 'store_unavailable']);
        }
      }),
    );
    await until('posts are answered', () => acknowledged.length > 40);
    await redis.empty();
    await eventually(async () =>
      expect([await health(one), await health(other)]).toEqual(Array(2).fill('503 store_emptied')),
    );
    isOver = true;
    await Promise.all(posting);

    expect(await redis.keys('counterqr:command:')).toEqual([]);
    expect(await redis.keys('counterqr:device:')).toEqual([]);
    for (const relay of [one, other]) {
      expect((await relay.get('/health')).body.error).toContain('was emptied');
      for (const id of [acknowledged[0], acknowledged.at(-1)]) {
        const { status, body } = await relay.get(`/command/${id}`, KEYS.app);
        expect([status, body.error]).toEqual([503, expect.stringContaining('was emptied')]);
      }
      // A kiosk that were told that it is unknown would register again.
      expect((await relay.get('/poll?device_id=d7', token)).status).toBe(503);
      expect((await relay.get('/list', KEYS.admin)).status).toBe(503);
      expect((await relay.get('/history', KEYS.admin)).status).toBe(503);
      const registration = { device_id: 'd8', computer_name: 'D8' };
      expect((await relay.post('/register', registration, KEYS.enrol)).status).toBe(503);
    }
    expect(one.logged).toContainEqual(
      expect.objectContaining({ level: 50, msg: expect.stringContaining('emptied') as unknown }),
    );
  });

  it('an admin accepts it at one relay, once; both go on, and the audit says who it was', async () => {
    const [one, other] = await two(DURABLE);
    await one.counter('7', 'd7');
    expect((await accept(one)).body).toEqual({ success: true, accepted: false });
    await redis.empty();
    await eventually(async () => expect(await health(other)).toBe('503 store_emptied'));
    expect((await accept(one, KEYS.app)).status).toBe(403);
    const answers = await Promise.all([accept(one), accept(other)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(answers.filter(({ body }) => body.accepted === true)).toHaveLength(1);
    await eventually(async () =>
      expect([await health(one), await health(other)]).toEqual(['200 online', '200 online']),
    );

    const token = await other.counter('7', 'd7');
    const command = await one.qr('7');
    expect(await other.poll('d7', token)).toMatchObject([{ command_id: command }]);
    const { entries } = (await other.get('/audit', KEYS.admin)).body as { entries: Record<string, unknown>[] };
    expect(entries.filter(({ action }) => action === 'store_accepted')).toMatchObject([{ by: 'admin', device_id: '' }]);
  });

  it('it comes back without its file: the same, and a relay that was away follows the others when it starts', async () => {
    const [one, other] = await two(NOT_KEPT);
    await one.counter('7', 'd7');
    await other.stop();
    for (let time = 0; time < 2; time++) {
      await redis.stop();
      await redis.start();
      await eventually(async () => expect(await health(one)).toBe('503 store_emptied'));
      expect((await accept(one)).body.accepted).toBe(true);
      await eventually(async () => expect(await health(one)).toBe('200 online'));
    }
    relays = [one, await start(folders[1])];
    expect(await health(relays[1])).toBe('200 online');
    await relays[1].counter('7', 'd7');
    await one.qr('7');
  });

  it('it was emptied while no relay ran: they start, and ask a person', async () => {
    const [one, other] = await two(DURABLE);
    await one.counter('7', 'd7');
    await one.stop();
    await other.stop();
    await redis.empty();
    relays = [await start(folders[0]), await start(folders[1])];
    const [again, otherAgain] = relays;
    expect([await health(again), await health(otherAgain)]).toEqual(Array(2).fill('503 store_emptied'));
    expect((await accept(otherAgain)).body.accepted).toBe(true);
    await eventually(async () => expect(await health(again)).toBe('200 online'));
  });

  it('it is killed and comes back with its file: nobody is asked', async () => {
    const [one, other] = await two(DURABLE);
    await one.counter('7', 'd7');
    const command = await one.qr('7');
    await redis.stop('SIGKILL');
    await redis.start();
    await eventually(async () =>
      expect([await health(one), await health(other)]).toEqual(['200 online', '200 online']),
    );
    expect((await other.get(`/command/${command}`, KEYS.app)).body.state).toBe('pending');
    expect([one, other].flatMap(({ logged }) => logged).filter(({ level }) => level === 50)).toEqual([]);
  });
});
