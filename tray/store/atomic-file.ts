/** Writes a file so that a reader, or the next start after a power cut, finds either the old content or the new, never half of it. */
import { copyFile, open, readFile, rename, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasCode } from './has-code.ts';

/** Virus scanners hold fresh files on Windows for moments; a rename then fails with one of these. */
const HELD = ['EPERM', 'EACCES', 'EBUSY'];
const RENAME_TRIES = 8;
const RENAME_PAUSE_MS = 60;

/** Keeps the content before as `<path>.bak`. */
export async function writeFileAtomically(path: string, content: string): Promise<void> {
  const draft = `${path}.${process.pid}.tmp`;
  const file = await open(draft, 'w', 0o600);
  try {
    await file.writeFile(content, 'utf8');
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await copyFile(path, `${path}.bak`).catch(() => undefined);
    await renameOver(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

async function renameOver(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt++)
    try {
      return await rename(from, to);
    } catch (error) {
      if (attempt >= RENAME_TRIES || !HELD.some((code) => hasCode(error, code))) throw error;
      await sleep(RENAME_PAUSE_MS * attempt);
    }
}

/** The file's content, or undefined where there is none. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
