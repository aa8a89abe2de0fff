/** Opens the Redis of STORE_URL: checks that it may be trusted, and puts together what works on it. */
import type { Logger } from 'pino';
import { RateLimiterRedis } from 'rate-limiter-flexible';
import { messageOf } from '../../../shared/wire/errors.ts';
import type { Config } from '../../config.ts';
import { countHere, type MakeLimiter } from '../../http/limits.ts';
import type { KeyVault } from '../key-vault.ts';
import { Notices, type ClockJump } from '../../notices.ts';
import type { Clocks } from '../../steady-clock.ts';
import type { StoreEvents } from '../database.ts';
import { newCommandId } from '../buffered-transaction.ts';
import { RedisClock } from './clock.ts';
import type { RedisClient } from './client.ts';
import { Connection } from './connection.ts';
import { DEFAULT_PREFIX, LAYOUT, freshAbout, keysWithPrefix, type About, type RedisKeys } from './keys.ts';
import { EMPTIED, StoreIdentity } from './store-identity.ts';
import { memoryInFolder } from './store-memory.ts';
import { RedisDatabase } from './redis-database.ts';
import { RedisPresence } from './redis-presence.ts';
import { checkServer, type ServerFacts } from './server-check.ts';
import { shown } from '../../store-address.ts';

export interface OpenRedis {
  readonly database: RedisDatabase;
  readonly presence: RedisPresence;
  readonly vault: KeyVault;
  readonly clocks: Clocks;
  readonly notices: Notices;
  /** Before each sweep. */
  readonly lookAtClock: () => Promise<void>;
  readonly makeLimiter: MakeLimiter;
  readonly connection: Connection;
  readonly keys: RedisKeys;
  close(): Promise<void>;
}

export async function readAbout(client: Pick<RedisClient, 'get'>, keys: RedisKeys): Promise<About | undefined> {
  const text = await client.get(keys.about);
  return text === null ? undefined : (JSON.parse(text) as About);
}

/** Rejects with a sentence when the data here are not for this program to use. */
async function checkData(client: RedisClient, keys: RedisKeys): Promise<void> {
  const about = await readAbout(client, keys);
  if (about === undefined) return;
  if (about.layout !== LAYOUT)
    throw new Error(`its data have layout ${about.layout}, and this relay knows layout ${LAYOUT}`);
  if (about.state === 'migrating')
    throw new Error('a migration into it was interrupted; run "npm run migrate" again, which completes it');
}

/**
 * All relays count in one place; while Redis is away each counts for itself, so that nobody gets more tries than one
 * relay would give.
 */
function countTogether(connection: Connection, keys: RedisKeys): MakeLimiter {
  return (options) =>
    new RateLimiterRedis({
      ...options,
      storeClient: currentClient(connection),
      useRedisPackage: true,
      rejectIfRedisNotReady: true,
      keyPrefix: keys.limit(options.keyPrefix),
      insuranceLimiter: countHere(options),
    });
}

/** The client of the moment of each call, for a library that keeps the one that it was given. */
function currentClient(connection: Connection): RedisClient {
  return new Proxy(connection.client, {
    get(_first, name) {
      const { client } = connection;
      const value: unknown = Reflect.get(client, name, client);
      return typeof value === 'function' ? (value.bind(client) as unknown) : value;
    },
  });
}

/** Rejects when this Redis must not be used; says in the log what is worth knowing of it. */
async function warnAbout({ client }: Connection, log: Logger, replicas = 0): Promise<ServerFacts> {
  const facts = await checkServer(client, replicas);
  for (const warning of facts.warnings) log.warn(`Redis: ${warning}`);
  return facts;
}

/** Rejects with what an operator has to know, without the address. */
export async function openRedis(
  {
    storeUrl = '',
    redisReplicas: replicas,
    dataDir,
    historyDays,
    rules,
  }: Pick<Config, 'storeUrl' | 'redisReplicas' | 'dataDir' | 'historyDays' | 'rules'>,
  log: Logger,
  events: StoreEvents,
  prefix: string = DEFAULT_PREFIX,
): Promise<OpenRedis> {
  let isLost = false;
  let database: RedisDatabase | undefined;
  let identity: StoreIdentity | undefined;
  const connection = await Connection.open(storeUrl, {
    onLost: (cause) => {
      database?.onLost();
      if (!isLost) log.warn({ cause }, 'Redis is away');
      isLost = true;
    },
    onReady: () => {
      database?.onReady();
      identity?.look().catch(() => undefined);
      if (isLost) log.info('Redis is back');
      isLost = false;
    },
    onMoved: ({ host, port }) => {
      log.warn({ master: `${host}:${port}` }, 'the sentinels named another master: the relay follows');
      warnAbout(connection, log).catch((error: unknown) =>
        log.error({ cause: messageOf(error) }, 'the new master is not to be trusted'),
      );
    },
  });
  try {
    const keys = keysWithPrefix(prefix);
    const { version } = await warnAbout(connection, log, replicas);
    await checkData(connection.client, keys);
    const memory = memoryInFolder(dataDir, `${shown(storeUrl)} ${prefix}`);
    identity = await StoreIdentity.open(connection, keys, memory, {
      onEmptied: () => {
        database?.onReady();
        log.error(EMPTIED);
      },
      onKnown: () => {
        database?.onReady();
        log.warn('the store in Redis is used again');
      },
      onForgotten: (error) => log.error({ cause: messageOf(error) }, 'the new store could not be remembered'),
    });
    if (!identity.isEmptied) await connection.client.set(keys.about, JSON.stringify(freshAbout), { condition: 'NX' });
    const notices = new Notices();
    const told = (sentence: string) => (jump: ClockJump) => {
      notices.clockJumped(jump);
      log.warn({ bySeconds: Math.round(jump.byMs / 1000) }, sentence);
    };
    const clock = new RedisClock(connection, {
      onOwnJump: told('the clock of this computer was set: the relay keeps the time of Redis'),
      onRedisJump: told('the clock of Redis was set, or this computer has slept: the relay follows Redis'),
    });
    await clock.start();
    const { now } = clock;
    database = new RedisDatabase(connection, keys, identity, {
      historyDays,
      replicas,
      rules,
      now,
      newId: () => newCommandId(now()),
      onDamage: (key) => log.error({ key }, 'a damaged record was found in Redis'),
      onWritten: events.onWritten,
      onUncertain: events.onUncertain,
      generatedKeys: () => memory.keys(),
    });
    await database.listen();
    const presence = new RedisPresence(connection, keys, now, clock.passed);
    log.info({ redis: shown(storeUrl), version }, 'using Redis');
    return {
      database,
      presence,
      clocks: clock,
      notices,
      lookAtClock: () => clock.look(),
      makeLimiter: countTogether(connection, keys),
      connection,
      keys,
      vault: {
        where: `Redis (${keys.keys})`,
        readBy: { command: `redis-cli GET ${keys.keys}`, service: 'redis' },
        async read() {
          const text = await connection.call((redis) => redis.get(keys.keys));
          if (text !== null) await memory.keepKeys(text);
          return text ?? memory.keys();
        },
        async keep(text) {
          await connection.call((redis) => redis.set(keys.keys, text, { condition: 'NX' }));
        },
      },
      close: () => presence.close(),
    };
  } catch (error) {
    await connection.close();
    throw new Error(messageOf(error), { cause: error });
  }
}
