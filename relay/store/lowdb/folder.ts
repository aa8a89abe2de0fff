/**
 * What a data folder holds: the document in memory, its snapshots, the journal since, and the history. Put together
 * again after whatever ended the process before, and repaired where it was damaged.
 */
import { Low } from 'lowdb';
import { join } from 'node:path';
import { patch } from '../buffered-transaction.ts';
import { ASIDE, asideName, nodeFiles, setAside, writeWhole, type Files } from './files.ts';
import type { FolderOptions } from './lowdb-options.ts';
import { History } from './history.ts';
import { Journal, type PictureLine } from './journal.ts';
import { readLine } from './lines.ts';
import { GUARD, guardText } from './older-relay.ts';
import { SnapshotAdapter, type Document } from './snapshot.ts';
import { StoreError } from './store-error.ts';

export class Folder {
  readonly files: Files;
  readonly snapshots: SnapshotAdapter;
  readonly journal: Journal;
  readonly history: History;
  readonly low: Low<Document>;
  /** What was found damaged or missing, now or before. Grows when more is found later. */
  readonly damage: string[] = [];
  /** Journal files that are to be set aside once two snapshots hold all that could be read. */
  #broken: readonly string[] = [];
  /** What is not there, with how much; to be noted beside it, so that the next start tells it as well. */
  readonly #missing = new Map<string, number>();
  #isToBeKept = false;

  constructor(readonly options: FolderOptions) {
    const { dir, files = nodeFiles } = options;
    this.files = files;
    this.snapshots = new SnapshotAdapter(files, join(dir, 'snapshots'));
    this.journal = new Journal(files, join(dir, 'journal'));
    this.history = new History(files, join(dir, 'history'), options, this.#tell);
    this.low = new Low<Document>(this.snapshots, { seq: 0, records: {}, pictures: new Map(), history: [] });
  }

  get paths(): readonly string[] {
    return [this.options.dir, this.journal.dir, this.snapshots.dir, this.history.dir];
  }

  #tell = (file: string, lost: number, kind: 'damaged' | 'missing'): void => {
    if (kind === 'missing') this.#missing.set(file, lost);
    this.damage.push(file);
    this.options.onDamage?.(file, lost);
  };

  /**
   * Reads snapshot, history, then journal; writes nothing. Rejects with a StoreError when what is there cannot be put
   * together again. @param newestBefore The newest group, as the owner before has noted it.
   */
  async read(newestBefore = 0): Promise<void> {
    const { low, snapshots, history, journal, damage } = this;
    // What was set aside earlier is told until somebody has taken it away.
    for (const path of this.paths)
      for (const name of await this.files.list(path)) if (name.includes(ASIDE)) damage.push(join(path, name));
    const known = damage.length;
    await low.read();
    const { data } = low;
    await history.load(data.history);
    const found = await journal.read(snapshots.previousSeq, (group, pictures) => {
      history.restore(group);
      if (group.seq <= data.seq) return;
      data.seq = group.seq;
      for (const [commandId, location] of pictures) data.pictures.set(commandId, location);
      patch(data.records, group.records);
    });
    this.#refuseRest(found.first);
    history.tellLosses();
    for (const path of [...snapshots.damaged, ...found.damaged]) this.#tell(path, 0, 'damaged');
    this.#broken = found.damaged;
    if (newestBefore > data.seq) this.#tell(join(journal.dir, 'newest groups'), newestBefore - data.seq, 'missing');
    if (found.missing > 0) this.#tell(join(journal.dir, 'groups'), found.missing, 'missing');
    // Of groups behind a damaged end, or of a copy that was read after the journal, only the history may know; their
    // numbers are not to be used again.
    this.#isToBeKept = history.newestSeq > data.seq || damage.length > known;
    data.seq = Math.max(data.seq, history.newestSeq);
    this.#keepOpenPictures();
  }

  /** What is left of a folder is not taken for all of it. */
  #refuseRest(firstGroup: number): void {
    const { dir } = this.options;
    if (this.snapshots.newestSeq === 0 && firstGroup > 1)
      throw new StoreError(
        `The snapshots in ${dir} are missing or damaged, and the journal does not begin at its beginning. Restore a backup of the folder.`,
      );
    if (this.low.data.seq === 0 && this.history.newestSeq > 0)
      throw new StoreError(
        `The snapshots and the journal in ${dir} are gone, and only its history is left. Restore a backup of the folder, or move it away to begin anew.`,
      );
  }

  #keepOpenPictures(): void {
    const { records, pictures } = this.low.data;
    const all = Object.values(records);
    const open = new Set(all.flatMap((one) => ('hasPicture' in one && one.hasPicture ? one.commandId : [])));
    for (const commandId of pictures.keys()) if (!open.has(commandId)) pictures.delete(commandId);
    for (const commandId of open)
      if (!pictures.has(commandId))
        this.#tell(join(this.options.dir, `the picture of ${commandId} is missing`), 1, 'damaged');
  }

  /** After `read`, by the owner: two snapshots hold all that could be read, so that nobody needs the damaged files. */
  async repair(): Promise<void> {
    const { files, low, snapshots, history } = this;
    const { dir, now } = this.options;
    const guard = join(dir, GUARD);
    if ((await files.read(guard))?.toString() !== guardText()) await writeWhole(files, guard, [guardText()]);
    if (!this.#isToBeKept) return;
    for (const path of snapshots.damaged) await setAside(files, path, now());
    await history.repair();
    low.data.history = await history.flush();
    for (let nth = 0; nth < 2; nth++) await low.write();
    for (const path of this.#broken) await setAside(files, path, now());
    for (const [path, lost] of this.#missing)
      await writeWhole(files, asideName(path, now()), [`${lost} lines or groups are missing.\n`]);
  }

  /** Writes the document as the disk holds it, then forgets the journal that two snapshots contain. */
  async snapshot(seq: number, records: Document['records']): Promise<void> {
    const { low, snapshots, journal, history } = this;
    const { pictures } = low.data;
    await history.prune();
    await new Low<Document>(snapshots, { seq, records, pictures, history: await history.flush() }).write();
    await journal.prune(snapshots.previousSeq);
  }

  /** The picture of an open command, from the journal or the snapshot that has it; `undefined` when there is none. */
  async picture(commandId: string): Promise<string | undefined> {
    const { pictures } = this.low.data;
    for (let location = pictures.get(commandId); location;) {
      const line = await readLine<PictureLine>(this.files, location).catch(() => undefined);
      if (line?.picture === commandId) return line.uri;
      const now = pictures.get(commandId);
      // A snapshot may have moved it meanwhile.
      if (now === location) this.#tell(location.path, 1, 'damaged');
      location = now === location ? undefined : now;
    }
    return undefined;
  }
}
