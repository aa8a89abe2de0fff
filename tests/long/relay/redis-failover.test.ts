/** A Redis, or those who watch it, are lost under load; sentinels make a replica the master, and the relays follow. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { openRedis } from '../../../relay/store/redis/open-redis.ts';
import { RULES } from '../../contracts/store-harness.ts';
import { removeFolder } from '../../support/remove-folder.ts';
import { startSentinelRedis } from '../../support/process/redis-sentinels.ts';
import { noNginx } from '../../support/process/nginx.ts';
import { noRedis } from '../../support/process/redis.ts';
import { because } from '../../support/requirements.ts';
import { loseRedis, tellOf } from '../../support/kills/sites.ts';

const reason = noRedis() ?? noNginx();
const LOSSES = 4;

it.skipIf(reason !== undefined)(
  `of three Redis with sentinels one is lost in turn in four ways under load, beside two relays behind nginx: nothing lost, misrouted or repeated${because(reason)}`,
  async () => {
    const { toll, acceptedAfterMs } = await loseRedis(LOSSES);
    console.log(`${LOSSES} losses: ${tellOf(toll)}`);
    for (const { way, ms } of acceptedAfterMs) console.log(`accepted again after ${(ms / 1000).toFixed(1)} s: ${way}`);
    expect(toll).toMatchObject({ lost: [], misrouted: [], returned: [], doubled: [], lostLinks: [], untold: [] });
    expect(toll.shown + toll.unreported).toBe(toll.posted);
  },
);

it.skipIf(reason !== undefined)(
  `a relay does not start on sentinels that do not answer or know no such master, nor with too few replicas${because(reason)}`,
  async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'counterqr-failover-'));
    const redis = await startSentinelRedis();
    const open = async (storeUrl: string, redisReplicas: number): Promise<void> => {
      const settings = { storeUrl, redisReplicas, dataDir, historyDays: 7, rules: RULES };
      const opened = await openRedis(settings, pino({ level: 'silent' }), { onWritten: () => undefined });
      await opened.close();
      await opened.database.close();
    };
    try {
      await open(redis.url, 2);
      await expect(open(redis.url, 3)).rejects.toThrow('2 replicas follow it, and REDIS_REPLICAS asks for 3');
      const nobody = redis.url.replace(/[^/]+$/, 'nobody');
      await expect(open(nobody, 0)).rejects.toThrow('its sentinels know no master named nobody');
      for (const sentinel of redis.sentinels) await sentinel.stop();
      await expect(open(redis.url, 0)).rejects.toThrow('no sentinel answers');
    } finally {
      await redis.remove();
      removeFolder(dataDir);
    }
  },
);
