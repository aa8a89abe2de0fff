/** Turns a folder of version 0.1 into one of this version. It begins anew after whatever interrupts it; the old files go last. */
import { Low } from 'lowdb';
import { join } from 'node:path';
import { dayOf } from '../../core/transaction.ts';
import { oldFiles, readOldFolder } from '../lowdb-0.1/read-folder.ts';
import type { Files } from './files.ts';
import { History } from './history.ts';
import { Journal } from './journal.ts';
import { foldersOf, type RecoverOptions } from './recover.ts';
import { SnapshotAdapter, type Document } from './snapshot.ts';

/** Lines that are written at once. */
const AT_ONCE = 5_000;

/** Does nothing in a folder that is none of 0.1. Answers what was missing there. */
export async function convert(
  { dir, historyDays, now, onDamage }: RecoverOptions,
  files: Files,
): Promise<readonly string[]> {
  const old = await oldFiles(files, dir);
  if (old.length === 0) return [];
  let lost: readonly string[] = [];
  const snapshots = new SnapshotAdapter(files, foldersOf(dir).snapshots);
  if ((await snapshots.read()) === null) {
    const folders = foldersOf(dir);
    for (const folder of [folders.journal, folders.history])
      for (const name of await files.list(folder))
        if (/\.(lines|index)$/.test(name)) await files.remove(join(folder, name));
    const { seq, records, pictures, days, linesOf, missing } = await readOldFolder(files, dir, dayOf);
    lost = missing;
    for (const file of missing) onDamage?.(file, 1);
    const history = new History({ files, dir: folders.history, historyDays, now, onDamage: () => undefined });
    for (const day of days) {
      const lines = await linesOf(day);
      for (let from = 0; from < lines.length; from += AT_ONCE) {
        history.take(lines.slice(from, from + AT_ONCE));
        await history.flush();
      }
    }
    const journal = new Journal(files, folders.journal);
    const group = { seq: seq + 1, records: [], ended: [], audited: [] };
    const document: Document = {
      seq: group.seq,
      records,
      pictures: await journal.write(group, [...pictures]),
      history: await history.flush(),
    };
    await history.close();
    await journal.rotate();
    for (let nth = 0; nth < 2; nth++) await new Low<Document>(snapshots, document).write();
  }
  for (const path of old) await files.remove(path);
  return lost;
}
