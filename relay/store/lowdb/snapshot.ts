/**
 * lowdb's adapter: the whole document, with the pictures of open commands, as one numbered file of lines. The one
 * before stays, so that a damaged one costs nothing.
 */
import type { Adapter } from 'lowdb';
import type { AnyRecord } from '../buffered-transaction.ts';
import type { Files } from './files.ts';
import type { SegmentFacts } from './history-segment.ts';
import type { PictureLine } from './journal.ts';
import { numbersIn, pathOf, readLine, scan, writeLines, type Header, type Location } from './lines.ts';

export interface Document {
  /** The last group of the journal that is in it. */
  seq: number;
  records: Record<string, AnyRecord>;
  /** Where the pictures of open commands are. */
  pictures: Map<string, Location>;
  /** What the history had on the disk at that moment, oldest first. */
  history: readonly SegmentFacts[];
}

type First = Header & Pick<Document, 'seq' | 'history'>;
/** `end`: how many lines are between the first one and this one. */
type Line = PictureLine | { readonly key: string; readonly record: AnyRecord } | { readonly end: number };

/** The newest, and the one before. */
const KEPT = 2;

export class SnapshotAdapter implements Adapter<Document> {
  /** Files that are not as they were written; they are left for who sets them aside. */
  readonly damaged: string[] = [];
  /** The last group of each whole one, newest first. */
  #seqs: number[] = [];
  #number = 0;

  constructor(
    readonly files: Files,
    readonly dir: string,
  ) {}

  /** 0 when there is none. */
  get newestSeq(): number {
    return this.#seqs[0] ?? 0;
  }

  /** Of the one before the newest, from which on the journal is needed; while there is none, of the newest. */
  get previousSeq(): number {
    return this.#seqs[1] ?? this.newestSeq;
  }

  /** Whether the one before the newest, or the journal where there is none, still holds what the newest does not. */
  get isOlderKept(): boolean {
    return (this.#seqs[1] ?? 0) < this.newestSeq;
  }

  /** The newest whole one. Rejects with a StoreError when a newer relay wrote it. */
  async read(): Promise<Document | null> {
    const numbers = await numbersIn(this.files, this.dir);
    this.#number = numbers.at(-1) ?? 0;
    let newest: Document | null = null;
    for (const path of numbers.reverse().map((number) => pathOf(this.dir, number))) {
      const found = await this.#readOne(path);
      if (found) this.#seqs.push(found.seq);
      else this.damaged.push(path);
      newest ??= found ?? null;
    }
    return newest;
  }

  /** `undefined` when a line of it is missing or damaged. */
  async #readOne(path: string): Promise<Document | undefined> {
    const [records, pictures] = [{} as Document['records'], new Map<string, Location>()];
    let end: number | undefined;
    const found = await scan<Line, First>(this.files, path, (line, location) => {
      if ('picture' in line) pictures.set(line.picture, location);
      else if ('key' in line) records[line.key] = line.record;
      else ({ end } = line);
    });
    const { header, damaged, lines } = found;
    const isWhole = damaged === 0 && found.end === found.bytes && end === lines - 1;
    return header && isWhole ? { seq: header.seq, records, pictures, history: header.history } : undefined;
  }

  /** Records are never changed in place, so the text is of one moment although it is made in slices. */
  async write(document: Document): Promise<void> {
    const { seq, history, pictures } = document;
    const moved = new Map<string, Location>();
    const path = pathOf(this.dir, this.#number + 1);
    const first: Omit<First, 'layout'> = { kind: 'snapshot', seq, history };
    await writeLines(this.files, path, first, this.#linesOf(document), (line, location) => {
      if ('picture' in line) moved.set(line.picture, location);
    });
    this.#number++;
    this.#seqs = [seq, this.newestSeq];
    for (const [commandId, location] of moved) if (pictures.has(commandId)) pictures.set(commandId, location);
    for (const number of (await numbersIn(this.files, this.dir)).slice(0, -KEPT))
      await this.files.remove(pathOf(this.dir, number));
  }

  async *#linesOf({ records, pictures }: Document): AsyncGenerator<Line> {
    let end = 0;
    for (const [key, record] of Object.entries(records)) {
      end++;
      yield { key, record };
    }
    for (const location of [...pictures.values()]) {
      // A picture that has ended meanwhile may have gone with its file; nobody asks for it any more.
      const line = await readLine<PictureLine>(this.files, location).catch(() => undefined);
      if (!line) continue;
      end++;
      yield line;
    }
    yield { end };
  }
}
