/** lowdb's adapter: the whole document, with the pictures of open commands, as one numbered file of lines. The one before stays, so that a damaged one costs nothing. */
import type { Adapter } from 'lowdb';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { AnyRecord } from '../buffered-transaction.ts';
import { writeWhole, type Files } from './files.ts';
import type { SegmentFacts } from './history-segment.ts';
import type { PictureLine } from './journal.ts';
import { checkLayout, LAYOUT, lineOf, parse, readLine, scan, type Header, type Location } from './lines.ts';

export interface Document {
  /** The last group of the journal that is in it. */
  seq: number;
  records: Record<string, AnyRecord>;
  /** Where the pictures of open commands are. */
  pictures: Map<string, Location>;
  /** What the history had on the disk at that moment, oldest first. */
  history: readonly SegmentFacts[];
}

interface Start extends Header {
  readonly seq: number;
  readonly history: readonly SegmentFacts[];
}
interface RecordLine {
  readonly key: string;
  readonly record: AnyRecord;
}
interface End {
  /** Lines before this one. */
  readonly end: number;
}

/** Records turned to text before others get a turn: some milliseconds. */
const SLICE = 500;
const NAME = /^(\d{6})\.lines$/;
/** The newest, and the one before. */
const KEPT = 2;

export class SnapshotAdapter implements Adapter<Document> {
  /** The seq of the one before the newest: the journal is needed from there on. `undefined`: there is none. */
  previousSeq: number | undefined;
  newestSeq = 0;
  /** Files that are not as they were written; they are left for whoever sets them aside. */
  readonly damaged: string[] = [];
  #number = 0;

  constructor(
    private readonly files: Files,
    private readonly dir: string,
  ) {}

  /** Whether the file before the newest still holds what the newest does not. */
  get previousIsOlder(): boolean {
    return this.previousSeq !== undefined && this.previousSeq < this.newestSeq;
  }

  async #names(): Promise<string[]> {
    return (await this.files.list(this.dir)).filter((name) => NAME.test(name)).sort();
  }

  /** The newest whole one. Rejects with a StoreError when a newer relay wrote it. */
  async read(): Promise<Document | null> {
    const names = await this.#names();
    this.#number = Number(NAME.exec(names.at(-1) ?? '')?.[1] ?? 0);
    let newest: Document | null = null;
    for (const name of names.reverse()) {
      const path = join(this.dir, name);
      const found = await this.#readOne(path, newest === null);
      if (!found) this.damaged.push(path);
      else if (newest) {
        this.previousSeq = found.seq;
        break;
      } else {
        newest = found;
        this.newestSeq = found.seq;
      }
    }
    return newest;
  }

  /** `undefined` when a line of it is missing or damaged; without its records when they are not wanted. */
  async #readOne(path: string, withRecords: boolean): Promise<Document | undefined> {
    const document: Document = { seq: -1, records: {}, pictures: new Map(), history: [] };
    const [first, last] = ['{"layout"', '{"end"'];
    let end = -1;
    const found = await scan(this.files, path, (body, location) => {
      if (body.toString('latin1', 0, first.length) === first) {
        checkLayout(body, path);
        Object.assign(document, parse<Start>(body));
      } else if (body.toString('latin1', 0, last.length) === last) end = parse<End>(body).end;
      else if (withRecords) {
        const line = parse<RecordLine | PictureLine>(body);
        if ('picture' in line) document.pictures.set(line.picture, location);
        else document.records[line.key] = line.record;
      }
    });
    const isWhole = found.damaged === 0 && found.end === found.bytes && found.lines === end + 1 && document.seq >= 0;
    return isWhole ? document : undefined;
  }

  /** Records are never changed in place, so the text is of one moment although it is made in slices. Moves the pictures' locations into the new file. */
  async write({ seq, records, pictures, history }: Document): Promise<void> {
    const path = join(this.dir, `${String(this.#number + 1).padStart(6, '0')}.lines`);
    const moved = new Map<string, Location>();
    await writeWhole(this.files, path, this.#pieces({ seq, records, pictures, history }, path, moved));
    this.#number++;
    this.previousSeq = this.newestSeq;
    this.newestSeq = seq;
    for (const [commandId, location] of moved) if (pictures.has(commandId)) pictures.set(commandId, location);
    const names = (await this.#names()).filter((name) => !this.damaged.includes(join(this.dir, name)));
    for (const name of names.slice(0, -KEPT)) await this.files.remove(join(this.dir, name));
  }

  async *#pieces({ seq, records, pictures, history }: Document, path: string, moved: Map<string, Location>) {
    let [offset, lines] = [0, 0];
    const noted = (line: Buffer): Buffer => {
      offset += line.length;
      lines++;
      return line;
    };
    yield noted(lineOf({ layout: LAYOUT, kind: 'snapshot', seq, history } satisfies Start));
    const entries = Object.entries(records);
    for (let from = 0; from < entries.length; from += SLICE) {
      const slice = entries.slice(from, from + SLICE);
      yield Buffer.concat(slice.map(([key, record]) => noted(lineOf({ key, record } satisfies RecordLine))));
      await setImmediate();
    }
    for (const [commandId, location] of [...pictures]) {
      // A picture that has ended meanwhile may have gone with its file; nobody asks for it any more.
      const line = await readLine<PictureLine>(this.files, location).catch(() => undefined);
      if (!line) continue;
      const bytes = noted(lineOf(line));
      moved.set(commandId, { path, offset: offset - bytes.length, length: bytes.length });
      yield bytes;
    }
    yield lineOf({ end: lines } satisfies End);
  }
}
