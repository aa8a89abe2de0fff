/** Runs the same tests on a relay with lowdb and on one with Redis, which is skipped where there is none. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe } from 'vitest';
import { noRedis, startRedis, type TestRedis } from './process/redis.ts';
import { RelayApp } from './relay-app.ts';
import { removeFolder } from './remove-folder.ts';
import { because } from './requirements.ts';

type Env = Readonly<Record<string, string>>;
export type StartRelay = (env?: Env) => Promise<RelayApp>;

/** The relays that a test starts are stopped after it. Those on Redis share one, which is new for each file. */
export function onEachStore(what: string, tests: (start: StartRelay) => void): void {
  withEachStore(what, (storeEnv) => {
    const started: RelayApp[] = [];
    afterEach(async () => {
      for (const relay of started.splice(0)) await relay.stop();
    });
    tests(async (env = {}) => {
      const relay = await RelayApp.start({ env: { ...storeEnv(), ...env } });
      started.push(relay);
      return relay;
    });
  });
}

/** One relay for all these tests of a store. */
export function onOneRelayOfEachStore(what: string, tests: (relay: () => RelayApp) => void, env: Env = {}): void {
  withEachStore(what, (storeEnv) => {
    let relay: RelayApp;
    beforeAll(async () => {
      relay = await RelayApp.start({ env: { ...storeEnv(), ...env } });
    });
    afterAll(() => relay.stop());
    tests(() => relay);
  });
}

/** Two relays that share one Redis, for all these tests; skipped where there is none. */
export function onTwoRelays(
  what: string,
  tests: (one: () => RelayApp, other: () => RelayApp) => void,
  env: Env = {},
): void {
  const why = noRedis();
  describe.skipIf(why !== undefined)(`${what}, on two relays of one Redis${because(why)}`, () => {
    let redis: TestRedis;
    let relays: RelayApp[] = [];
    const relay = (which: 0 | 1) => (): RelayApp => {
      const found = relays[which];
      if (!found) throw new Error('Ask for a relay within a test.');
      return found;
    };
    beforeAll(async () => {
      redis = await startRedis();
      const options = { env: { STORE_URL: redis.url, ...env } };
      relays = [await RelayApp.start(options), await RelayApp.start(options)];
    });
    afterAll(async () => {
      for (const each of relays) await each.stop();
      await redis.remove();
    });
    tests(relay(0), relay(1));
  });
}

/** A relay that is started again with what it kept, as after a restart of its machine. */
export function onEachStoreKept(what: string, tests: (start: StartRelay) => void): void {
  withEachStore(what, (storeEnv) => {
    const started: RelayApp[] = [];
    let dataDir: string;
    beforeEach(() => void (dataDir = mkdtempSync(join(tmpdir(), 'counterqr-kept-'))));
    afterEach(async () => {
      for (const relay of started.splice(0)) await relay.stop();
      removeFolder(dataDir);
    });
    tests(async (env = {}) => {
      for (const before of started.splice(0)) await before.stop();
      const relay = await RelayApp.start({ env: { ...storeEnv(), DATA_DIR: dataDir, ...env } });
      started.push(relay);
      return relay;
    });
  });
}

function withEachStore(what: string, tests: (storeEnv: () => Env) => void): void {
  describe(`${what}, on lowdb`, () => tests(() => ({})));
  const why = noRedis();
  describe.skipIf(why !== undefined)(`${what}, on Redis${because(why)}`, () => {
    let redis: TestRedis;
    beforeAll(async () => {
      redis = await startRedis();
    });
    afterAll(() => redis.remove());
    tests(() => ({ STORE_URL: redis.url }));
  });
}
