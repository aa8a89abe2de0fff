/** Stores as the contract suite and the models use them: any implementation, with a clock that the test moves. */
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import type { Rules } from '../../relay/core/transaction.ts';
import { RelayStore } from '../../relay/store/relay-store.ts';
import { LowdbDatabase } from '../../relay/store/lowdb/lowdb-database.ts';
import type { LowdbOptions } from '../../relay/store/lowdb/lowdb-options.ts';
import { MemoryPresence } from '../../relay/store/presence.ts';
import { Connection } from '../../relay/store/redis/connection.ts';
import { keysWithPrefix } from '../../relay/store/redis/keys.ts';
import { RedisDatabase } from '../../relay/store/redis/redis-database.ts';
import { StoreIdentity } from '../../relay/store/redis/store-identity.ts';
import type { StoreMemory } from '../../relay/store/redis/store-memory.ts';
import { RedisPresence } from '../../relay/store/redis/redis-presence.ts';
import { newCommandId } from '../../relay/store/buffered-transaction.ts';
import type { TestRedis } from '../support/process/redis.ts';
import { MemoryDatabase, Shelf } from '../support/store/memory-database.ts';
import { removeFolder } from '../support/remove-folder.ts';

export const RULES: Rules = {
  commandTtlMs: 300_000,
  displayMs: 300_000,
  leaseMs: 15_000,
  linkMs: 12 * 3_600_000,
  queuePolicy: 'latest',
  maxQueuedPerDevice: 100,
  maxDisplays: 10_000,
  maxDisplaysPerName: 10,
};

/** 2026-01-05, noon: days do not end in the middle of a test by accident. */
export const START = Date.UTC(2026, 0, 5, 12);

/**
 * In memory where there is such a folder: a thousand fsyncs of a test are to cost nothing. What survives a kill
 * survives it here too.
 */
const scratchFolder = (): string =>
  mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'counterqr-store-'));

export interface Setup {
  readonly rules?: Partial<Rules>;
  readonly historyDays?: number;
}

export interface TestStore {
  readonly store: RelayStore;
  close(): Promise<void>;
}

/** One set of data, which may be opened again, and on Redis by several at once. */
export interface Site {
  now: number;
  open(): Promise<TestStore>;
  remove(): Promise<void>;
}

export type MakeSite = (setup?: Setup) => Site;

export function lowdbSite(
  { rules, historyDays = 7 }: Setup = {},
  more: Partial<LowdbOptions> = {},
): Site & { dir: string } {
  const dir = scratchFolder();
  const site = {
    dir,
    now: START,
    async open(): Promise<TestStore> {
      const now = (): number => site.now;
      const database = await LowdbDatabase.open({
        dir,
        historyDays,
        rules: { ...RULES, ...rules },
        now,
        newId: () => newCommandId(now()),
        ...more,
      });
      return { store: new RelayStore(database, new MemoryPresence(now), now), close: () => database.close() };
    },
    async remove() {
      removeFolder(dir);
    },
  };
  return site;
}

export function memorySite({ rules, historyDays = 7 }: Setup = {}): Site {
  const shelf = new Shelf();
  const site: Site = {
    now: START,
    async open() {
      const now = (): number => site.now;
      const database = new MemoryDatabase(shelf, {
        historyDays,
        rules: { ...RULES, ...rules },
        now,
        newId: () => newCommandId(now()),
      });
      return { store: new RelayStore(database, new MemoryPresence(now), now), close: () => database.close() };
    },
    remove: async () => undefined,
  };
  return site;
}

/** Of a relay with a new DATA_DIR. */
const forgetful = (): StoreMemory => ({
  storeId: async () => undefined,
  keepStoreId: async () => undefined,
  keys: async () => undefined,
  keepKeys: async () => undefined,
});

export function redisSite(redis: () => TestRedis, { rules, historyDays = 7 }: Setup = {}): Site & { prefix: string } {
  const prefix = `test-${randomBytes(6).toString('hex')}:`;
  const site = {
    prefix,
    now: START,
    async open(): Promise<TestStore> {
      const now = (): number => site.now;
      const heard: { database?: RedisDatabase } = {};
      const connection = await Connection.open(redis().url, {
        onLost: () => heard.database?.onLost(),
        onReady: () => heard.database?.onReady(),
      });
      const names = keysWithPrefix(prefix);
      const again = (): void => heard.database?.onReady();
      const told = { onEmptied: again, onKnown: again, onForgotten: again };
      const identity = await StoreIdentity.open(connection, names, forgetful(), told);
      const database = new RedisDatabase(connection, names, identity, {
        historyDays,
        rules: { ...RULES, ...rules },
        now,
        newId: () => newCommandId(now()),
      });
      heard.database = database;
      await database.listen();
      const presence = new RedisPresence(connection, names, now);
      const store = new RelayStore(database, presence, now);
      return {
        store,
        async close() {
          await presence.close();
          await store.close();
        },
      };
    },
    async remove() {
      // Nothing: the server that the test started goes with all that it holds.
    },
  };
  return site;
}
