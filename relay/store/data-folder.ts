/** Who may use DATA_DIR: one process at a time, wherever it runs. */
import { join } from 'node:path';
import { LockTaken, takeLock, type HeldLock } from '../../node/lock-file.ts';
import { StoreError } from './lowdb/store-error.ts';

/** Says who owns the folder. It belongs in no backup. */
const LOCK = 'lock';

/** Rejects with a StoreError when another relay has the folder, or with the system's error when the disk refuses. */
export async function ownFolder(dir: string, note?: () => number): Promise<HeldLock> {
  return takeLock(join(dir, LOCK), note ? { note } : {}).catch((error: unknown) => {
    if (!(error instanceof LockTaken)) throw error;
    const where = error.host === undefined ? '' : ` on ${error.host}`;
    throw new StoreError(
      `Another relay (process ${error.pid}${where}) uses ${dir}. Stop it first, or set DATA_DIR to another folder.`,
    );
  });
}
