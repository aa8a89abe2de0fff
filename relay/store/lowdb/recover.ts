/** What a data folder holds, put together again after whatever ended the process: snapshot, history, then journal. Writes nothing. */
import { Low } from 'lowdb';
import { join } from 'node:path';
import { ASIDE, type Files } from './files.ts';
import { History } from './history.ts';
import { Journal } from './journal.ts';
import { SnapshotAdapter, type Document } from './snapshot.ts';
import { StoreError } from './store-error.ts';

export interface Recovered {
  readonly files: Files;
  readonly low: Low<Document>;
  readonly snapshots: SnapshotAdapter;
  readonly journal: Journal;
  readonly history: History;
  /** What was found damaged or missing, now or before. Grows when more is found later. */
  readonly damage: string[];
  /** What is to be set aside once two snapshots hold all that could be read. */
  readonly broken: readonly string[];
  /** What is not there, with how many groups or lines; to be noted beside it, so that the next start tells it as well. */
  readonly missing: ReadonlyMap<string, number>;
  /** Whether two snapshots are to be written before anything else. */
  readonly isToBeKept: boolean;
}

export interface RecoverOptions {
  readonly dir: string;
  readonly historyDays: number;
  readonly now: () => number;
  /** The number of the newest group, as whoever owned the folder before has noted it. */
  readonly newestBefore?: number;
  readonly historySegmentBytes?: number;
  /** @param lost Groups or lines that are known to be missing. */
  readonly onDamage?: (file: string, lost: number) => void;
}

export const foldersOf = (dir: string) => ({
  dir,
  journal: join(dir, 'journal'),
  snapshots: join(dir, 'snapshots'),
  history: join(dir, 'history'),
});

/** Rejects with a StoreError when what is there cannot be put together again. */
export async function recover(
  { dir, historyDays, now, newestBefore = 0, historySegmentBytes, onDamage }: RecoverOptions,
  files: Files,
): Promise<Recovered> {
  const folders = foldersOf(dir);
  const damage: string[] = [];
  // What was set aside earlier is told until somebody has taken it away.
  for (const folder of Object.values(folders))
    for (const name of await files.list(folder)) if (name.includes(ASIDE)) damage.push(join(folder, name));
  const broken: string[] = [];
  const missing = new Map<string, number>();
  const tell = (file: string, lost: number): void => {
    damage.push(file);
    onDamage?.(file, lost);
  };
  const tellMissing = (file: string, lost: number): void => {
    missing.set(file, lost);
    tell(file, lost);
  };

  const snapshots = new SnapshotAdapter(files, folders.snapshots);
  const low = new Low<Document>(snapshots, { seq: 0, records: {}, pictures: new Map(), history: [] });
  await low.read();
  const { data } = low;
  const known = damage.length;
  const history = new History({
    files,
    dir: folders.history,
    historyDays,
    now,
    ...(historySegmentBytes === undefined ? {} : { segmentBytes: historySegmentBytes }),
    onDamage: (file, lost, isBroken) => (isBroken ? tell : tellMissing)(file, lost),
  });
  await history.load(data.history);
  const journal = new Journal(files, folders.journal);
  const found = await journal.read(snapshots.previousSeq ?? snapshots.newestSeq, (entry, pictures) => {
    history.restore(entry.seq, entry);
    if (entry.seq <= data.seq) return;
    data.seq = entry.seq;
    for (const [commandId, location] of pictures) data.pictures.set(commandId, location);
    for (const [key, record] of entry.records) {
      if (record === null) delete data.records[key];
      else data.records[key] = record;
    }
  });
  if (snapshots.newestSeq === 0 && found.first > 1)
    throw new StoreError(
      `The snapshots in ${dir} are missing or damaged, and the journal does not begin at its beginning. Restore a backup of the folder.`,
    );
  if (data.seq === 0 && history.newestSeq > 0)
    throw new StoreError(
      `The snapshots and the journal in ${dir} are gone, and only its history is left. Restore a backup of the folder, or move it away to begin anew.`,
    );
  history.tellDamage();
  for (const path of [...snapshots.damaged, ...found.damaged]) {
    broken.push(path);
    tell(path, 0);
  }
  if (newestBefore > data.seq) tellMissing(join(folders.journal, 'newest groups'), newestBefore - data.seq);
  if (found.missing > 0) tellMissing(join(folders.journal, 'groups'), found.missing);
  // Of groups behind a damaged end, or of a copy that was read after the journal, only the history may know; their numbers are not to be used again.
  const isToBeKept = history.newestSeq > data.seq || damage.length > known;
  data.seq = Math.max(data.seq, history.newestSeq);
  const open = new Set<string>();
  for (const record of Object.values(data.records))
    if ('hasPicture' in record && record.hasPicture) open.add(record.commandId);
  for (const commandId of data.pictures.keys()) if (!open.has(commandId)) data.pictures.delete(commandId);
  for (const commandId of open)
    if (!data.pictures.has(commandId)) tell(join(dir, `the picture of ${commandId} is missing`), 1);
  return { files, low, snapshots, journal, history, damage, broken, missing, isToBeKept };
}
