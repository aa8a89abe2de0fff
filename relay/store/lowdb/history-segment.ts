/** One file of the history: lines of commands' ends and audit entries of a day, in the order of their groups. */
import { join } from 'node:path';
import type { AuditEntry, EndedCommand } from '../../core/records.ts';
import { setAside, writeWhole, type Files, type OpenFile } from './files.ts';
import { hashOf, lookUp, writeIndex } from './history-index.ts';
import { bodyOf, checkLayout, LAYOUT, lineOf, parse, scan, type Header } from './lines.ts';

/** `j` and `i` say from which group of the journal the line came, and as the how manieth, so that none is there twice. */
export interface HistoryLine {
  readonly j: number;
  readonly i: number;
  readonly c?: EndedCommand;
  readonly a?: AuditEntry;
}

export const keyOfLine = ({ j, i }: HistoryLine): string => `${j}.${i}`;
export const atOf = ({ c, a }: HistoryLine): number => c?.endedAt ?? a?.at ?? 0;

/** What is known of a file without reading it. */
export interface SegmentFacts {
  /** Sorts by time. */
  readonly name: string;
  readonly bytes: number;
  readonly lines: number;
  /** Times of its lines. */
  readonly minAt: number;
  readonly maxAt: number;
  readonly lastJ: number;
}

const ENDING = '.lines';
/** Most lines are shorter; then one read finds them. */
const FIRST_READ = 1024;
const LENGTH_DIGITS = 8;
const HEAD_AND_BREAK = 19;

export const isSegment = (name: string): boolean => name.endsWith(ENDING);
export const dayOfSegment = (name: string): string => name.slice(0, 10);
export const nameOf = (day: string, nth: number): string => `${day}.${String(nth).padStart(4, '0')}${ENDING}`;

export class Segment {
  facts: SegmentFacts;
  /** Keys of its lines while it is the newest, or has been read as a whole. */
  keys = new Set<string>();
  #index: number[] = [];
  #file: OpenFile | undefined;
  /** Bytes behind the last whole line, which have to go before anything is appended. */
  #hasTail = false;
  #isUnsynced = false;
  #isSuspect = false;

  constructor(
    private readonly files: Files,
    private readonly dir: string,
    known: SegmentFacts | string,
  ) {
    this.facts =
      typeof known === 'string'
        ? { name: known, bytes: 0, lines: 0, minAt: Infinity, maxAt: -Infinity, lastJ: 0 }
        : known;
  }

  get path(): string {
    return join(this.dir, this.facts.name);
  }

