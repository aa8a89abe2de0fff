/** Two hundred kills at random moments under load, on Redis. */
import { expect, it } from 'vitest';
import { noNginx } from '../../support/process/nginx.ts';
import { noRedis } from '../../support/process/redis.ts';
import { because } from '../../support/requirements.ts';
import { killRelaysOnRedis, tellOf } from '../../support/kills/sites.ts';

const reason = noRedis() ?? noNginx();

it.skipIf(reason !== undefined)(
  `of two relays on Redis behind nginx, one is killed 200 times under load: nothing lost, misrouted or repeated${because(reason)}`,
  async () => {
    const toll = await killRelaysOnRedis(200);
    console.log(`200 kills on Redis: ${tellOf(toll)}`);
    expect(toll).toMatchObject({ lost: [], misrouted: [], returned: [], doubled: [], lostLinks: [], untold: [] });
    // Given up and said so needs three kills in three hand-outs of one command: at most one a hundred kills.
    expect(toll.unreported).toBeLessThanOrEqual(2);
    expect(toll.shown + toll.unreported).toBe(toll.posted);
  },
);
