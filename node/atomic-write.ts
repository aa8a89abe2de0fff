/** Writes whole files. A crash or a power cut leaves the old content or the new one, never a part. */
import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode } from './error-code.ts';

/** Virus scanners on Windows hold a fresh file for moments; a rename then fails with one of these. */
const HELD = process.platform === 'win32' ? ['EPERM', 'EACCES', 'EBUSY'] : [];
const RENAME_TRIES = 8;
const RENAME_PAUSE_MS = 60;

export interface AtomicWriteOptions {
  /** Permissions of the file; only its owner reads it unless told otherwise. */
  readonly mode?: number;
}

/** On the disk, under its name, when it resolves. Rejects with the system's error; then the old file is as it was. */
export async function atomicWrite(
  path: string,
  data: string | Uint8Array,
  { mode = 0o600 }: AtomicWriteOptions = {},
): Promise<void> {
  const draft = draftOf(path);
  try {
    const file = await open(draft, 'wx', mode);
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await renameOver(draft, path);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncFolder(dirname(path));
}

/** The same for a caller that cannot wait, such as a `require`. */
export function atomicWriteSync(
  path: string,
  data: string | Uint8Array,
  { mode = 0o600 }: AtomicWriteOptions = {},
): void {
  const draft = draftOf(path);
  try {
    const file = openSync(draft, 'wx', mode);
    try {
      writeFileSync(file, data);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameOverSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
  syncFolderSync(dirname(path));
}

/**
 * Gives a file that was synced another name in its folder, over the one that has it. Survives a power cut when it
 * resolves.
 */
export async function atomicRename(from: string, to: string): Promise<void> {
  await renameOver(from, to);
  await syncFolder(dirname(to));
}

/** A name of its own, so that two writers do not write into one file. */
const draftOf = (path: string): string =>
  join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);

const isHeld = (error: unknown, attempt: number): boolean =>
  attempt < RENAME_TRIES && HELD.includes(errorCode(error) ?? '');

async function renameOver(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt++)
    try {
      return await rename(from, to);
    } catch (error) {
      if (!isHeld(error, attempt)) throw error;
      await sleep(RENAME_PAUSE_MS * attempt);
    }
}

function renameOverSync(from: string, to: string): void {
  for (let attempt = 1; ; attempt++)
    try {
      return renameSync(from, to);
    } catch (error) {
      if (!isHeld(error, attempt)) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RENAME_PAUSE_MS * attempt);
    }
}

/** Makes new, renamed and removed names of this folder survive a power cut. */
export async function syncFolder(path: string): Promise<void> {
  // Windows cannot open a folder; NTFS journals its names by itself.
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function syncFolderSync(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
