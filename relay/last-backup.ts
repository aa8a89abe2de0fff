/** When deploy/backup.sh last finished: it leaves a file in the data folder, and the file's time says it. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from '../node/error-code.ts';

/** @returns milliseconds since the epoch, undefined when no backup was ever finished */
export async function lastBackupAt(dataDir: string): Promise<number | undefined> {
  try {
    return (await stat(join(dataDir, 'last-backup'))).mtimeMs;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
