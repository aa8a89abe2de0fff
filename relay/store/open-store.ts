/** Chooses and opens the store that the settings ask for. */
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { messageOf } from '../../shared/wire/errors.ts';
import { ConfigError, type Config } from '../config.ts';
import type { StoreEvents } from './database.ts';
import { countHere, type MakeLimiter } from '../http/limits.ts';
import { keyFile, type KeyVault } from './key-vault.ts';
import { Notices } from '../notices.ts';
import { SteadyClock, type Clocks } from '../steady-clock.ts';
import { catchUp, followClock } from './follow-clock.ts';
import { RelayStore } from './relay-store.ts';
import { ownFolder } from './data-folder.ts';
import { errorCode } from '../../node/error-code.ts';
import { LowdbDatabase } from './lowdb/lowdb-database.ts';
import { StoreError } from './lowdb/store-error.ts';
import { MOVED_NOTE } from './migrate/moved-note.ts';
import { MemoryPresence } from './presence.ts';
import { openRedis } from './redis/open-redis.ts';
import { shown } from '../store-address.ts';
import { SettingsAgreement } from './redis/settings-agreement.ts';
import { digestsOf } from '../shared-settings.ts';
import { newCommandId } from './buffered-transaction.ts';

/** How often time's work is looked for. */
const SWEEP_MS = 500;

export interface OpenStore {
  readonly store: RelayStore;
  /** Where generated keys are kept, so that relays with the same store have the same. */
  readonly vault: KeyVault;
  /** The store's clocks. */
  readonly clocks: Clocks;
  readonly notices: Notices;
  /** Where the relays of this store count their callers' calls. */
  readonly makeLimiter: MakeLimiter;
  close(): Promise<void>;
}

export function openStore(config: Config, log: Logger, events: StoreEvents): Promise<OpenStore> {
  return config.storeUrl === undefined
    ? openLowdb(config, log, events)
    : openShared(config.storeUrl, config, log, events);
}

async function openShared(url: string, config: Config, log: Logger, events: StoreEvents): Promise<OpenStore> {
  const redis = await openRedis(config, log, events).catch((error: unknown) => {
    throw new ConfigError(`The Redis at ${shown(url)} (STORE_URL) cannot be used: ${messageOf(error)}.`);
  });
  const { database, presence, clocks, notices, vault, makeLimiter } = redis;
  const store = new RelayStore(database, presence, clocks.now, config.pictureSettings);
  const agreement = new SettingsAgreement(redis.connection, redis.keys, {
    name: `${hostname()}:${config.port}`,
    settings: digestsOf(config),
    now: clocks.now,
    onChange: (difference) => {
      notices.settingsDiffer(difference);
      if (difference) log.warn(difference, 'the relays of this store have different settings');
      else log.info('the relays of this store have the same settings again');
    },
  });
  await agreement.start().catch((error: unknown) => {
    log.warn({ cause: messageOf(error) }, 'the settings of the other relays will be looked at later');
  });
  const before = async (): Promise<void> => {
    await agreement.stop();
    await redis.close();
  };
  return {
    ...runStore(store, log, { lookAtClock: redis.lookAtClock, before }),
    clocks,
    notices,
    vault,
    makeLimiter,
  };
}

async function openLowdb(config: Config, log: Logger, events: StoreEvents): Promise<OpenStore> {
  const { dataDir, historyDays, rules } = config;
  if (existsSync(join(dataDir, MOVED_NOTE)))
    throw new ConfigError(
      `The data in ${dataDir} have moved to Redis; set STORE_URL. To go back to the data of that day, delete ${join(dataDir, MOVED_NOTE)}.`,
    );
  const clock = new SteadyClock();
  const notices = new Notices();
  const { now } = clock;
  const database = await LowdbDatabase.open({
    dir: dataDir,
    historyDays,
    rules,
    now,
    newId: () => newCommandId(now()),
    takeLock: (note) => ownFolder(dataDir, note),
    onDamage: (file, lost) => log.error({ file, lost }, 'a damaged file was set aside'),
    onReadOnly: (cause) => sayReadOnly(log, dataDir, cause),
    onWritten: events.onWritten,
    ...(events.onLost ? { onLost: events.onLost } : {}),
  }).catch((error: unknown) => {
    throw new ConfigError(unusable(dataDir, error));
  });
  const timekeeping = { clock, database, log, notices };
  await catchUp(timekeeping).catch((error: unknown) =>
    log.warn({ cause: messageOf(error) }, 'the records could not be brought to the time of now'),
  );
  const store = new RelayStore(database, new MemoryPresence(now, clock.passed), now, config.pictureSettings);
  const running = runStore(store, log, { lookAtClock: () => followClock(timekeeping) });
  return { ...running, clocks: clock, notices, vault: keyFile(dataDir), makeLimiter: countHere };
}

function sayReadOnly(log: Logger, dir: string, cause: unknown): void {
  if (cause === undefined) log.warn({ dir }, 'the disk takes writes again: the relay keeps data');
  else
    log.error(
      { dir, cause: messageOf(cause) },
      'the disk takes no writes: the relay answers questions only, and goes on by itself when there is room',
    );
}

function unusable(dir: string, error: unknown): string {
  if (error instanceof StoreError) return error.message;
  const advice = ['EACCES', 'EPERM', 'ENOTDIR', 'EISDIR'].includes(errorCode(error) ?? '')
    ? 'Set DATA_DIR to a folder that the relay may write to.'
    : 'See what is wrong with the disk, or restore a backup of the folder.';
  return `The data folder ${dir} cannot be used (${messageOf(error)}). ${advice}`;
}

interface Running {
  /** Before each sweep, which waits for it. */
  readonly lookAtClock: () => Promise<void>;
  /** What still needs the store when it is closed. */
  readonly before?: () => Promise<void>;
}

function runStore(
  store: RelayStore,
  log: Logger,
  { lookAtClock, before }: Running,
): Pick<OpenStore, 'store' | 'close'> {
  let sweeping: Promise<void> | undefined;
  const timer = setInterval(() => {
    sweeping ??= lookAtClock()
      .then(() => store.sweep())
      .catch((error: unknown) => log.warn({ cause: messageOf(error) }, 'the sweep will be tried again'))
      .finally(() => {
        sweeping = undefined;
      });
  }, SWEEP_MS);
  return {
    store,
    async close() {
      clearInterval(timer);
      await sweeping;
      await before?.();
      await store.close();
    },
  };
}
