/** An attack is tried on a relay with lowdb and on one with Redis. */
import { afterAll, beforeAll, describe } from 'vitest';
import { noRedis, startRedis, type TestRedis } from '../process/redis.ts';
import { RelayApp } from '../relay-app.ts';
import { because } from '../requirements.ts';

const JWT_SECRET = 'a-secret-for-agents-of-thirty-two-chars';

/** `relay` answers the relay of the store under attack. */
export function onBothStores(
  attack: string,
  tests: (relay: () => RelayApp) => void,
  env: Readonly<Record<string, string>> = {},
): void {
  const set = { AGENT_JWT_SECRET: JWT_SECRET, ...env };

  describe(`${attack}, lowdb`, () => {
    let relay: RelayApp;
    beforeAll(async () => {
      relay = await RelayApp.start({ env: set });
    });
    afterAll(() => relay.stop());
    tests(() => relay);
  });

  const why = noRedis();
  describe.skipIf(why !== undefined)(`${attack}, Redis${why === undefined ? '' : because(why)}`, () => {
    let redis: TestRedis;
    let relay: RelayApp;
    beforeAll(async () => {
      redis = await startRedis();
      relay = await RelayApp.start({ env: { ...set, STORE_URL: redis.url } });
    });
    afterAll(async () => {
      await relay.stop();
      await redis.remove();
    });
    tests(() => relay);
  });
}
