/**
 * The database of one process: a lowdb document in memory, durable through a journal of groups. A decision runs at once on what is in memory; its caller
 * is answered when the group that it belongs to is on the disk. When a group cannot be written, memory goes back to what the disk holds, and
 * everybody who built on it is refused.
 */
import { isDiskRefusing } from '../../../node/error-code.ts';
import { LockLost, type HeldLock } from '../../../node/lock-file.ts';
import type { AuditEntry, DeviceRecord, EndedCommand } from '../../core/records.ts';
import type { Tx } from '../../core/transaction.ts';
import type { Change, Database, DatabaseHealth, HistoryQuery } from '../database.ts';
import { BufferedTransaction, type AnyRecord } from '../buffered-transaction.ts';
import { DEVICE_KEY, DueTimes } from './due-times.ts';
import { nodeFiles, type Files } from './files.ts';
import { Group } from './group.ts';
import { readPicture } from './read-picture.ts';
import { openFolder, writeSnapshot } from './open-folder.ts';
import type { LowdbOptions } from './lowdb-options.ts';
import { recover, type Recovered } from './recover.ts';
import { unavailable } from './store-error.ts';
import { WriteProof } from './write-proof.ts';

const SNAPSHOT_EVERY = 2_000;
/** Or after so many bytes of journal: that is what a start has to read. */
const SNAPSHOT_BYTES = 32 << 20;
/** And after so long, if there was a write: two snapshots after its end no file knows of a command what its history may not. */
const SNAPSHOT_MS = 10 * 60_000;
const PRUNE_EVERY_MS = 3_600_000;
const OWN_EVERY_MS = 1_000;

export class LowdbDatabase implements Database {
  readonly #options: LowdbOptions;
  readonly #files: Files;
  readonly #listeners: ((change: Change) => void)[] = [];
  readonly #dueTimes = new DueTimes();
  #deviceCount = 0;
  #store!: Recovered;
  #lock: HeldLock | undefined;
  #owning: Promise<void> | undefined;
  #ownTriedAt = 0;
  /** Without the folder nothing is written: the disk refuses, or somebody else owns it. */
  #isOwner = false;
  #collecting: Group | undefined;
  #writing: Group | undefined;
  #working: Promise<void> = Promise.resolve();
  #snapshotting: Promise<void> | undefined;
  #sinceSnapshot = 0;
  #snapshotAt = 0;
  #prunedAt = 0;
  readonly #proof = new WriteProof();
  #probing: Promise<void> | undefined;
  #isClosed = false;

  private constructor(options: LowdbOptions) {
    this.#options = options;
    this.#files = options.files ?? nodeFiles;
  }

