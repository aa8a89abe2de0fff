/** Runs the same tests on a relay with lowdb and on one with Redis, which is skipped where there is none. */
import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import { noRedis, startRedis, type TestRedis } from './process/redis.ts';
import { RelayApp } from './relay-app.ts';

export type StartRelay = (env?: Readonly<Record<string, string>>) => Promise<RelayApp>;

/** The relays that a test starts are stopped after it. Those on Redis share one, which is new for each file. */
export function onEachStore(what: string, tests: (start: StartRelay) => void): void {
  describe(`${what}, on lowdb`, () => tests(startIn(() => ({}))));
  const why = noRedis();
  describe.skipIf(why !== undefined)(`${what}, on Redis${why === undefined ? '' : ` (skipped: ${why})`}`, () => {
    let redis: TestRedis;
    beforeAll(async () => {
      redis = await startRedis();
    });
    afterAll(() => redis.remove());
    tests(startIn(() => ({ STORE_URL: redis.url })));
  });
}

function startIn(storeEnv: () => Record<string, string>): StartRelay {
  const started: RelayApp[] = [];
  afterEach(async () => {
    for (const relay of started.splice(0)) await relay.stop();
  });
  return async (env = {}) => {
    const relay = await RelayApp.start({ env: { ...storeEnv(), ...env } });
    started.push(relay);
    return relay;
  };
}
