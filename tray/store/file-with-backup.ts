/** A small file that is written whole, and whose content before is kept beside it as `<path>.bak`. */
import { copyFile } from 'node:fs/promises';
import { atomicWrite } from '../../node/atomic-write.ts';

export async function writeWithBackup(path: string, content: string): Promise<void> {
  await copyFile(path, backupOf(path)).catch(() => undefined);
  await atomicWrite(path, content);
}

export const backupOf = (path: string): string => `${path}.bak`;
