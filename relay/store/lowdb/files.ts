/** The few file operations that the store is built of, so that tests can make each of them fail. */
import { open, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface OpenFile {
  write(data: string | Uint8Array): Promise<void>;
  /** On the disk when it resolves. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export interface Files {
  /** `w` truncates, `a` appends. */
  open(path: string, flags: 'w' | 'a'): Promise<OpenFile>;
  /** `undefined` when there is no such file. */
  read(path: string): Promise<Buffer | undefined>;
  readPart(path: string, offset: number, length: number): Promise<Buffer>;
  size(path: string): Promise<number>;
  rename(from: string, to: string): Promise<void>;
  /** Makes renames and new names in this folder survive a power cut. */
  syncDir(path: string): Promise<void>;
  list(path: string): Promise<string[]>;
  remove(path: string): Promise<void>;
  makeDir(path: string): Promise<void>;
}

const isMissing = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';

/** Customer data lives here: only the owner reads it. */
const FILE_MODE = 0o600;

export const nodeFiles: Files = {
  async open(path, flags) {
    const handle = await open(path, flags, FILE_MODE);
    return {
      write: async (data) => void (await handle.appendFile(data)),
      sync: () => handle.sync(),
      close: () => handle.close(),
    };
  },
  async read(path) {
    try {
      return await readFile(path);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  },
  async readPart(path, offset, length) {
    const handle = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  },
  async size(path) {
    try {
      return (await stat(path)).size;
    } catch (error) {
      if (isMissing(error)) return 0;
      throw error;
    }
  },
  rename,
  async syncDir(path) {
    // Windows cannot open a folder; NTFS journals its names by itself.
    if (process.platform === 'win32') return;
    const handle = await open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  list: (path) => readdir(path),
  remove: (path) => rm(path, { force: true }),
  async makeDir(path) {
    await mkdir(path, { recursive: true, mode: 0o700 });
  },
};

/** Writes a whole file so that a crash leaves either the old one or the new one. The caller syncs the folder. */
export async function writeWhole(
  files: Files,
  path: string,
  pieces: AsyncIterable<string> | Iterable<string>,
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
}

/** Sets a damaged file aside, so that a person can look at it and nobody takes it for empty. Answers its new name. */
export async function setAside(files: Files, path: string, now: number): Promise<string> {
  const aside = `${path}.damaged-${new Date(now).toISOString().replaceAll(':', '')}`;
  await files.rename(path, aside);
  await files.syncDir(dirname(path));
  return aside;
}
