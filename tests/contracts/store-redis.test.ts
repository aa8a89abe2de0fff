import { afterAll, beforeAll, describe, it } from 'vitest';
import { noRedis, startRedis, type TestRedis } from '../rig/redis.ts';
import { because } from '../rig/requirements.ts';
import { redisSite } from './store-harness.ts';
import { storeContract } from './store-contract.ts';

const reason = noRedis();
if (reason === undefined) {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.remove());
  storeContract('Redis', (setup) => redisSite(() => redis, setup));
} else describe.skip(`store contract: Redis${because(reason)}`, () => it('runs', () => undefined));
