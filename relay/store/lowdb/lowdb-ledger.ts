/**
 * The ledger of one process: a lowdb document in memory, durable through a journal of group commits. A decision runs at once on what is in
 * memory; its caller is answered when the group that it belongs to is on the disk. When a group cannot be
 * written, memory goes back to what the disk holds, and everybody who built on it is refused.
 */
import { Low } from 'lowdb';
import { join } from 'node:path';
import { ApiError } from '../../../shared/wire/errors.ts';
import type { AuditEntry, DeviceRecord, EndedCommand } from '../../core/records.ts';
import { dueAt } from '../../core/expire.ts';
import type { Tx } from '../../core/transaction.ts';
import type { Change, HistoryQuery, Database, DatabaseHealth } from '../database.ts';
import { BufferedTransaction, type AnyRecord, type TransactionContext } from '../buffered-transaction.ts';
import { nodeFiles, writeWhole, type Files } from './files.ts';
import { Group } from './group.ts';
import type { History } from './history.ts';
import type { Journal } from './journal.ts';
import type { PictureFiles } from './picture-files.ts';
import { recover, type Recovered } from './recover.ts';
import type { Document, SnapshotAdapter } from './snapshot.ts';

export interface LowdbOptions extends TransactionContext {
  readonly dir: string;
  readonly historyDays: number;
  readonly files?: Files;
  readonly onDamage?: (file: string) => void;
  /** Told how long each group took to reach the disk, in milliseconds. */
  readonly onWritten?: (tookMs: number, decisions: number, ended: readonly EndedCommand[]) => void;
  /** A snapshot is made after so many journal entries. */
  readonly snapshotEvery?: number;
}

const SNAPSHOT_EVERY = 2_000;
/** And after so long, if there was a write: two snapshots after its end no file knows of a command what its history may not. */
const SNAPSHOT_MS = 10 * 60_000;
const PRUNE_EVERY_MS = 3_600_000;
const DEVICE_KEY = 'device:';

export class LowdbLedger implements Database {
  private readonly listeners: ((change: Change) => void)[] = [];
  private readonly dueTimes = new Map<string, number>();
  private collecting: Group | undefined;
  private writing: Group | undefined;
  private working: Promise<void> = Promise.resolve();
  private snapshotting: Promise<void> | undefined;
  private sinceSnapshot = 0;
  private snapshotAt: number;
  /** `recover` has done so just now. */
  private prunedAt: number;
  private lastWriteFailed = false;
  private closed = false;

  private readonly files: Files;
  private readonly low: Low<Document>;
  private readonly snapshots: SnapshotAdapter;
  private readonly journal: Journal;
  private readonly pictures: PictureFiles;
  private readonly past: History;
  private readonly damage: readonly string[];

  private constructor(
    private readonly options: LowdbOptions,
    recovered: Recovered,
  ) {
    ({
      files: this.files,
      low: this.low,
      snapshots: this.snapshots,
      journal: this.journal,
      pictures: this.pictures,
      past: this.past,
      damage: this.damage,
    } = recovered);
    this.sinceSnapshot = this.low.data.seq - this.snapshots.newestSeq;
    this.snapshotAt = options.now();
    this.prunedAt = this.snapshotAt;
    for (const [key, record] of Object.entries(this.low.data.records)) this.noteDue(key, record);
  }

  /** Rejects with a sentence when the folder cannot be used or holds a store that cannot be put together again. */
  static async open(options: LowdbOptions): Promise<LowdbLedger> {
    return new LowdbLedger(options, await recover(options, options.files ?? nodeFiles));
  }

  async transact<R>(decide: (tx: Tx) => R): Promise<R> {
    if (this.closed) throw unavailable();
    const { records } = this.low.data;
    const view = new BufferedTransaction(this.options, (key) => records[key]);
    let result: R;
    try {
      result = decide(view);
    } catch (error) {
      await this.durable(view.seen);
      throw error;
    }
    if (view.isEmpty) {
      await this.durable(view.seen);
      return result;
    }
    const group = (this.collecting ??= this.startGroup());
    group.add(view, records);
    this.apply(view.records);
    await group.done;
    return result;
  }

  /** An answer, a refusal as well, may rest on what is not on the disk yet; then it waits for it. */
  private async durable(seen: ReadonlySet<string>): Promise<void> {
    const group = [this.collecting, this.writing].find((one) => one?.touches(seen));
    await group?.done;
  }

  private startGroup(): Group {
    const group = new Group();
    // Whoever comes in the same turn, or while the group before is being written, shares this one's write.
    this.working = this.working
      .then(() => new Promise<void>((resolve) => setImmediate(resolve)))
      .then(() => this.write(group));
    return group;
  }

  private async write(group: Group): Promise<void> {
    if (this.collecting === group) this.collecting = undefined;
    if (group.isRefused) return;
    this.writing = group;
    const started = performance.now();
    const seq = this.low.data.seq + 1;
    const entry = group.entry();
    try {
      await this.pictures.write(group.pictures);
      await this.journal.write(seq, entry);
    } catch (error) {
      await this.refuse(group, seq, error);
      return;
    }
    this.low.data.seq = seq;
    this.writing = undefined;
    this.lastWriteFailed = false;
    this.past.add(seq, entry);
    group.keep();
    this.pictures.remove(group.pictures);
    this.options.onWritten?.(performance.now() - started, group.size, entry.ended);
    const change = group.change();
    for (const listener of this.listeners) listener(change);
    if (++this.sinceSnapshot >= (this.options.snapshotEvery ?? SNAPSHOT_EVERY)) this.startSnapshot();
  }

