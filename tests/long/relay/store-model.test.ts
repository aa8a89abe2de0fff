/**
 * The model against each store, for many more sequences than `npm test` has time for; and in which every end is
 * reached.
 */
import { expect, it } from 'vitest';
import { agree, MUST_HAVE, RARE } from '../../contracts/store-agree.ts';
import { lowdbSite, memorySite, redisSite } from '../../contracts/store-harness.ts';
import { noRedis, startRedis } from '../../support/process/redis.ts';
import { because } from '../../support/requirements.ts';

const missed = (ends: ReadonlyMap<string, number>, wanted = MUST_HAVE): string[] =>
  wanted.filter((end) => !ends.has(end));

it('the model and the decisions alone agree, 3,000 sequences', async () => {
  expect(missed(await agree(memorySite, 1, 3_000), [...MUST_HAVE, ...RARE])).toEqual([]);
});

it('the model and lowdb agree, 500 sequences', async () => {
  expect(missed(await agree(lowdbSite, 1, 500))).toEqual([]);
});

const reason = noRedis();
it.skipIf(reason !== undefined)(
  `the model and two relays on Redis by turns agree, 300 sequences${because(reason)}`,
  async () => {
    const redis = await startRedis();
    try {
      expect(missed(await agree((setup) => redisSite(() => redis, setup), 2, 300))).toEqual([]);
    } finally {
      await redis.remove();
    }
  },
);