  get #indexPath(): string {
    return this.path.replace(ENDING, '.index');
  }

  #take(line: HistoryLine, offset: number): void {
    const { minAt, maxAt, lastJ, lines } = this.facts;
    const at = atOf(line);
    this.keys.add(keyOfLine(line));
    if (line.c) this.#index.push(hashOf(line.c.commandId), offset);
    this.facts = {
      ...this.facts,
      lines: lines + 1,
      minAt: Math.min(minAt, at),
      maxAt: Math.max(maxAt, at),
      lastJ: Math.max(lastJ, line.j),
    };
  }

  /** Learns its lines. Answers whether there are stretches that are none, and how many of the lines up to `untilJ` it has. */
  async read(untilJ = 0): Promise<{ readonly isBroken: boolean; readonly older: number }> {
    this.facts = { ...new Segment(this.files, this.dir, this.facts.name).facts };
    let older = 0;
    [this.keys, this.#index] = [new Set(), []];
    const found = await scan(this.files, this.path, (body, { offset }) => {
      const line = parse<HistoryLine | Header>(body);
      if ('layout' in line) checkLayout(body, this.path);
      else {
        this.#take(line, offset);
        if (line.j <= untilJ) older++;
      }
    });
    this.facts = { ...this.facts, bytes: found.end };
    this.#hasTail = found.end < found.bytes;
    return { isBroken: found.damaged > 0, older };
  }

  /** Whether every line is as it was written. */
  async isWhole(): Promise<boolean> {
    const found = await scan(this.files, this.path, () => undefined);
    return found.damaged === 0 && found.bytes === this.facts.bytes;
  }

  /** Keeps the damaged file for a person, and its whole lines under its name. */
  async repair(now: number): Promise<void> {
    const lines: Buffer[] = [lineOf({ layout: LAYOUT, kind: 'history' } satisfies Header)];
    await scan(this.files, this.path, (body) => {
      const line = parse<HistoryLine | Header>(body);
      if (!('layout' in line)) lines.push(lineOf(line));
    });
    await this.close();
    await setAside(this.files, this.path, now);
    await writeWhole(this.files, this.path, [Buffer.concat(lines)]);
    await this.files.remove(this.#indexPath);
    await this.read();
  }

  /** Not on the disk before `sync`. When it rejects, nothing was appended. */
  async append(lines: readonly HistoryLine[]): Promise<void> {
    const { bytes } = this.facts;
    const head = bytes === 0 ? [lineOf({ layout: LAYOUT, kind: 'history' } satisfies Header)] : [];
    const texts = [...head, ...lines.map(lineOf)];
    try {
      if (this.#hasTail) await this.files.truncate(this.path, bytes);
      this.#hasTail = true;
      this.#isUnsynced = true;
      this.#file ??= await this.files.open(this.path, 'a');
      await this.#file.write(Buffer.concat(texts));
      this.#hasTail = false;
    } catch (error) {
      await this.close();
      throw error;
    }
    let offset = bytes + (head[0]?.length ?? 0);
    for (const [nth, line] of lines.entries()) {
      this.#take(line, offset);
      offset += texts[nth + head.length].length;
    }
    this.facts = { ...this.facts, bytes: offset };
  }

  /** What was appended is on the disk when it resolves. */
  async sync(): Promise<void> {
    if (!this.#isUnsynced) return;
    const isSuspect = this.#isSuspect;
    this.#isSuspect = true;
    if (isSuspect) {
      // After a sync that failed, another one that does not proves nothing of what was written before.
      const data = (await this.files.read(this.path)) ?? Buffer.alloc(0);
      await this.close();
      await writeWhole(this.files, this.path, [data.subarray(0, this.facts.bytes)]);
    } else {
      this.#file ??= await this.files.open(this.path, 'a');
      await this.#file.sync();
      await this.files.syncDir(this.dir);
    }
    [this.#isSuspect, this.#isUnsynced] = [false, false];
  }

  /** It is complete: its index goes to the disk, and memory forgets its lines. */
  async seal(): Promise<void> {
    await this.sync();
    await writeIndex(this.files, this.#indexPath, this.#index);
    await this.close();
    [this.keys, this.#index] = [new Set(), []];
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  async remove(): Promise<void> {
    await this.close();
    await this.files.remove(this.#indexPath);
    await this.files.remove(this.path);
  }

  /** The newest line of this command; `undefined` when there is none. Rejects with `DamagedLine`. */
  async find(commandId: string): Promise<EndedCommand | undefined> {
    for (const offset of await this.#offsets(commandId)) {
      let line = await this.files.readPart(this.path, offset, FIRST_READ);
      const length = HEAD_AND_BREAK + Number.parseInt(line.toString('latin1', 0, LENGTH_DIGITS), 16);
      if (length > line.length) line = await this.files.readPart(this.path, offset, length);
      const body = bodyOf(line.subarray(0, length));
      if (!body) throw new DamagedLine(this.path);
      const { c } = parse<HistoryLine>(body);
      if (c?.commandId === commandId) return c;
    }
    return undefined;
  }

  async #offsets(commandId: string): Promise<number[]> {
    if (this.keys.size > 0) return this.#offsetsInMemory(commandId);
    const found = await lookUp(this.files, this.#indexPath, commandId);
    if (found) return found;
    // The index went with a crash, or is damaged: it is made again from the lines.
    if ((await this.read()).isBroken) throw new DamagedLine(this.path);
    const again = this.#offsetsInMemory(commandId);
    await this.seal().catch(() => undefined);
    return again;
  }

  #offsetsInMemory(commandId: string): number[] {
    const [hash, offsets]: [number, number[]] = [hashOf(commandId), []];
    for (let nth = 0; nth < this.#index.length; nth += 2)
      if (this.#index[nth] === hash) offsets.unshift(this.#index[nth + 1]);
    return offsets;
  }
}

export class DamagedLine extends Error {
  override readonly name = 'DamagedLine';
  constructor(path: string) {
    super(`${path} is not as it was written.`);
  }
}
