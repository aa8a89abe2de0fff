/**
 * What is over: files of lines, one or several a day, and beside each complete one an index on the disk, so that neither start nor memory grow with it. The
 * journal holds every line until it is safe here, so appending needs no waiting.
 */
import type { AuditEntry, EndedCommand } from '../../core/records.ts';
import { dayOf } from '../../core/transaction.ts';
import type { HistoryQuery } from '../database.ts';
import { createdAtOf } from '../buffered-transaction.ts';
import type { Files } from './files.ts';
import { newestFirst } from './history-query.ts';
import {
  atOf,
  DamagedLine,
  dayOfSegment,
  isSegment,
  keyOfLine,
  nameOf,
  Segment,
  type HistoryLine,
  type SegmentFacts,
} from './history-segment.ts';
import type { Entry } from './journal.ts';

const DAY_MS = 24 * 3_600_000;
/** A file that has so many bytes is complete: reading it takes some hundredths of a second. */
const SEGMENT_BYTES = 8 << 20;
/** Ended commands that are kept whole, because web apps ask for the newest ones. */
const MAX_RECENT = 1_000;
/** A command ends at most so long after it was posted: a day in the queue, a day on the glass, and the days' edges. */
const MAX_LIFE_MS = 3 * DAY_MS;

export interface HistoryOptions {
  readonly files: Files;
  readonly dir: string;
  readonly historyDays: number;
  readonly now: () => number;
  /** @param lost Lines that are known to have been there and are not. `isBroken`: the file has stretches that are no lines, and is set aside. */
  readonly onDamage: (file: string, lost: number, isBroken: boolean) => void;
  readonly segmentBytes?: number;
}

export class History {
  /** Oldest first; lines are appended to the last one. */
  #segments: Segment[] = [];
  /** What `load` found wrong. */
  #found: { segment: Segment; isBroken: boolean; lost: number; lastJ: number }[] = [];
  readonly #recent = new Map<string, EndedCommand>();
  /** Lines that are durable in the journal and not yet in these files. */
  #waiting: HistoryLine[] = [];
  #working: Promise<void> = Promise.resolve();

  constructor(private readonly options: HistoryOptions) {}

  /** The newest group of which something is here. */
  get newestSeq(): number {
    return Math.max(0, ...this.#segments.map(({ facts }) => facts.lastJ));
  }

  /** Reads the files that are not as `known` says: the newest one, and whatever is damaged. */
  async load(known: readonly SegmentFacts[]): Promise<void> {
    const { files, dir } = this.options;
    const names = new Set((await files.list(dir)).filter(isSegment));
    // One whose days are over went after the last snapshot.
    const facts = new Map(
      known.filter((one) => names.has(one.name) || !this.#isOver(one)).map((one) => [one.name, one]),
    );
    let isRead = false;
    for (const name of [...new Set([...names, ...facts.keys()])].sort()) {
      const before = facts.get(name);
      const segment = new Segment(files, dir, before ?? name);
      // Behind one that is not as it was, the journal may have to make good what is missing: those are known line by line.
      isRead ||=
        before === undefined || name === known.at(-1)?.name || (await files.size(segment.path)) !== before.bytes;
      if (isRead) {
        const { isBroken, older } = await segment.read(before?.lastJ);
        const lost = Math.max(0, (before?.lines ?? 0) - older);
        if (isBroken || lost > 0) this.#found.push({ segment, isBroken, lost, lastJ: before?.lastJ ?? 0 });
      }
      if (names.has(name)) this.#segments.push(segment);
    }
  }

  #isOver({ lines, maxAt }: SegmentFacts): boolean {
    const { now, historyDays } = this.options;
    return lines > 0 && dayOf(maxAt) < dayOf(now() - historyDays * DAY_MS);
  }

  /** Of a group that the journal had: takes what is not in the files. */
  restore(seq: number, entry: Entry): void {
    for (const line of linesOf(seq, entry)) {
      const isThere = this.#segments.some(({ facts, keys }) =>
        keys.size === 0 ? facts.lastJ >= line.j : keys.has(keyOfLine(line)),
      );
      if (!isThere) this.#waiting.push(line);
    }
  }

  /** Lines that are durable somewhere else, to be appended. */
  take(lines: readonly HistoryLine[]): void {
    this.#waiting.push(...lines);
  }

  /** After what the journal had: tells what is gone for good. */
  tellDamage(): void {
    let goodAgain = 0;
    for (const one of this.#found) {
      const made = this.#waiting.filter(({ j }) => j <= one.lastJ).length - goodAgain;
      goodAgain += Math.min(made, one.lost);
      const lost = Math.max(0, one.lost - made);
      if (one.isBroken || lost > 0) this.options.onDamage(one.segment.path, lost, one.isBroken);
    }
  }

  /** Takes the ends of one durable group. Never rejects: what cannot be appended now is tried again with the next. */
  add(seq: number, entry: Entry): void {
    const lines = linesOf(seq, entry);
    if (lines.length === 0) return;
    this.#waiting.push(...lines);
    for (const { c } of lines) if (c) this.#recent.set(c.commandId, c);
    this.#inTurn(() => this.#append()).catch(() => undefined);
  }

