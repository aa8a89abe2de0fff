/** A small file that is written whole. Its content before is kept beside it as `<path>.bak`, written whole as well. */
import { readFile } from 'node:fs/promises';
import { atomicWrite } from '../../node/atomic-write.ts';

export async function writeWithBackup(path: string, content: string): Promise<void> {
  // A first file has nothing before it; and no copy is worth losing the new content for.
  await readFile(path)
    .then((before) => atomicWrite(backupOf(path), before))
    .catch(() => undefined);
  await atomicWrite(path, content);
}

export const backupOf = (path: string): string => `${path}.bak`;
