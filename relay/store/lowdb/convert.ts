/**
 * Turns a folder of version 0.1 into one of this version. It begins anew after whatever interrupts it; the old files go
 * last.
 */
import { join } from 'node:path';
import type { AuditEntry, EndedCommand } from '../../core/records.ts';
import { dayOf } from '../../core/transaction.ts';
import { oldFiles, readOldFolder } from '../lowdb-0.1/read-folder.ts';
import { Folder } from './folder.ts';
import type { FolderOptions } from './lowdb-options.ts';

/** Does nothing in a folder that is none of 0.1. Answers what was missing there. */
export async function convert(options: FolderOptions): Promise<readonly string[]> {
  const { dir, onDamage } = options;
  const folder = new Folder(options);
  const { files, low, snapshots, journal, history } = folder;
  const old = await oldFiles(files, dir);
  if (old.length === 0) return [];
  let lost: readonly string[] = [];
  if ((await snapshots.read()) === null) {
    for (const path of [journal.dir, history.dir])
      for (const name of await files.list(path))
        if (/\.(lines|index)$/.test(name)) await files.remove(join(path, name));
    const { seq, records, pictures, days, linesOf, missing } = await readOldFolder(files, dir, dayOf);
    lost = missing;
    for (const file of missing) onDamage?.(file, 1);
    for (const day of days) {
      const groups = new Map<number, { seq: number; ended: EndedCommand[]; audited: AuditEntry[] }>();
      for (const { j, c, a } of await linesOf(day)) {
        const { ended, audited } = groups.get(j) ?? { ended: [], audited: [] };
        groups.set(j, { seq: j, ended: c ? [...ended, c] : ended, audited: a ? [...audited, a] : audited });
      }
      for (const group of groups.values()) history.add(group);
      await history.flush();
    }
    const group = { seq: seq + 1, records: [], ended: [], audited: [] };
    const locations = await journal.write(group, pictures);
    await journal.rotate();
    low.data = { seq: group.seq, records, pictures: locations, history: await history.flush() };
    for (let nth = 0; nth < 2; nth++) await low.write();
  }
  for (const path of old) await files.remove(path);
  return lost;
}
