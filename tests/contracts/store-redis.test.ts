import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noRedis, startRedis, type TestRedis } from '../support/process/redis.ts';
import { because } from '../support/requirements.ts';
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

  it('store contract: Redis was never asked to look through all its keys, by a script neither', async () => {
    const client = await createClient({ url: redis.url }).connect();
    const used = [...(await client.info('commandstats')).matchAll(/^cmdstat_([a-z]+)[:|]/gm)].map(([, name]) => name);
    client.destroy();
    expect(used).toEqual(expect.arrayContaining(['smembers', 'zadd']));
    expect(used.filter((name) => name === 'keys' || name === 'scan')).toEqual([]);
  });
} else describe.skip(`store contract: Redis${because(reason)}`, () => it('runs', () => undefined));