  /** One after the other. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#working.then(work);
    this.#working = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  }

  async #append(): Promise<void> {
    while (this.#waiting.length > 0) {
      const [{ j }, day] = [this.#waiting[0], dayOf(atOf(this.#waiting[0]))];
      // A group stays together, so that the newest group of a file says what the file has.
      const other = this.#waiting.findIndex((line) => line.j !== j && dayOf(atOf(line)) > day);
      const lines = other < 0 ? [...this.#waiting] : this.#waiting.slice(0, other);
      const segment = await this.#segmentFor(day);
      await segment.append(lines);
      this.#waiting.splice(0, lines.length);
    }
    for (const oldest of this.#recent.keys()) {
      if (this.#recent.size <= MAX_RECENT) break;
      this.#recent.delete(oldest);
    }
  }

  async #segmentFor(day: string): Promise<Segment> {
    const { files, dir, segmentBytes = SEGMENT_BYTES } = this.options;
    const newest = this.#segments.at(-1);
    if (newest && newest.facts.bytes < segmentBytes && dayOfSegment(newest.facts.name) >= day) return newest;
    await newest?.seal();
    // Names sort as they were made, also when the clock was set back.
    const isSameDay = newest !== undefined && dayOfSegment(newest.facts.name) >= day;
    const name = isSameDay
      ? nameOf(dayOfSegment(newest.facts.name), Number(newest.facts.name.slice(11, 15)) + 1)
      : nameOf(day, 0);
    const segment = new Segment(files, dir, name);
    this.#segments.push(segment);
    return segment;
  }

  /** All lines are on the disk when it resolves, with what is known of their files; rejects when some are not. */
  async flush(): Promise<SegmentFacts[]> {
    return this.#inTurn(async () => {
      await this.#append();
      await this.#segments.at(-1)?.sync();
      return this.#segments.map(({ facts }) => facts);
    });
  }

  async ended(commandId: string): Promise<EndedCommand | undefined> {
    const recent = this.#recent.get(commandId) ?? this.#waiting.find(({ c }) => c?.commandId === commandId)?.c;
    if (recent) return recent;
    const made = createdAtOf(commandId);
    for (const segment of [...this.#segments].reverse()) {
      const { minAt, maxAt } = segment.facts;
      if (made !== undefined && (maxAt < made || minAt > made + MAX_LIFE_MS)) continue;
      const found = await segment
        .find(commandId)
        .catch((error: unknown) => this.#orRepaired(error, segment, commandId));
      if (found) return found;
    }
    return undefined;
  }

  /** A line that is not as it was written: the file is told and set aside, and what is whole in it goes on. */
  async #orRepaired(error: unknown, segment: Segment, commandId: string): Promise<EndedCommand | undefined> {
    if (!(error instanceof DamagedLine)) throw error;
    await this.#inTurn(() => this.#repair(segment));
    return segment.find(commandId);
  }

  async #repair(segment: Segment): Promise<void> {
    const { lines } = segment.facts;
    const isNewest = segment === this.#segments.at(-1);
    await segment.repair(this.options.now());
    this.options.onDamage(segment.path, lines - segment.facts.lines, true);
    if (!isNewest) await segment.seal();
  }

  /** Reads the complete files once and repairs the damaged ones. For a start, beside everything else. */
  async verify(): Promise<void> {
    for (const segment of this.#segments.slice(0, -1))
      await this.#inTurn(async () => {
        if (this.#segments.includes(segment) && !(await segment.isWhole())) await this.#repair(segment);
      });
  }

  /** Repairs what `load` found broken. */
  async repair(): Promise<void> {
    for (const { segment, isBroken } of this.#found.splice(0)) if (isBroken) await segment.repair(this.options.now());
  }

  async #select<T>(query: HistoryQuery, pick: (line: HistoryLine) => T | undefined): Promise<T[]> {
    const found: T[] = [];
    const take = (line: HistoryLine): boolean => {
      const about = line.c ?? line.a;
      if (atOf(line) < query.from || atOf(line) > query.to) return false;
      if (query.deviceId !== undefined && about?.deviceId !== query.deviceId) return false;
      if (query.agentId !== undefined && about?.agentId !== query.agentId) return false;
      const picked = pick(line);
      if (picked !== undefined) found.push(picked);
      return found.length >= query.limit;
    };
    // What could not be appended yet is kept by the journal, and is over all the same.
    const { segments, waiting } = await this.#inTurn(async () => ({
      segments: [...this.#segments].reverse(),
      waiting: [...this.#waiting].reverse(),
    }));
    for (const line of waiting) if (take(line)) return found;
    for (const { path, facts } of segments) {
      if (facts.maxAt < query.from || facts.minAt > query.to) continue;
      const data = (await this.options.files.read(path))?.subarray(0, facts.bytes);
      for await (const line of newestFirst(data, query)) if (take(line)) return found;
    }
    return found;
  }

  commands = (query: HistoryQuery): Promise<EndedCommand[]> => this.#select(query, ({ c }) => c);
  audit = (query: HistoryQuery): Promise<AuditEntry[]> => this.#select(query, ({ a }) => a);

  prune(): Promise<void> {
    return this.#inTurn(async () => {
      for (const segment of [...this.#segments])
        if (this.#isOver(segment.facts)) {
          this.#segments = this.#segments.filter((one) => one !== segment);
          await segment.remove();
        }
    });
  }

  async close(): Promise<void> {
    await this.#working;
    for (const segment of this.#segments) await segment.close();
  }
}

function linesOf(seq: number, { ended, audited }: Entry): HistoryLine[] {
  return [
    ...ended.map((c, i): HistoryLine => ({ j: seq, i, c })),
    ...audited.map((a, i): HistoryLine => ({ j: seq, i: ended.length + i, a })),
  ];
}
