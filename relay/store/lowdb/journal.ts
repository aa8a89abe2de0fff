/**
 * The journal: what was decided since the snapshot before the newest, as one line per group after the lines of its pictures. A group is one write and one
 * sync. The file is named after its first group; a new one begins at each snapshot, each start, and after a write that failed.
 */
import { join } from 'node:path';
import type { AuditEntry, EndedCommand } from '../../core/records.ts';
import type { AnyRecord } from '../buffered-transaction.ts';
import type { Files, OpenFile } from './files.ts';
import { checkLayout, LAYOUT, lineOf, parse, scan, type Header, type Location } from './lines.ts';

export interface Entry {
  readonly records: readonly (readonly [key: string, record: AnyRecord | null])[];
  readonly ended: readonly EndedCommand[];
  readonly audited: readonly AuditEntry[];
}

export interface NumberedEntry extends Entry {
  readonly seq: number;
  /** Only to take room: a group that shows whether the disk takes as much again as it refused. */
  readonly padding?: string;
}

export interface PictureLine {
  readonly picture: string;
  readonly uri: string;
}

interface Segment {
  readonly path: string;
  readonly first: number;
  last: number;
}

export interface JournalRead {
  /** What the oldest file begins with; 0 when there is none. */
  readonly first: number;
  /** Groups of which nothing was found. */
  readonly missing: number;
  /** Files with stretches that are no lines. */
  readonly damaged: readonly string[];
}

const NAME = /^(\d{12})\.lines$/;

export class Journal {
  /** Oldest first; the last one is being written while `#file` is open. */
  #segments: Segment[] = [];
  #file: OpenFile | undefined;
  /** Bytes of the open file that are on the disk. */
  size = 0;
  /** Bytes of the last write, whether it went well or not. */
  attempted = 0;

  constructor(
    private readonly files: Files,
    private readonly dir: string,
  ) {}

  /** On the disk when it resolves; answers where the pictures are. When it rejects, nothing of it will be found again. */
  async write(
    entry: NumberedEntry,
    pictures: readonly (readonly [commandId: string, uri: string])[],
  ): Promise<Map<string, Location>> {
    const isNew = this.#file === undefined;
    const segment = (isNew ? undefined : this.#segments.at(-1)) ?? this.#begin(entry.seq);
    const lines: Buffer[] = [];
    const locations = new Map<string, Location>();
    let size = this.size;
    const add = (value: Header | PictureLine | NumberedEntry): Location => {
      const line = lineOf(value);
      lines.push(line);
      size += line.length;
      return { path: segment.path, offset: size - line.length, length: line.length };
    };
    if (isNew) add({ layout: LAYOUT, kind: 'journal' });
    for (const [picture, uri] of pictures) locations.set(picture, add({ picture, uri }));
    add(entry);
    this.attempted = size - this.size;
    try {
      this.#file ??= await this.files.open(segment.path, 'w');
      await this.#file.write(Buffer.concat(lines));
      await this.#file.sync();
      if (isNew) await this.files.syncDir(this.dir);
    } catch (error) {
      await this.#undo(segment);
      throw error;
    }
    this.size = size;
    segment.last = entry.seq;
    return locations;
  }

  #begin(first: number): Segment {
    const segment = { path: join(this.dir, `${String(first).padStart(12, '0')}.lines`), first, last: first - 1 };
    this.size = 0;
    // Of two files with the same first group the newer one counts, and there is one name.
    this.#segments = [...this.#segments.filter(({ path }) => path !== segment.path), segment];
    return segment;
  }

  /** What a refused write left must not come back. What follows goes into a new file, because nobody knows what became of this one's end. */
  async #undo(segment: Segment): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await this.files.truncate(segment.path, this.size).catch(() => undefined);
    await file?.close().catch(() => undefined);
  }

  /** The next group begins a new file. */
  async rotate(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  /** Forgets the files whose groups two snapshots hold. */
  async prune(seq: number): Promise<void> {
    const kept = this.#segments.filter(({ last }, index) => last > seq || this.#isOpen(index));
    for (const { path } of this.#segments.filter((segment) => !kept.includes(segment))) await this.files.remove(path);
    this.#segments = kept;
  }

  #isOpen = (index: number): boolean => this.#file !== undefined && index === this.#segments.length - 1;

  /**
   * Reads the groups after `after`, in order, each with where its pictures are. A group that a later file begins with, or before, was refused in the earlier one.
   * Rejects with a StoreError when a newer relay wrote it.
   */
  async read(
    after: number,
    onGroup: (entry: NumberedEntry, pictures: ReadonlyMap<string, Location>) => void,
  ): Promise<JournalRead> {
    const names = (await this.files.list(this.dir)).filter((name) => NAME.test(name)).sort();
    this.#segments = names.map((name) => ({
      path: join(this.dir, name),
      first: Number(NAME.exec(name)?.[1]),
      last: 0,
    }));
    const damaged: string[] = [];
    let [missing, seen] = [0, after];
    for (const [index, segment] of this.#segments.entries()) {
      const next = this.#segments[index + 1]?.first ?? Infinity;
      segment.last = Math.min(next - 1, Number.MAX_SAFE_INTEGER);
      if (next <= after + 1) continue;
      segment.last = segment.first - 1;
      let pictures = new Map<string, Location>();
      const found = await scan(this.files, segment.path, (body, location) => {
        const line = parse<Header | PictureLine | NumberedEntry>(body);
        if ('picture' in line) pictures.set(line.picture, location);
        else if ('layout' in line) checkLayout(body, segment.path);
        else if (line.seq < next) {
          segment.last = line.seq;
          if (line.seq > seen) {
            missing += line.seq - seen - 1;
            seen = line.seq;
            onGroup(line, pictures);
          }
          pictures = new Map();
        }
      });
      if (found.damaged > 0) damaged.push(segment.path);
    }
    return { first: this.#segments[0]?.first ?? 0, missing, damaged };
  }

  /** Files that are not to be removed: they will be set aside. */
  forget(paths: readonly string[]): void {
    this.#segments = this.#segments.filter(({ path }) => !paths.includes(path));
  }
}
