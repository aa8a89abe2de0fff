/** Two relays of one Redis with settings that differ say so: in /health, to the admin page, in the log. */
import { afterEach, describe, expect, it } from 'vitest';
import { noRedis, startRedis, type TestRedis } from '../support/process/redis.ts';
import { KEYS, RelayApp } from '../support/relay-app.ts';
import { because } from '../support/requirements.ts';
import { eventually } from '../support/wait.ts';

const why = noRedis();
/** A relay looks every five seconds. */
const LOOKS = { timeoutMs: 15_000 };

describe.skipIf(why !== undefined)(`relays of one Redis${because(why)}`, { timeout: 60_000 }, () => {
  let redis: TestRedis;
  let relays: RelayApp[] = [];
  async function start(env: Readonly<Record<string, string>> = {}): Promise<RelayApp> {
    const relay = await RelayApp.start({ env: { STORE_URL: redis.url, ...env } });
    relays.push(relay);
    return relay;
  }
  afterEach(async () => {
    for (const relay of relays) await relay.stop();
    relays = [];
    await redis.remove();
  });
  const said = async (relay: RelayApp): Promise<unknown[]> => [
    (await relay.get('/health')).body.notices as unknown,
    (await relay.get('/list', KEYS.admin)).body.stats.notices as unknown,
  ];

  it('name the settings that differ, at both, until they are alike or the other one is gone', async () => {
    redis = await startRedis();
    const one = await start();
    expect(await said(one)).toEqual([undefined, undefined]);
    const secret = 'another-enrol-key-0123456789';
    const other = await start({ QUEUE_POLICY: 'fifo', ENROL_KEYS: secret, LOG_LEVEL: 'warn' });
    const notice = { kind: 'settings_differ', settings: ['ENROL_KEYS', 'QUEUE_POLICY'], relays: 1 };
    expect(await said(other)).toEqual([[notice], [notice]]);
    await eventually(async () => expect(await said(one)).toEqual([[notice], [notice]]), LOOKS);
    for (const relay of [one, other]) {
      expect((await relay.get('/health')).status).toBe(200);
      const line = { level: 40, settings: notice.settings, relays: [expect.stringMatching(/:\d+$/) as unknown] };
      expect(relay.logged).toContainEqual(expect.objectContaining(line));
    }
    const kept = await redis.everything('counterqr:relays');
    expect(kept).toContain('QUEUE_POLICY');
    for (const hidden of [secret, KEYS.enrol, KEYS.admin, 'fifo']) expect(kept).not.toContain(hidden);

    await other.stop();
    relays = [one];
    await eventually(async () => expect(await said(one)).toEqual([undefined, undefined]), LOOKS);
  });

  it('with the same settings say nothing', async () => {
    redis = await startRedis();
    const both = [await start(), await start()];
    for (const relay of both) expect(await said(relay)).toEqual([undefined, undefined]);
  });
});
