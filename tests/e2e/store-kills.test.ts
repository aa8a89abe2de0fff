/** Relays die and come back in the middle of work. Two hundred times: tests/long/relay/store-kills.test.ts. */
import { expect, it } from 'vitest';
import { noNginx } from '../support/process/nginx.ts';
import { noRedis } from '../support/process/redis.ts';
import { because } from '../support/requirements.ts';
import { killLowdbRelay, killRelaysOnRedis } from '../support/kills/sites.ts';

/** Three kills do not give up a command: that takes three hand-outs of one that were all cut. */
const NOTHING = { unreported: 0, lost: [], misrouted: [], returned: [], doubled: [], lostLinks: [], untold: [] };

it('a relay on lowdb is killed three times under load: nothing lost, misrouted or repeated', async () => {
  const toll = await killLowdbRelay(3);
  expect(toll).toMatchObject(NOTHING);
  expect(toll.shown).toBe(toll.posted);
  expect(toll.shown).toBeGreaterThan(9);
});

const reason = noRedis() ?? noNginx();
it.skipIf(reason !== undefined)(
  `two relays on Redis behind nginx act as one while one of them is killed${because(reason)}`,
  async () => {
    const toll = await killRelaysOnRedis(3);
    expect(toll).toMatchObject(NOTHING);
    expect(toll.shown).toBe(toll.posted);
    expect(toll.shown).toBeGreaterThan(9);
  },
);
