/**
 * A disk in memory that can fail and lose power. As strict as POSIX allows: a file's bytes survive only after its
 * fsync, a name (new, renamed or removed) only after the fsync of its folder.
 */
import { dirname } from 'node:path';
import type { Files, OpenFile } from '../../../relay/store/lowdb/files.ts';

export type DiskOperation = 'open' | 'write' | 'sync' | 'rename' | 'syncDir' | 'remove' | 'truncate';

interface Inode {
  data: Buffer;
  synced: Buffer;
}

const NONE = Buffer.alloc(0);

export class MemoryFiles implements Files {
  #names = new Map<string, Inode>();
  #durableNames = new Map<string, Inode>();
  /** Called before each operation that changes something; throwing makes it fail, a write after its first half. */
  before: (operation: DiskOperation, path: string) => void = () => undefined;

  /** The same for each write, with its length. */
  beforeWrite: (length: number) => void = () => undefined;

  #must(path: string): Inode {
    const inode = this.#names.get(path);
    if (!inode) throw Object.assign(new Error(`ENOENT: no such file, ${path}`), { code: 'ENOENT' });
    return inode;
  }

  async open(path: string, flags: 'w' | 'a'): Promise<OpenFile> {
    this.before('open', path);
    const inode = this.#names.get(path) ?? { data: NONE, synced: NONE };
    this.#names.set(path, inode);
    if (flags === 'w') inode.data = NONE;
    return {
      write: async (text) => {
        const bytes = Buffer.from(text);
        try {
          this.before('write', path);
          this.beforeWrite(bytes.length);
        } catch (error) {
          inode.data = Buffer.concat([inode.data, bytes.subarray(0, bytes.length / 2)]);
          throw error;
        }
        inode.data = Buffer.concat([inode.data, bytes]);
      },
      sync: async () => {
        this.before('sync', path);
        inode.synced = inode.data;
      },
      close: async () => undefined,
    };
  }

  async read(path: string): Promise<Buffer | undefined> {
    return this.#names.get(path)?.data;
  }

  async readPart(path: string, offset: number, length: number): Promise<Buffer> {
    return this.#must(path).data.subarray(offset, offset + length);
  }

  async size(path: string): Promise<number> {
    return this.#names.get(path)?.data.length ?? 0;
  }

  async truncate(path: string, length: number): Promise<void> {
    this.before('truncate', path);
    const inode = this.#must(path);
    inode.data = inode.data.subarray(0, length);
    inode.synced = inode.data;
  }

  async rename(from: string, to: string): Promise<void> {
    this.before('rename', from);
    this.#names.set(to, this.#must(from));
    this.#names.delete(from);
  }

  async syncDir(path: string): Promise<void> {
    this.before('syncDir', path);
    for (const name of this.#durableNames.keys()) if (dirname(name) === path) this.#durableNames.delete(name);
    for (const [name, inode] of this.#names) if (dirname(name) === path) this.#durableNames.set(name, inode);
  }

  async list(path: string): Promise<string[]> {
    return [...this.#names.keys()].filter((name) => dirname(name) === path).map((name) => name.slice(path.length + 1));
  }

  async remove(path: string): Promise<void> {
    this.before('remove', path);
    this.#names.delete(path);
  }

  async makeDir(): Promise<void> {
    // Folders are there.
  }

  /**
   * What the next start finds: after a power cut only what is surely on the disk, after a kill everything that was
   * written.
   */
  after(end: 'power cut' | 'kill'): MemoryFiles {
    const next = new MemoryFiles();
    for (const [name, { data, synced }] of end === 'kill' ? this.#names : this.#durableNames) {
      const kept = end === 'kill' ? data : synced;
      const inode = { data: kept, synced: kept };
      next.#names.set(name, inode);
      next.#durableNames.set(name, inode);
    }
    return next;
  }

  paths(): string[] {
    return [...this.#names.keys()];
  }

  bytes(path: string): Buffer {
    return this.#must(path).data;
  }

  /** On the disk at once. */
  put(path: string, bytes: Buffer): void {
    const inode = { data: bytes, synced: bytes };
    this.#names.set(path, inode);
    this.#durableNames.set(path, inode);
  }

  cut(path: string, length: number): void {
    const inode = this.#must(path);
    inode.data = inode.data.subarray(0, length);
    inode.synced = inode.data;
  }
}
