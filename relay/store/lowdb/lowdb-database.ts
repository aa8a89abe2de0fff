/**
 * The database of one process: a lowdb document in memory, durable through a journal of groups. A decision runs at once
 * on what is in memory; its caller is answered when the group that it belongs to is on the disk. When a group cannot be
 * written, memory goes back to what the disk holds, and everybody who built on it is refused.
 */
import { setImmediate } from 'node:timers/promises';
import { Mutex } from '../../../shared/util/mutex.ts';
import { isDiskRefusing } from '../../../node/error-code.ts';
import { LockLost, type HeldLock } from '../../../node/lock-file.ts';
import type { AuditEntry, DeviceRecord, EndedCommand } from '../../core/records.ts';
import type { Tx } from '../../core/transaction.ts';
import type { Change, Database, DatabaseHealth, HistoryQuery } from '../database.ts';
import { BufferedTransaction, patch, type AnyRecord } from '../buffered-transaction.ts';
import { convert } from './convert.ts';
import { DEVICE_KEY, DueTimes } from './due-times.ts';
import { durableRecords } from './durable-records.ts';
import { Folder } from './folder.ts';
import { Group } from './group.ts';
import type { LowdbOptions } from './lowdb-options.ts';
import { unavailable } from './store-error.ts';
import { WriteProof } from './write-proof.ts';

const SNAPSHOT_EVERY = 2_000;
/** Or after so many bytes of journal: that is what a start has to read. */
const SNAPSHOT_BYTES = 32 << 20;
/**
 * And after so long, if there was a write: two snapshots after its end no file knows of a command what its history may
 * not.
 */
const SNAPSHOT_MS = 10 * 60_000;
const PRUNE_EVERY_MS = 3_600_000;
const OWN_EVERY_MS = 1_000;

export class LowdbDatabase implements Database {
  readonly #listeners: ((change: Change) => void)[] = [];
  #folder: Folder;
  #dueTimes = new DueTimes();
  #lock: HeldLock | undefined;
  readonly #owning = new Mutex();
  #ownTriedAt = 0;
  /** Without the folder nothing is written: the disk refuses, or somebody else owns it. */
  #isOwner = false;
  #collecting: Group | undefined;
  #writing: Group | undefined;
  readonly #writes = new Mutex();
  readonly #snapshots = new Mutex();
  #sinceSnapshot = 0;
  #snapshotAt = 0;
  #prunedAt = 0;
  readonly #proof = new WriteProof();
  #isClosed = false;

  constructor(readonly options: LowdbOptions) {
    this.#folder = new Folder(options);
  }

