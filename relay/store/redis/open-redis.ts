/** Opens the Redis of STORE_URL: checks that it may be trusted, and puts together what works on it. */
import type { Logger } from 'pino';
import { RateLimiterRedis } from 'rate-limiter-flexible';
import { messageOf } from '../../../shared/wire/errors.ts';
import type { Config } from '../../config.ts';
import { countHere, type MakeLimiter } from '../../http/limits.ts';
import type { KeyVault } from '../../auth/keys.ts';
import type { StoreEvents } from '../open-store.ts';
import { newCommandId } from '../buffered-transaction.ts';
import { RedisClock } from './clock.ts';
import { Connection, type RedisClient } from './connection.ts';
import { DEFAULT_PREFIX, LAYOUT, namesWith, type Names } from './keys.ts';
import { RedisLedger } from './redis-database.ts';
import { RedisPresence } from './redis-presence.ts';
import { checkServer } from './server-check.ts';

export interface OpenRedis {
  readonly ledger: RedisLedger;
  readonly presence: RedisPresence;
  readonly vault: KeyVault;
  readonly now: () => number;
  readonly makeLimiter: MakeLimiter;
  close(): Promise<void>;
}

/** An address without what is secret in it. */
export function shown(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
}

export interface About {
  readonly layout: number;
  /** `migrating`: `npm run migrate` has begun and not ended; there is less here than there should be. */
  readonly state: 'ready' | 'migrating';
}

export async function readAbout(client: Pick<RedisClient, 'get'>, names: Names): Promise<About | undefined> {
  const text = await client.get(names.about);
  return text === null ? undefined : (JSON.parse(text) as About);
}

/** Rejects with a sentence when the data here are not for this program to use. */
async function checkData(client: RedisClient, names: Names): Promise<void> {
  const fresh: About = { layout: LAYOUT, state: 'ready' };
  await client.set(names.about, JSON.stringify(fresh), { condition: 'NX' });
  const about = await readAbout(client, names);
  if (about?.layout !== LAYOUT)
    throw new Error(`its data have layout ${about?.layout ?? 'none'}, and this relay knows layout ${LAYOUT}`);
  if (about.state === 'migrating')
    throw new Error('a migration into it was interrupted; run "npm run migrate" again, which completes it');
}

/** All relays count in one place; while Redis is away each counts for itself, so that nobody gets more tries than one relay would give. */
function countTogether(client: RedisClient, names: Names): MakeLimiter {
  return (options) =>
    new RateLimiterRedis({
      ...options,
      storeClient: client,
      useRedisPackage: true,
      rejectIfRedisNotReady: true,
      keyPrefix: names.limit(options.keyPrefix),
      insuranceLimiter: countHere(options),
    });
}

/** Rejects with what an operator has to know, without the address. */
export async function openRedis(
  { storeUrl = '', historyDays, rules }: Pick<Config, 'storeUrl' | 'historyDays' | 'rules'>,
  log: Logger,
  events: StoreEvents,
  prefix: string = DEFAULT_PREFIX,
): Promise<OpenRedis> {
  let isLost = false;
  let ledger: RedisLedger | undefined;
  const connection = await Connection.open(storeUrl, {
    onLost: (cause) => {
      ledger?.lost();
      if (!isLost) log.warn({ cause }, 'Redis is away');
      isLost = true;
    },
    onReady: () => {
      ledger?.back();
      if (isLost) log.info('Redis is back');
      isLost = false;
    },
  });
  try {
    const { client } = connection;
    const names = namesWith(prefix);
    const { version, warnings } = await checkServer(client);
    for (const warning of warnings) log.warn(`Redis: ${warning}`);
    await checkData(client, names);
    const clock = new RedisClock(connection);
    await clock.start();
    const { now } = clock;
    ledger = new RedisLedger(connection, names, {
      historyDays,
      rules,
      now,
      newId: () => newCommandId(now()),
      onDamage: (key) => log.error({ key }, 'a damaged record was found in Redis'),
      onWritten: events.onWritten,
    });
    await ledger.listen();
    const presence = new RedisPresence(connection, names, now);
    log.info({ redis: shown(storeUrl), version }, 'using Redis');
    return {
      ledger,
      presence,
      now,
      makeLimiter: countTogether(client, names),
      vault: {
        where: `Redis (${names.keys})`,
        read: () => connection.call(async (redis) => (await redis.get(names.keys)) ?? undefined),
        async keep(text) {
          await connection.call((redis) => redis.set(names.keys, text, { condition: 'NX' }));
        },
      },
      async close() {
        clock.stop();
        await presence.close();
      },
    };
  } catch (error) {
    await connection.close();
    throw new Error(messageOf(error), { cause: error });
  }
}
