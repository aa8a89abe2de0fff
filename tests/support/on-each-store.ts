/** Runs the same tests on a relay with lowdb and on one with Redis, which is skipped where there is none. */
import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import { noRedis, startRedis, type TestRedis } from './process/redis.ts';
import { RelayApp } from './relay-app.ts';
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