  /**
   * Rejects with `LockTaken`, with a StoreError, or with the system's error when the folder cannot be used. A disk that
   * is full or read-only is waited for.
   */
  static async open(options: LowdbOptions): Promise<LowdbDatabase> {
    const database = new LowdbDatabase(options);
    await database.#own().catch(async (error: unknown) => {
      if (!isDiskRefusing(error)) throw error;
      const folder = new Folder(options);
      await folder.read();
      database.#use(folder);
      options.onReadOnly?.(error);
    });
    return database;
  }

  get #records(): Record<string, AnyRecord> {
    return this.#folder.low.data.records;
  }

  async #own(): Promise<void> {
    const lock = await this.options.takeLock?.(() => this.#folder.low.data.seq);
    const folder = new Folder(this.options);
    try {
      for (const path of folder.paths) await folder.files.makeDir(path);
      const lost = await convert(this.options);
      await folder.read(lock?.noteBefore);
      folder.damage.push(...lost);
      await folder.repair();
    } catch (error) {
      await lock?.release();
      throw error;
    }
    this.#use(folder);
    this.#lock = lock;
    this.#isOwner = true;
    // A start is not to wait until all that is over was read.
    folder.history.verify().catch(() => undefined);
  }

  #use(folder: Folder): void {
    this.#folder = folder;
    this.#sinceSnapshot = folder.low.data.seq - folder.snapshots.newestSeq;
    this.#prunedAt = this.options.now();
    // Soon after a start: a relay that is killed every few minutes would never write one otherwise.
    this.#snapshotAt = this.#prunedAt - SNAPSHOT_MS;
    this.#dueTimes = new DueTimes();
    for (const [key, record] of Object.entries(this.#records)) this.#dueTimes.note(key, record);
  }

  async transact<R>(decide: (tx: Tx) => R): Promise<R> {
    if (this.#isClosed) throw unavailable();
    const transaction = new BufferedTransaction(this.options, (key) => this.#records[key]);
    let isDecided = false;
    try {
      const result = decide(transaction);
      isDecided = true;
      return result;
    } finally {
      if (isDecided && !transaction.isEmpty) await this.#keep(transaction);
      // An answer, a refusal as well, may rest on what is not on the disk yet; then it waits for it.
      else await [this.#collecting, this.#writing].find((one) => one?.touches(transaction.seen))?.done;
    }
  }

  async #keep(transaction: BufferedTransaction): Promise<void> {
    if (!this.#isOwner) throw unavailable();
    const group = this.#nextGroup();
    group.add(transaction, this.#records);
    this.#apply(transaction.records);
    await group.done;
  }

  /** Who comes in the same turn, or while the group before is being written, shares this one's write. */
  #nextGroup(): Group {
    if (this.#collecting) return this.#collecting;
    const group = (this.#collecting = new Group());
    void this.#writes.run(async () => {
      await setImmediate();
      await this.#write(group);
    });
    return group;
  }

  async #write(group: Group): Promise<void> {
    if (this.#collecting === group) this.#collecting = undefined;
    if (group.isRefused) return;
    this.#writing = group;
    const started = performance.now();
    const { low, journal, history } = this.#folder;
    const line = group.line(low.data.seq + 1);
    const pictures = group.pictures();
    const added = new Map([...pictures].filter((one): one is [string, string] => one[1] !== null));
    try {
      await this.#lock?.check();
      const locations = await journal.write(line, added);
      // What a process that stood still wrote into a folder that is another's by now, nobody may rely on.
      await this.#lock?.check();
      for (const [commandId, location] of locations) low.data.pictures.set(commandId, location);
    } catch (error) {
      this.#refuse(group, error);
      return;
    }
    low.data.seq = line.seq;
    this.#writing = undefined;
    this.#proof.wrote(journal.attempted);
    history.add(line);
    group.keep();
    for (const [commandId, uri] of pictures) if (uri === null) low.data.pictures.delete(commandId);
    const count = group.transactions.length;
    if (count > 0) this.options.onWritten?.(performance.now() - started, count, line.ended);
    this.#tell(group.change());
    this.#sinceSnapshot++;
    if (this.#sinceSnapshot >= (this.options.snapshotEvery ?? SNAPSHOT_EVERY) || journal.size >= SNAPSHOT_BYTES)
      this.#startSnapshot();
  }

  /**
   * Memory goes back to what the disk holds. What came in meanwhile was decided on what is now undone, so it is refused
   * as well.
   */
  #refuse(group: Group, cause: unknown): void {
    this.#proof.refused(this.#folder.journal.attempted);
    if (cause instanceof LockLost) {
      this.#isOwner = false;
      this.options.onLost?.(cause);
    }
    const later = this.#collecting;
    this.#collecting = undefined;
    this.#writing = undefined;
    for (const undone of [later, group]) if (undone) this.#apply(undone.before);
    for (const undone of [group, later]) undone?.refuse(unavailable(cause));
  }

  #apply(changes: ReadonlyMap<string, AnyRecord | null | undefined>): void {
    patch(this.#records, changes);
    for (const [key, record] of changes) this.#dueTimes.note(key, record ?? undefined);
  }

  #startSnapshot(): void {
    this.#sinceSnapshot = 0;
    // When it fails the journal goes on growing; the next snapshot is tried after as many groups again.
    if (this.#snapshots.free) this.#snapshots.run(() => this.#snapshot()).catch(() => undefined);
  }

  /** Writes the document as the disk holds it, then forgets the journal that two snapshots contain. */
  async #snapshot(): Promise<void> {
    const folder = this.#folder;
    const now = this.options.now();
    const { seq, records } = await this.#writes.run(async () => {
      // Between two groups. What comes next goes into a file of its own.
      const document = {
        seq: folder.low.data.seq,
        records: durableRecords(this.#records, this.#collecting?.before ?? [], now),
      };
      await folder.journal.rotate();
      return document;
    });
    await this.#lock?.check();
    await folder.snapshot(seq, records);
    this.#snapshotAt = now;
  }

  device(deviceId: string): DeviceRecord | undefined {
    return this.#records[DEVICE_KEY + deviceId] as DeviceRecord | undefined;
  }

  deviceCount = (): number => this.#dueTimes.count;

  async devices(): Promise<DeviceRecord[]> {
    const entries = Object.entries(this.#records);
    return entries.flatMap(([key, record]) => (key.startsWith(DEVICE_KEY) ? (record as DeviceRecord) : []));
  }

  async due(now: number): Promise<string[]> {
    if (!this.#isOwner) {
      if (this.#owning.free) this.#owning.run(() => this.#tryToOwn()).catch(() => undefined);
      return [];
    }
    const { snapshots, history } = this.#folder;
    // Customers' data leave the disk with their command, hence on a quiet day as well: two snapshots later they are in
    // no file.
    if (now - this.#snapshotAt > SNAPSHOT_MS && (this.#sinceSnapshot > 0 || snapshots.isOlderKept))
      this.#startSnapshot();
    // History goes when its days are over, also while nothing is written.
    if (now - this.#prunedAt > PRUNE_EVERY_MS) {
      this.#prunedAt = now;
      history.prune().catch(() => undefined);
    }
    return this.#dueTimes.by(now);
  }

  /**
   * After a start on a disk that refused: reads the folder again as its owner, for somebody else may have had it
   * meanwhile.
   */
  async #tryToOwn(): Promise<void> {
    if (this.#isClosed || this.#lock || performance.now() - this.#ownTriedAt < OWN_EVERY_MS) return;
    this.#ownTriedAt = performance.now();
    await this.#own();
    this.options.onReadOnly?.();
    this.#tell({ deviceIds: [], commandIds: [], isUncertain: true });
  }

  picture = (commandId: string): Promise<string | undefined> => this.#folder.picture(commandId);
  ended = (commandId: string): Promise<EndedCommand | undefined> => this.#folder.history.ended(commandId);
  history = (query: HistoryQuery): Promise<EndedCommand[]> => this.#folder.history.commands(query);
  audited = (query: HistoryQuery): Promise<AuditEntry[]> => this.#folder.history.audit(query);

  onChange(listener: (change: Change) => void): void {
    this.#listeners.push(listener);
  }

  #tell(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }

  /**
   * After a start or a failed write, only a group that was written, as long as the one that failed, says that the disk
   * takes writes.
   */
  async health(): Promise<DatabaseHealth> {
    if (this.#isOwner && !this.#isClosed && this.#proof.neededBytes > 0) {
      const group = this.#nextGroup();
      group.padding = this.#proof.neededBytes;
      await group.done.catch(() => undefined);
    }
    const writable = this.#isOwner && !this.#isClosed && this.#proof.neededBytes === 0;
    return { writable, damage: this.#folder.damage };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const work of [this.#owning, this.#writes, this.#snapshots]) await work.idle();
    const { history, journal } = this.#folder;
    if (this.#isOwner) {
      if (this.#sinceSnapshot > 0) await this.#snapshot().catch(() => undefined);
      await history.flush().catch(() => undefined);
    }
    await journal.rotate();
    await this.#lock?.release();
  }
}
