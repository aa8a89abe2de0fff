/** The few file operations that the store is built of, so that tests can make each of them fail. */
import { mkdir, open, readdir, readFile, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from '../../../node/atomic-write.ts';
import { isMissing } from '../../../node/error-code.ts';

export interface OpenFile {
  /** Appends. */
  write(data: string | Uint8Array): Promise<void>;
  /** What was appended is on the disk when it resolves. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export interface Files {
  /** `w` truncates, `a` appends. */
  open(path: string, flags: 'w' | 'a'): Promise<OpenFile>;
  /** `undefined` when there is no such file. */
  read(path: string): Promise<Buffer | undefined>;
  /** Fewer bytes when the file ends before. */
  readPart(path: string, offset: number, length: number): Promise<Buffer>;
  /** 0 when there is no such file. */
  size(path: string): Promise<number>;
  /** Shortens a file, on the disk when it resolves. */
  truncate(path: string, length: number): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Makes renames and new names in this folder survive a power cut. */
  syncDir(path: string): Promise<void>;
  /** Empty when there is no such folder. */
  list(path: string): Promise<string[]>;
  remove(path: string): Promise<void>;
  makeDir(path: string): Promise<void>;
}

/** Customer data lives here: only the owner reads it. */
const FILE_MODE = 0o600;

export const nodeFiles: Files = {
  async open(path, flags) {
    const handle = await open(path, flags, FILE_MODE);
    return { write: (data) => handle.appendFile(data), sync: () => handle.datasync(), close: () => handle.close() };
  },
  read: (path) => readFile(path).catch(unlessMissing(undefined)),
  readPart: (path, offset, length) =>
    withFile(path, 'r', async (handle) => {
      const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    }),
  size: (path) => stat(path).then(({ size }) => size, unlessMissing(0)),
  truncate: (path, length) =>
    withFile(path, 'r+', async (handle) => {
      await handle.truncate(length);
      await handle.datasync();
    }),
  rename,
  syncDir: syncFolder,
  list: (path) => readdir(path).catch(unlessMissing([])),
  remove: (path) => rm(path, { force: true }),
  makeDir: async (path) => void (await mkdir(path, { recursive: true, mode: 0o700 })),
};

async function withFile<T>(path: string, flags: 'r' | 'r+', work: (handle: FileHandle) => Promise<T>): Promise<T> {
  const handle = await open(path, flags);
  return work(handle).finally(() => handle.close());
}

function unlessMissing<T>(answer: T): (error: unknown) => T {
  return (error) => {
    if (isMissing(error)) return answer;
    throw error;
  };
}

/** Writes a whole file so that a crash leaves either the old one or the new one. */
export async function writeWhole(
  files: Files,
  path: string,
  pieces: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
): Promise<void> {
  const temporary = `${path}.tmp`;
  const file = await files.open(temporary, 'w');
  try {
    for await (const piece of pieces) await file.write(piece);
    await file.sync();
  } finally {
    await file.close();
  }
  await files.rename(temporary, path);
  await files.syncDir(dirname(path));
}

/** Part of the name of a file that was set aside. */
export const ASIDE = '.damaged-';

export const asideName = (path: string, now: number): string =>
  `${path}${ASIDE}${new Date(now).toISOString().replaceAll(':', '')}`;

/** Sets a damaged file aside, so that a person can look at it and nobody takes it for empty. */
export async function setAside(files: Files, path: string, now: number): Promise<void> {
  await files.rename(path, asideName(path, now));
  await files.syncDir(dirname(path));
}
