/**
 * The journal: what was decided since the snapshot before the newest, as one line per group after the lines of its
 * pictures. A group is one write and one sync. A file is numbered after its first group; a new one begins at each
 * snapshot, each start, and after a write that failed, because nobody knows what became of that one's end.
 */
import type { AuditEntry, EndedCommand } from '../../core/records.ts';
import type { AnyRecord } from '../buffered-transaction.ts';
import type { Files, OpenFile } from './files.ts';
import { LAYOUT, lineOf, numbersIn, pathOf, scan, type Header, type Location } from './lines.ts';

/** What stays of a group in the history. */
export interface HistoryLine {
  readonly seq: number;
  readonly ended: readonly EndedCommand[];
  readonly audited: readonly AuditEntry[];
}

export interface GroupLine extends HistoryLine {
  readonly records: readonly (readonly [key: string, record: AnyRecord | null])[];
  /** Only to take room: a group that shows whether the disk takes as much again as it refused. */
  readonly padding?: string;
}

export interface PictureLine {
  readonly picture: string;
  readonly uri: string;
}

export interface JournalRead {
  /** What the oldest file begins with; 0 when there is none. */
  readonly first: number;
  /** Groups of which nothing was found. */
  readonly missing: number;
  /** Files with stretches that are no lines. */
  readonly damaged: readonly string[];
}

export class Journal {
  /** Bytes of the file that is being written, which are on the disk. */
  size = 0;
  /** Bytes of the last write, whether it went well or not. */
  attempted = 0;
  /** The first group of each file, oldest first. */
  #numbers: number[] = [];
  /** The newest group that is here. */
  #last = 0;
  #file: OpenFile | undefined;

  constructor(
    readonly files: Files,
    readonly dir: string,
  ) {}

  /** On the disk when it resolves; answers where the pictures are. When it rejects, nothing of it is found again. */
  async write(group: GroupLine, pictures: ReadonlyMap<string, string>): Promise<Map<string, Location>> {
    const isNew = this.#file === undefined;
    // Of two files with the same first group the newer one counts, and there is one name.
    if (isNew && this.#numbers.at(-1) !== group.seq) this.#numbers.push(group.seq);
    const path = pathOf(this.dir, this.#numbers.at(-1) ?? 0);
    const before = isNew ? 0 : this.size;
    const locations = new Map<string, Location>();
    const lines = isNew ? [lineOf({ layout: LAYOUT, kind: 'journal' } satisfies Header)] : [];
    let size = before + (lines[0]?.length ?? 0);
    for (const [picture, uri] of pictures) {
      const line = lineOf({ picture, uri } satisfies PictureLine);
      locations.set(picture, { path, offset: size, length: line.length });
      size += line.length;
      lines.push(line);
    }
    const data = Buffer.concat([...lines, lineOf(group)]);
    this.attempted = data.length;
    try {
      this.#file ??= await this.files.open(path, 'w');
      await this.#file.write(data);
      await this.#file.sync();
      if (isNew) await this.files.syncDir(this.dir);
    } catch (error) {
      await this.files.truncate(path, before).catch(() => undefined);
      await this.rotate().catch(() => undefined);
      throw error;
    }
    this.size = before + data.length;
    this.#last = group.seq;
    return locations;
  }

  /** The next group begins a new file. */
  async rotate(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  /** Forgets the files whose groups, up to `seq`, two snapshots hold. */
  async prune(seq: number): Promise<void> {
    const nextOf = (nth: number): number => this.#numbers[nth + 1] ?? (this.#file ? Infinity : this.#last + 1);
    const gone = this.#numbers.filter((_, nth) => nextOf(nth) <= seq + 1);
    this.#numbers = this.#numbers.filter((number) => !gone.includes(number));
    for (const number of gone) await this.files.remove(pathOf(this.dir, number));
  }

  /**
   * Reads the groups after `after`, in order, each with where its pictures are. A group that a later file begins with,
   * or before, was refused in the earlier one. Rejects with a StoreError when a newer relay wrote it.
   */
  async read(
    after: number,
    onGroup: (group: GroupLine, pictures: ReadonlyMap<string, Location>) => void,
  ): Promise<JournalRead> {
    this.#numbers = await numbersIn(this.files, this.dir);
    this.#last = after;
    const damaged: string[] = [];
    let missing = 0;
    for (const [nth, first] of this.#numbers.entries()) {
      const next = this.#numbers[nth + 1] ?? Infinity;
      if (next <= after + 1) continue;
      let pictures = new Map<string, Location>();
      const path = pathOf(this.dir, first);
      const found = await scan<PictureLine | GroupLine>(this.files, path, (line, location) => {
        if ('picture' in line) return void pictures.set(line.picture, location);
        if (line.seq >= next || line.seq <= this.#last) return;
        missing += line.seq - this.#last - 1;
        this.#last = line.seq;
        onGroup(line, pictures);
        pictures = new Map();
      });
      if (found.damaged > 0) damaged.push(path);
    }
    return { first: this.#numbers[0] ?? 0, missing, damaged };
  }
}
