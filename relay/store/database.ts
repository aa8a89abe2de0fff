/**
 * Where records are kept: keys to records, changed by decisions that happen as a whole or not at all. Knows nothing of
 * what the records mean; `RelayStore` does. Two implementations: lowdb (one process) and Redis (several).
 */
import type { MaybePromise } from '../../shared/util/maybe-promise.ts';
import type { AuditEntry, DeviceRecord, EndedCommand } from '../core/records.ts';
import type { Tx } from '../core/transaction.ts';

/** What has durably changed. */
export interface Change {
  readonly deviceIds: readonly string[];
  readonly commandIds: readonly string[];
  /** Changes of other relays may have been missed (Redis was away): every held call reads again. */
  readonly isUncertain?: boolean;
}

/** Which ended commands are wanted. */
export interface HistorySearch {
  /**
   * The JSON of each of them, read as `plainText` does, holds one text of each of these lists. What does not, need not
   * be parsed.
   */
  readonly texts: readonly (readonly string[])[];
  readonly isMatch: (one: EndedCommand) => boolean;
}

export interface HistoryQuery {
  /** Milliseconds since the epoch, by end of the command. */
  readonly from: number;
  readonly to: number;
  readonly deviceId?: string;
  readonly agentId?: string;
  readonly search?: HistorySearch;
  /** Only what follows this command in the same query's answer. None where it is forgotten. */
  readonly before?: string;
  /** Newest first; at most this many. */
  readonly limit: number;
  /** The asker is gone: the answer is what was found so far. */
  readonly signal?: AbortSignal;
}

export interface DatabaseHealth {
  readonly writable: boolean;
  /** Files or keys that could not be read and were set aside. */
  readonly damage: readonly string[];
  /** The sentence for the operator when the store was emptied behind the relay's back; it waits for a person. */
  readonly emptied?: string;
}

export interface StoreEvents {
  /** After each durable write of this relay, with the commands that ended by it. */
  readonly onWritten: (tookMs: number, decisions: number, ended: readonly EndedCommand[]) => void;
  /** Commands whose end may have been written: the store took the write, and its answer was lost. */
  readonly onUncertain?: (ended: readonly EndedCommand[]) => void;
  /** Another relay owns the data by now; this one must end at once. */
  readonly onLost?: (error: Error) => void;
}

export interface Database {
  /**
   * Runs a decision on the newest records. Resolves when its changes are durable, and everything that it looked at as
   * well; rejects with what the decision threw, or with ApiError `store_unavailable` when nothing was changed because
   * it could not be kept.
   */
  transact<R>(decide: (tx: Tx) => R): Promise<R>;
  /** The newest known record, for reading only. */
  device(deviceId: string): MaybePromise<DeviceRecord | undefined>;
  devices(): Promise<readonly DeviceRecord[]>;
  /** How many devices there are, at a cost that does not grow with them. */
  deviceCount(): MaybePromise<number>;
  /** Devices for which time alone has changed something by now. */
  due(now: number): Promise<readonly string[]>;
  picture(commandId: string): Promise<string | undefined>;
  ended(commandId: string): Promise<EndedCommand | undefined>;
  history(query: HistoryQuery): Promise<readonly EndedCommand[]>;
  audited(query: HistoryQuery): Promise<readonly AuditEntry[]>;
  /** Called after each durable change, on Redis also for those of other relays. */
  onChange(listener: (change: Change) => void): void;
  health(): Promise<DatabaseHealth>;
  /** A person accepts that the store was emptied. Resolves with whether it was. Only a shared store can be. */
  acceptEmptied?(by: string): Promise<boolean>;
  /** Finishes what is under way. */
  close(): Promise<void>;
}
