/** Two hundred kills at random moments under load on lowdb; Redis: store-kills-redis.test.ts. */
import { expect, it } from 'vitest';
import { killLowdbRelay, tellOf } from '../../support/kills/sites.ts';

it('a relay on lowdb is killed 200 times under load: nothing lost, misrouted or repeated', async () => {
  const toll = await killLowdbRelay(200);
  console.log(`200 kills on lowdb: ${tellOf(toll)}`);
  expect(toll).toMatchObject({ lost: [], misrouted: [], returned: [], doubled: [], lostLinks: [], untold: [] });
  // Given up and said so needs three kills in three hand-outs of one command: at most one a hundred kills.
  expect(toll.unreported).toBeLessThanOrEqual(2);
  expect(toll.shown + toll.unreported).toBe(toll.posted);
});
