/** A week of 300,000 ended commands in Redis: searched as fast as in a folder, and nobody waits for it. */
import { afterAll, expect, it } from 'vitest';
import { noRedis, startRedis } from '../../support/process/redis.ts';
import { startRelay } from '../../support/process/relay.ts';
import { because } from '../../support/requirements.ts';
import { searchLongHistory, writeLongHistoryToRedis } from '../../support/store/long-history.ts';

const COUNT = 300_000;
const why = noRedis();
const ends: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const end of ends.reverse()) await end();
});

it.skipIf(why !== undefined)(`300,000 ended commands are searched at once${because(why)}`, async () => {
  const redis = await startRedis([]);
  ends.push(() => redis.remove());
  const relay = await startRelay({ env: { STORE_URL: redis.url } });
  ends.push(() => relay.remove());
  const ids = await writeLongHistoryToRedis(redis.url, COUNT);
  expect(ids).toHaveLength(COUNT);
  await searchLongHistory(relay, ids, 'Redis');
});