  /** Rejects with `LockTaken`, with a StoreError, or with the system's error when the folder cannot be used. A disk that is full or read-only is waited for. */
  static async open(options: LowdbOptions): Promise<LowdbDatabase> {
    const database = new LowdbDatabase(options);
    await database.#own().catch(async (error: unknown) => {
      if (!isDiskRefusing(error)) throw error;
      database.#use(await recover(options, database.#files));
      options.onReadOnly?.(error);
    });
    return database;
  }

  async #own(): Promise<void> {
    const note = (): number => (this.#store as Recovered | undefined)?.low.data.seq ?? 0;
    const { store, lock } = await openFolder(this.#options, this.#files, () => this.#options.takeLock?.(note));
    this.#use(store);
    this.#lock = lock;
    this.#isOwner = true;
    // A start is not to wait until all that is over was read.
    store.history.verify().catch(() => undefined);
  }

  #use(store: Recovered): void {
    this.#store = store;
    this.#sinceSnapshot = store.low.data.seq - store.snapshots.newestSeq;
    this.#snapshotAt = this.#options.now();
    this.#prunedAt = this.#snapshotAt;
    this.#dueTimes.clear();
    this.#deviceCount = 0;
    for (const [key, record] of Object.entries(store.low.data.records)) {
      if (key.startsWith(DEVICE_KEY)) this.#deviceCount++;
      this.#dueTimes.note(key, record);
    }
  }

  #tell(file: string, lost: number): void {
    this.#store.damage.push(file);
    this.#options.onDamage?.(file, lost);
  }

  async transact<R>(decide: (tx: Tx) => R): Promise<R> {
    if (this.#isClosed) throw unavailable();
    const { records } = this.#store.low.data;
    const transaction = new BufferedTransaction(this.#options, (key) => records[key]);
    let result: R;
    try {
      result = decide(transaction);
    } catch (error) {
      await this.#durable(transaction.seen);
      throw error;
    }
    if (transaction.isEmpty) {
      await this.#durable(transaction.seen);
      return result;
    }
    if (!this.#isOwner) throw unavailable();
    const group = (this.#collecting ??= this.#startGroup());
    group.add(transaction, records);
    this.#apply(transaction.records);
    await group.done;
    return result;
  }

  /** An answer, a refusal as well, may rest on what is not on the disk yet; then it waits for it. */
  async #durable(seen: ReadonlySet<string>): Promise<void> {
    const group = [this.#collecting, this.#writing].find((one) => one?.touches(seen));
    await group?.done;
  }

  #startGroup(): Group {
    const group = new Group();
    // Whoever comes in the same turn, or while the group before is being written, shares this one's write.
    this.#working = this.#working
      .then(() => new Promise<void>((resolve) => setImmediate(resolve)))
      .then(() => this.#write(group));
    return group;
  }

  async #write(group: Group): Promise<void> {
    if (this.#collecting === group) this.#collecting = undefined;
    if (group.isRefused) return;
    this.#writing = group;
    const started = performance.now();
    const { low, journal, history } = this.#store;
    const seq = low.data.seq + 1;
    const entry = group.entry();
    const padding = group.isProof ? { padding: this.#proof.padding } : {};
    try {
      await this.#lock?.check();
      const locations = await journal.write({ seq, ...entry, ...padding }, group.newPictures());
      // What a process that stood still wrote into a folder that is another's by now, nobody may rely on.
      await this.#lock?.check();
      for (const [commandId, location] of locations) low.data.pictures.set(commandId, location);
    } catch (error) {
      this.#refuse(group, error);
      return;
    }
    low.data.seq = seq;
    this.#writing = undefined;
    this.#proof.written(journal.attempted);
    history.add(seq, entry);
    group.keep();
    for (const [commandId, uri] of group.pictures) if (uri === null) low.data.pictures.delete(commandId);
    if (group.size > 0) this.#options.onWritten?.(performance.now() - started, group.size, entry.ended);
    const change = group.change();
    for (const listener of this.#listeners) listener(change);
    this.#sinceSnapshot++;
    if (this.#sinceSnapshot >= (this.#options.snapshotEvery ?? SNAPSHOT_EVERY) || journal.size >= SNAPSHOT_BYTES)
      this.#startSnapshot();
  }

  /** Memory goes back to what the disk holds. What came in meanwhile was decided on what is now undone, so it is refused as well. */
  #refuse(group: Group, cause: unknown): void {
    this.#proof.refused(this.#store.journal.attempted);
    if (cause instanceof LockLost) {
      this.#isOwner = false;
      this.#options.onLost?.(cause);
    }
    const later = this.#collecting;
    this.#collecting = undefined;
    this.#writing = undefined;
    for (const undone of [later, group]) if (undone) this.#apply(undone.before);
    for (const undone of [group, later]) undone?.refuse(unavailable(cause));
  }

  #apply(changes: Iterable<readonly [string, AnyRecord | null | undefined]>): void {
    const { records } = this.#store.low.data;
    for (const [key, record] of changes) {
      if (key.startsWith(DEVICE_KEY)) this.#deviceCount += Number(Boolean(record)) - Number(key in records);
      if (record) records[key] = record;
      else delete records[key];
      this.#dueTimes.note(key, record ?? undefined);
    }
  }

  #startSnapshot(): void {
    this.#sinceSnapshot = 0;
    this.#snapshotting ??= this.#snapshot()
      // The journal goes on growing; the next snapshot is tried after as many groups again.
      .catch(() => undefined)
      .finally(() => {
        this.#snapshotting = undefined;
      });
  }

  /** Writes the document as the disk holds it, then forgets the journal that two snapshots contain. */
  async #snapshot(): Promise<void> {
    const store = this.#store;
    const now = this.#options.now();
    const taken = this.#working.then(async () => {
      // Between two groups. What comes next goes into a file of its own.
      const document = { seq: store.low.data.seq, records: this.#durableRecords(now) };
      await store.journal.rotate();
      return document;
    });
    this.#working = taken.then(
      () => undefined,
      () => undefined,
    );
    const { seq, records } = await taken;
    await this.#lock?.check();
    await writeSnapshot(store, seq, records);
    this.#snapshotAt = now;
  }

  #durableRecords(now: number): Record<string, AnyRecord> {
    const { records } = this.#store.low.data;
    const durable = { ...records };
    for (const [key, record] of this.#collecting?.before ?? []) {
      if (record) durable[key] = record;
      else delete durable[key];
    }
    for (const [key, record] of Object.entries(durable))
      if ('expiresAt' in record && record.expiresAt <= now && !key.startsWith(DEVICE_KEY)) {
        delete durable[key];
        if (records[key] === record) delete records[key];
      }
    return durable;
  }

  device(deviceId: string): DeviceRecord | undefined {
    return this.#store.low.data.records[DEVICE_KEY + deviceId] as DeviceRecord | undefined;
  }

  deviceCount = (): number => this.#deviceCount;

  async devices(): Promise<DeviceRecord[]> {
    const { records } = this.#store.low.data;
    return Object.keys(records)
      .filter((key) => key.startsWith(DEVICE_KEY))
      .map((key) => records[key] as DeviceRecord);
  }

  async due(now: number): Promise<string[]> {
    if (!this.#isOwner) {
      this.#tryToOwn();
      return [];
    }
    // Customers' data leave the disk with their command, hence on a quiet day as well: two snapshots later they are in no file.
    if (now - this.#snapshotAt > SNAPSHOT_MS && (this.#sinceSnapshot > 0 || this.#store.snapshots.previousIsOlder))
      this.#startSnapshot();
    // History goes when its days are over, also while nothing is written.
    if (now - this.#prunedAt > PRUNE_EVERY_MS) {
      this.#prunedAt = now;
      this.#store.history.prune().catch(() => undefined);
    }
    return this.#dueTimes.by(now);
  }

  /** After a start on a disk that refused: reads the folder again as its owner, for somebody else may have had it meanwhile. */
  #tryToOwn(): void {
    if (this.#isClosed || this.#lock || this.#owning || performance.now() - this.#ownTriedAt < OWN_EVERY_MS) return;
    this.#ownTriedAt = performance.now();
    this.#owning = this.#own()
      .then(() => {
        this.#options.onReadOnly?.();
        for (const listener of this.#listeners) listener({ deviceIds: [], commandIds: [], isUncertain: true });
      })
      .catch(() => undefined)
      .finally(() => {
        this.#owning = undefined;
      });
  }

  picture(commandId: string): Promise<string | undefined> {
    return readPicture(this.#files, this.#store.low.data.pictures, commandId, (file) => this.#tell(file, 1));
  }

  ended = (commandId: string): Promise<EndedCommand | undefined> => this.#store.history.ended(commandId);
  history = (query: HistoryQuery): Promise<EndedCommand[]> => this.#store.history.commands(query);
  audited = (query: HistoryQuery): Promise<AuditEntry[]> => this.#store.history.audit(query);

  onChange(listener: (change: Change) => void): void {
    this.#listeners.push(listener);
  }

  /** After a start or a failed write, only a group that was written, as long as the one that failed, says that the disk takes writes. */
  async health(): Promise<DatabaseHealth> {
    if (this.#isOwner && !this.#isClosed && !this.#proof.isGiven) {
      this.#probing ??= this.#probe().finally(() => {
        this.#probing = undefined;
      });
      await this.#probing;
    }
    return { writable: this.#isOwner && !this.#isClosed && this.#proof.isGiven, damage: this.#store.damage };
  }

  async #probe(): Promise<void> {
    const group = (this.#collecting ??= this.#startGroup());
    group.isProof = true;
    await group.done.catch(() => undefined);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#owning;
    await this.#working;
    await this.#snapshotting;
    const { history, journal } = this.#store;
    if (this.#isOwner) {
      if (this.#sinceSnapshot > 0) await this.#snapshot().catch(() => undefined);
      await history.flush().catch(() => undefined);
    }
    await history.close();
    await journal.rotate();
    await this.#lock?.release();
  }
}
