/** Chooses and opens the store that the settings ask for. */
import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import { messageOf } from '../../shared/errors.ts';
import { ConfigError, type Config } from '../config.ts';
import { LedgerStore } from './ledger-store.ts';
import { lock } from './lowdb/lock.ts';
import { LowdbLedger } from './lowdb/lowdb-ledger.ts';
import { MemoryPresence } from './presence.ts';

/** How often time's work is looked for. */
const SWEEP_MS = 500;
const ID_BYTES = 9;

/** Sortable by time, and not to be guessed. */
export function newCommandId(now: number): string {
  return `${now.toString(36)}-${randomBytes(ID_BYTES).toString('hex')}`;
}

export interface OpenStore {
  readonly store: LedgerStore;
  close(): Promise<void>;
}

export interface StoreEvents {
  readonly onWritten: (tookMs: number, decisions: number) => void;
}

export async function openStore(config: Config, log: Logger, events: StoreEvents): Promise<OpenStore> {
  const { dataDir, historyDays, rules } = config;
  const now = (): number => Date.now();
  const unlock = await lock(dataDir).catch((error: unknown) => {
    throw new ConfigError(messageOf(error).includes('uses') ? messageOf(error) : unusable(dataDir, error));
  });
  try {
    const ledger = await LowdbLedger.open({
      dir: dataDir,
      historyDays,
      rules,
      now,
      newId: () => newCommandId(now()),
      onDamage: (file) => log.error({ file }, 'a damaged file was set aside'),
      onWritten: events.onWritten,
    });
    return runStore(new LedgerStore(ledger, new MemoryPresence(now), now), log, unlock);
  } catch (error) {
    await unlock();
    throw new ConfigError(unusable(dataDir, error));
  }
}

function unusable(dir: string, error: unknown): string {
  return `The data folder ${dir} cannot be used: ${messageOf(error)}`;
}

function runStore(store: LedgerStore, log: Logger, unlock: () => Promise<void>): OpenStore {
  let sweeping: Promise<void> | undefined;
  const timer = setInterval(() => {
    sweeping ??= store
      .sweep()
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
      await store.close();
      await unlock();
    },
  };
}
