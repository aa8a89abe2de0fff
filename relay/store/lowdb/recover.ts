/** What a data folder holds, put together again after whatever ended the process: snapshot, then journal, then history and pictures. */
import { Low } from 'lowdb';
import { join } from 'node:path';
import type { AnyRecord } from '../buffered-transaction.ts';
import type { Files } from './files.ts';
import { History } from './history.ts';
import { Journal, type Numbered } from './journal.ts';
import { PictureFiles } from './picture-files.ts';
import { SnapshotAdapter, type Document } from './snapshot.ts';

export interface Recovered {
  readonly files: Files;
  readonly low: Low<Document>;
  readonly snapshots: SnapshotAdapter;
  readonly journal: Journal;
  readonly pictures: PictureFiles;
  readonly past: History;
  /** Grows when more damage is found later. */
  readonly damage: readonly string[];
}

export interface RecoverOptions {
  readonly dir: string;
  readonly historyDays: number;
  readonly now: () => number;
  readonly onDamage?: (file: string) => void;
}

/** Rejects with a sentence when what is there cannot be put together again. */
export async function recover({ dir, historyDays, now, ...options }: RecoverOptions, files: Files): Promise<Recovered> {
  const paths = { journal: join(dir, 'journal'), pictures: join(dir, 'pictures'), history: join(dir, 'history') };
  for (const path of [dir, ...Object.values(paths)]) await files.makeDir(path);
  const damage: string[] = [];
  // What was set aside earlier is told until somebody has taken it away.
  for (const folder of [dir, ...Object.values(paths)])
    for (const name of await files.list(folder)) if (name.includes('.damaged-')) damage.push(join(folder, name));
  const onDamage = (file: string): void => {
    damage.push(file);
    options.onDamage?.(file);
  };

  const snapshots = new SnapshotAdapter(files, dir, now, onDamage);
  const low = new Low<Document>(snapshots, { seq: 0, records: {} });
  await low.read();
  const journal = new Journal(files, paths.journal);
  const entries = await journal.read(snapshots.previousSeq, now(), onDamage);
  const first = entries.find(({ seq }) => seq > low.data.seq);
  if (first && first.seq !== low.data.seq + 1)
    throw new Error(
      `The snapshots in ${dir} are missing or damaged, and the journal starts only at entry ${first.seq}. Restore a backup of the folder.`,
    );
  replay(low.data, entries, (seq) => onDamage(join(paths.journal, `entry ${seq} is missing`)));

  const past = new History(files, paths.history, now, onDamage);
  await past.load(entries);
  if (low.data.seq === 0 && past.newestSeq > 0)
    throw new Error(
      `The snapshots and the journal in ${dir} are gone, and only its history is left. Restore a backup of the folder, or move it away to begin anew.`,
    );
  // Of a damaged last entry only the history may know; its number is not to be used again.
  low.data.seq = Math.max(low.data.seq, past.newestSeq);
  await past.prune(historyDays);
  const pictures = new PictureFiles(files, paths.pictures, now, onDamage);
  await pictures.mend(commandsWithPicture(low.data.records));
  return { files, low, snapshots, journal, pictures, past, damage };
}

function replay(data: Document, entries: readonly Numbered[], onMissing: (seq: number) => void): void {
  const snapshotSeq = data.seq;
  for (const { seq, entry } of entries) {
    // The older ones are there for the history, and for the day when the newest snapshot is damaged.
    if (seq <= snapshotSeq) continue;
    // A number of which both copies are damaged: its writes are lost and told; what came after still holds.
    for (let missing = data.seq + 1; missing < seq; missing++) onMissing(missing);
    if (!entry) onMissing(seq);
    data.seq = seq;
    for (const [key, record] of entry?.records ?? []) {
      if (record === null) delete data.records[key];
      else data.records[key] = record;
    }
  }
}

function commandsWithPicture(records: Readonly<Record<string, AnyRecord>>): Set<string> {
  const ids = new Set<string>();
  for (const record of Object.values(records))
    if ('hasPicture' in record && record.hasPicture) ids.add(record.commandId);
  return ids;
}
