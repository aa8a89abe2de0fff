/** A data folder that this process owns: converted if it is of 0.1, put together again, and repaired where it was damaged. */
import { Low } from 'lowdb';
import { join } from 'node:path';
import type { HeldLock } from '../../../node/lock-file.ts';
import type { AnyRecord } from '../buffered-transaction.ts';
import { convert } from './convert.ts';
import { asideName, setAside, writeWhole, type Files } from './files.ts';
import { GUARD, guardText } from './older-relay.ts';
import { foldersOf, recover, type Recovered, type RecoverOptions } from './recover.ts';
import type { Document } from './snapshot.ts';

export interface OwnedFolder {
  readonly store: Recovered;
  readonly lock: HeldLock | undefined;
}

/** Rejects with what the lock rejects with, with a StoreError, or with the system's error; then nobody is the owner. */
export async function openFolder(
  options: RecoverOptions,
  files: Files,
  takeLock: () => Promise<HeldLock> | undefined,
): Promise<OwnedFolder> {
  const lock = await takeLock();
  try {
    for (const path of Object.values(foldersOf(options.dir))) await files.makeDir(path);
    const lost = await convert(options, files);
    const store = await recover({ ...options, newestBefore: lock?.noteBefore ?? 0 }, files);
    store.damage.push(...lost);
    await keepAll(store, options);
    return { store, lock };
  } catch (error) {
    await lock?.release();
    throw error;
  }
}

/** After a start that found damage: two snapshots hold all that could be read, so that nobody needs the damaged files. */
async function keepAll(store: Recovered, { dir, now }: RecoverOptions): Promise<void> {
  const { files, low, history, journal, broken, missing, isToBeKept } = store;
  const guard = join(dir, GUARD);
  if ((await files.read(guard))?.toString() !== guardText()) await writeWhole(files, guard, [guardText()]);
  if (!isToBeKept) return;
  await history.repair();
  journal.forget(broken);
  for (let nth = 0; nth < 2; nth++) await writeSnapshot(store, low.data.seq, low.data.records);
  for (const path of broken) await setAside(files, path, now());
  for (const [path, lost] of missing)
    await writeWhole(files, asideName(path, now()), [`${lost} lines or groups are missing.\n`]);
}

/** Writes the document as the disk holds it, then forgets the journal that two snapshots contain. */
export async function writeSnapshot(
  { low, snapshots, journal, history }: Recovered,
  seq: number,
  records: Record<string, AnyRecord>,
): Promise<void> {
  const { pictures } = low.data;
  await history.prune();
  await new Low<Document>(snapshots, { seq, records, pictures, history: await history.flush() }).write();
  await journal.prune(snapshots.previousSeq ?? 0);
}