  /** Memory goes back to what the disk holds. What came in meanwhile was decided on what is now undone, so it is refused as well. */
  private async refuse(group: Group, seq: number, cause: unknown): Promise<void> {
    this.lastWriteFailed = true;
    const later = this.collecting;
    this.collecting = undefined;
    this.writing = undefined;
    for (const undone of [later, group]) if (undone) this.apply(undone.before);
    await this.journal.erase(seq);
    await this.pictures.erase(group.pictures);
    for (const undone of [group, later]) undone?.refuse(unavailable(cause));
  }

  private apply(changes: Iterable<readonly [string, AnyRecord | null | undefined]>): void {
    const { records } = this.low.data;
    for (const [key, record] of changes) {
      if (record) records[key] = record;
      else delete records[key];
      this.noteDue(key, record ?? undefined);
    }
  }

  private noteDue(key: string, record: AnyRecord | undefined): void {
    if (!key.startsWith(DEVICE_KEY)) return;
    const deviceId = key.slice(DEVICE_KEY.length);
    const due = record ? dueAt(record as DeviceRecord) : Infinity;
    if (due === Infinity) this.dueTimes.delete(deviceId);
    else this.dueTimes.set(deviceId, due);
  }

  private startSnapshot(): void {
    this.sinceSnapshot = 0;
    this.snapshotting ??= this.snapshot()
      // The journal goes on growing; the next snapshot is tried after as many entries again.
      .catch(() => undefined)
      .finally(() => {
        this.snapshotting = undefined;
      });
  }

  /** Writes the document as the disk holds it, then forgets the journal that two snapshots contain. */
  private async snapshot(): Promise<void> {
    const { seq, records } = this.low.data;
    const durable = { ...records };
    for (const group of [this.collecting, this.writing])
      for (const [key, record] of group?.before ?? []) {
        if (record) durable[key] = record;
        else delete durable[key];
      }
    const now = this.options.now();
    for (const [key, record] of Object.entries(durable))
      if ('expiresAt' in record && record.expiresAt <= now && !key.startsWith(DEVICE_KEY)) {
        delete durable[key];
        if (records[key] === record) delete records[key];
      }
    await new Low<Document>(this.snapshots, { seq, records: durable }).write();
    await this.past.settle();
    await this.journal.prune(this.snapshots.previousSeq);
    await this.past.prune(this.options.historyDays);
    this.snapshotAt = now;
  }

  device(deviceId: string): DeviceRecord | undefined {
    return this.low.data.records[DEVICE_KEY + deviceId] as DeviceRecord | undefined;
  }

  async devices(): Promise<DeviceRecord[]> {
    const { records } = this.low.data;
    return Object.keys(records)
      .filter((key) => key.startsWith(DEVICE_KEY))
      .map((key) => records[key] as DeviceRecord);
  }

  async due(now: number): Promise<string[]> {
    // Customers' data leave the disk with their command, hence on a quiet day as well: two snapshots later they are in no file.
    if (now - this.snapshotAt > SNAPSHOT_MS && (this.sinceSnapshot > 0 || this.snapshots.previousIsOlder))
      this.startSnapshot();
    // History goes when its days are over, also while nothing is written.
    if (now - this.prunedAt > PRUNE_EVERY_MS) {
      this.prunedAt = now;
      this.past.prune(this.options.historyDays).catch(() => undefined);
    }
    const due = [];
    for (const [deviceId, at] of this.dueTimes) if (at <= now) due.push(deviceId);
    return due;
  }

  picture = (commandId: string): Promise<string | undefined> => this.pictures.read(commandId);
  ended = (commandId: string): Promise<EndedCommand | undefined> => this.past.ended(commandId);
  history = (query: HistoryQuery): Promise<EndedCommand[]> => this.past.commands(query);
  audited = (query: HistoryQuery): Promise<AuditEntry[]> => this.past.audit(query);

  onChange(listener: (change: Change) => void): void {
    this.listeners.push(listener);
  }

  /** After a failed write, a small probe says whether the disk takes writes again. */
  async health(): Promise<DatabaseHealth> {
    if (!this.closed && this.lastWriteFailed) {
      try {
        await writeWhole(this.files, join(this.options.dir, 'probe'), ['']);
        this.lastWriteFailed = false;
      } catch {
        // Still not.
      }
    }
    return { writable: !this.closed && !this.lastWriteFailed, damage: this.damage };
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.working;
    await this.snapshotting;
    if (this.sinceSnapshot > 0) await this.snapshot().catch(() => undefined);
    await this.past.settle().catch(() => undefined);
  }
}

function unavailable(cause?: unknown): ApiError {
  const error = new ApiError(
    'store_unavailable',
    'The relay cannot keep data at the moment; nothing was changed. Try again in a few seconds.',
    {},
    { 'Retry-After': '3' },
  );
  error.cause = cause;
  return error;
}
