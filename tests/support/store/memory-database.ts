/**
 * The plainest database that there can be: for the queue's decisions themselves, and as the yardstick of the others.
 */
import type { AuditEntry, DeviceRecord, EndedCommand } from '../../../relay/core/records.ts';
import { dueAt } from '../../../relay/core/expire.ts';
import type { Tx } from '../../../relay/core/transaction.ts';
import type { Change, HistoryQuery, Database, DatabaseHealth } from '../../../relay/store/database.ts';
import {
  BufferedTransaction,
  type AnyRecord,
  type TransactionContext,
} from '../../../relay/store/buffered-transaction.ts';

/** What outlives a `close`. */
export class Shelf {
  readonly records = new Map<string, AnyRecord>();
  readonly pictures = new Map<string, string>();
  ended: EndedCommand[] = [];
  audited: AuditEntry[] = [];
}

const DAY_MS = 24 * 3_600_000;

export class MemoryDatabase implements Database {
  readonly #shelf: Shelf;
  readonly #context: TransactionContext & { readonly historyDays: number };
  readonly #listeners: ((change: Change) => void)[] = [];

  constructor(shelf: Shelf, context: TransactionContext & { readonly historyDays: number }) {
    this.#shelf = shelf;
    this.#context = context;
  }

  async transact<R>(decide: (tx: Tx) => R): Promise<R> {
    const shelf = this.#shelf;
    const transaction = new BufferedTransaction(this.#context, (key) => shelf.records.get(key));
    const result = decide(transaction);
    for (const [key, record] of transaction.records) {
      if (record) shelf.records.set(key, record);
      else shelf.records.delete(key);
    }
    for (const [commandId, picture] of transaction.pictures) {
      if (picture === null) shelf.pictures.delete(commandId);
      else shelf.pictures.set(commandId, picture);
    }
    for (const one of transaction.ended) {
      const before = shelf.ended.findIndex(({ commandId }) => commandId === one.commandId);
      if (before < 0) shelf.ended.push(one);
      else shelf.ended[before] = one;
    }
    shelf.audited.push(...transaction.audited);
    const deviceIds = [...transaction.records.keys()]
      .filter((key) => key.startsWith('device:'))
      .map((key) => key.slice(7));
    for (const listener of this.#listeners) listener({ deviceIds, commandIds: [...transaction.touchedCommands] });
    return result;
  }

  device = (deviceId: string) => this.#shelf.records.get(`device:${deviceId}`) as DeviceRecord | undefined;

  deviceCount = async (): Promise<number> => (await this.devices()).length;

  async devices(): Promise<DeviceRecord[]> {
    return [...this.#shelf.records]
      .filter(([key]) => key.startsWith('device:'))
      .map(([, record]) => record as DeviceRecord);
  }

  async due(now: number): Promise<string[]> {
    const oldest = now - this.#context.historyDays * DAY_MS;
    this.#shelf.ended = this.#shelf.ended.filter(({ endedAt }) => endedAt >= oldest);
    return (await this.devices()).filter((device) => dueAt(device) <= now).map(({ deviceId }) => deviceId);
  }

  picture = async (commandId: string) => this.#shelf.pictures.get(commandId);
  ended = async (commandId: string) => this.#shelf.ended.find((one) => one.commandId === commandId);
  async history(query: HistoryQuery): Promise<EndedCommand[]> {
    const all = this.#shelf.ended;
    const { before, search } = query;
    const end = before === undefined ? all.length : all.findIndex(({ commandId }) => commandId === before);
    const wanted = all.slice(0, Math.max(0, end)).filter((one) => search?.isMatch(one) ?? true);
    return select(wanted, query, ({ endedAt }) => endedAt);
  }
  audited = async (query: HistoryQuery) => select(this.#shelf.audited, query, ({ at }) => at);
  onChange = (listener: (change: Change) => void): void => void this.#listeners.push(listener);
  health = async (): Promise<DatabaseHealth> => ({ writable: true, damage: [] });
  close = async (): Promise<void> => undefined;
}

function select<T extends { readonly deviceId: string; readonly agentId: string | null }>(
  all: readonly T[],
  { from, to, deviceId, agentId, limit }: HistoryQuery,
  at: (one: T) => number,
): T[] {
  return all
    .filter((one) => at(one) >= from && at(one) <= to)
    .filter((one) => deviceId === undefined || one.deviceId === deviceId)
    .filter((one) => agentId === undefined || one.agentId === agentId)
    .reverse()
    .slice(0, limit);
}
