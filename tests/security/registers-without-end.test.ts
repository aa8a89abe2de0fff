/** Somebody has an enrol key, which is known at every set-up, and registers displays until the disk is full. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noRedis, startRedis, type TestRedis } from '../support/process/redis.ts';
import { onBothStores } from '../support/security/both-stores.ts';
import { KEYS, RelayApp, type Answer } from '../support/relay-app.ts';
import { because } from '../support/requirements.ts';

const DISPLAYS = 12;
const CAPS = { MAX_DISPLAYS: String(DISPLAYS), MAX_DISPLAYS_PER_NAME: '3', MAX_DISPLAYS_PER_HOUR: '10' };

let made = 0;
const register = (relay: RelayApp, computer_name: string, key: string = KEYS.enrol): Promise<Answer> =>
  relay.post('/register', { device_id: `flood-${++made}`, computer_name }, key);

const refusedAs = async (relay: RelayApp, reason: string): Promise<number> => {
  const { text } = await relay.admin('GET', '/metrics');
  const line = `counterqr_registrations_refused_total{reason="${reason}"} `;
  return Number(
    text
      .split('\n')
      .find((one) => one.startsWith(line))
      ?.slice(line.length) ?? 0,
  );
};

onBothStores(
  'registers without end',
  (relay) => {
    it('under one name: one by the key, three in all, and the answer says what to do', async () => {
      const flood: Answer[] = [];
      for (let n = 0; n < 20; n++) flood.push(await register(relay(), 'DESK-1'));
      expect(flood.filter(({ status }) => status === 200)).toHaveLength(1);
      const { status, body } = flood.find((answer) => answer.status !== 200) as Answer;
      expect([status, body.code]).toEqual([409, 'name_taken']);
      expect(body.error).toContain('DESK-1 is registered already. An admin must let this display in');
      const byAdmin = [];
      for (let n = 0; n < 4; n++) byAdmin.push(await register(relay(), 'DESK-1', KEYS.admin));
      expect(byAdmin.map((answer) => answer.body.code as string | undefined)).toEqual([
        undefined,
        undefined,
        'too_many_displays',
        'too_many_displays',
      ]);
      expect(byAdmin[3].body.error).toContain('MAX_DISPLAYS_PER_NAME');
      expect(await refusedAs(relay(), 'name_taken')).toBe(19);
      expect(await refusedAs(relay(), 'MAX_DISPLAYS_PER_NAME')).toBe(2);
    });

    it('under many names: as many an hour as the setting says; refused ones and known ones do not count', async () => {
      const flood: Answer[] = [];
      for (let n = 0; n < 20; n++) flood.push(await register(relay(), `FLOOD-${n}`));
      // One of the ten was DESK-1.
      expect(flood.filter(({ status }) => status === 200)).toHaveLength(9);
      const last = flood.at(-1) as Answer;
      expect([last.status, last.body.code]).toEqual([429, 'rate_limited']);
      expect(last.body.error).toContain('MAX_DISPLAYS_PER_HOUR');
      expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(3_000);
      expect(await refusedAs(relay(), 'MAX_DISPLAYS_PER_HOUR')).toBe(11);
      // A display that is in goes on registering, by its token and the same key.
      const { device_id, device_token } = flood[0].body as { device_id: string; device_token: string };
      const again = { device_id, computer_name: 'FLOOD-0', device_token, version: '2' };
      expect((await relay().post('/register', again, KEYS.enrol)).status).toBe(200);
    });

    it('with whatever key: no more than MAX_DISPLAYS, until one is removed', async () => {
      expect(await relay().deps.store.devices()).toHaveLength(DISPLAYS);
      const full = await register(relay(), 'ONE-MORE', KEYS.admin);
      expect([full.status, full.body.code]).toEqual([409, 'too_many_displays']);
      expect(full.body.error).toContain('MAX_DISPLAYS');
      expect(await refusedAs(relay(), 'MAX_DISPLAYS')).toBe(1);
      const [{ device }] = await relay().deps.store.devices();
      await relay().admin('DELETE', `/device/${device.deviceId}`);
      expect((await register(relay(), 'ONE-MORE', KEYS.admin)).status).toBe(200);
    });
  },
  CAPS,
);

/** Bytes that lowdb has written and not yet forgotten. */
async function bytesIn(folder: string): Promise<number> {
  let sum = 0;
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true }))
    if (entry.isFile()) sum += (await stat(join(entry.parentPath, entry.name))).size;
  return sum;
}

/** Displays that register before, between and after the two looks. */
const MANY = 400;
const FEW = 40;

describe('what one registration writes, with hundreds registered before', () => {
  const enough = { env: { RATE_LIMITS: 'off' } };

  async function growth(relay: RelayApp, written: () => Promise<number>, name: (n: number) => string): Promise<number> {
    const some = async (count: number): Promise<number> => {
      const before = await written();
      for (let n = 0; n < count; n++) expect((await register(relay, name(made), KEYS.admin)).status).toBe(200);
      return (await written()) - before;
    };
    const first = await some(FEW);
    await some(MANY);
    return (await some(FEW)) / first;
  }

  describe('lowdb', () => {
    let relay: RelayApp;
    beforeAll(async () => {
      relay = await RelayApp.start(enough);
    });
    afterAll(() => relay.stop());
    it('is as much as at first, each under its own name', async () => {
      const written = () => bytesIn(relay.deps.config.dataDir);
      expect(await growth(relay, written, (n) => `OWN-${n}`)).toBeLessThan(1.5);
    });
  });

  const why = noRedis();
  describe.skipIf(why !== undefined)(`Redis${why === undefined ? '' : because(why)}`, () => {
    let redis: TestRedis;
    let relay: RelayApp;
    beforeAll(async () => {
      redis = await startRedis();
      relay = await RelayApp.start({ env: { ...enough.env, STORE_URL: redis.url } });
    });
    afterAll(async () => {
      await relay.stop();
      await redis.remove();
    });
    it('is as much as at first, each under its own name', async () => {
      expect(
        await growth(
          relay,
          () => redis.received(),
          (n) => `OWN-${n}`,
        ),
      ).toBeLessThan(1.5);
    });
  });
});
