/**
 * What is over: files of lines, one or several a day, so that neither start nor memory grow with it. The journal holds
 * a group until it is safe here, so groups wait in memory, and the newest file is written anew with many at a time.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Mutex } from '../../../shared/util/mutex.ts';
import type { AuditEntry, EndedCommand } from '../../core/records.ts';
import { dayOf } from '../../core/transaction.ts';
import type { HistoryQuery } from '../database.ts';
import { setAside, type Files } from './files.ts';
import type { FolderOptions } from './lowdb-options.ts';
import { HistoryAnswer } from './history-answer.ts';
import {
  entriesOf,
  factsOf,
  findIn,
  indexPathOf,
  mayHold,
  readSegment,
  timeOf,
  writeSegment,
  type SegmentFacts,
} from './history-segment.ts';
import type { HistoryLine } from './journal.ts';
import { numbersIn, pathOf, scan } from './lines.ts';
import { newestFirst } from './newest-first.ts';

const DAY_MS = 24 * 3_600_000;
/** A file that has so many bytes is complete: writing it anew takes some hundredths of a second. */
const SEGMENT_BYTES = 1 << 20;
/** Entries that wait in memory at most. */
const MAX_WAITING = 2_000;
/** A check of a file takes about as long: questions have half of the time for themselves. */
const VERIFY_PAUSE_MS = 20;

/** Told of files that are damaged or missing. @param lost Entries that are known to have been there and are not. */
type OnDamage = (file: string, lost: number, kind: Loss['kind']) => void;

/** What a start found wrong with a file; of groups up to `to` it had more. */
interface Loss {
  readonly number: number;
  readonly kind: 'damaged' | 'missing';
  readonly lost: number;
  readonly to: number;
}

/** The entries of a group are of one moment, as far as days go. */
const dayOfLine = ({ ended, audited }: HistoryLine): string => dayOf(timeOf([...ended, ...audited][0]));

export class History {
  /** Oldest first; only the last one grows. */
  #segments: SegmentFacts[] = [];
  /** Durable in the journal and not yet in these files. */
  #waiting: HistoryLine[] = [];
  #taken = 0;
  readonly #turns = new Mutex();
  /** Of a start: groups of the files that were read, all before them being there, and what is not. */
  readonly #present = { before: 0, groups: new Set<number>() };
  #losses: Loss[] = [];

  constructor(
    readonly files: Files,
    readonly dir: string,
    readonly options: FolderOptions,
    readonly onDamage: OnDamage,
  ) {}

  /** The newest group of which something is here. */
  get newestSeq(): number {
    return Math.max(0, ...this.#segments.map(({ lastSeq }) => lastSeq));
  }

  #pathOf = (number: number): string => pathOf(this.dir, number);

  /** Reads the files that are not as `known` says, and all behind them. */
  async load(known: readonly SegmentFacts[]): Promise<void> {
    const { files, dir } = this;
    const there = await numbersIn(files, dir);
    // One whose days are over went after the last snapshot.
    const expected = known.filter((one) => there.includes(one.number) || !this.#isOver(one));
    const numbers = [...new Set([...there, ...expected.map(({ number }) => number)])].sort((a, b) => a - b);
    let isRead = false;
    for (const number of numbers) {
      const before = expected.find((one) => one.number === number);
      // The journal may have to make good what is missing in the newest one, or behind one that is not as it was.
      isRead ||= !before || number === numbers.at(-1) || (await files.size(this.#pathOf(number))) !== before.bytes;
      if (isRead) await this.#read(number, before);
      else if (before) {
        this.#segments.push(before);
        this.#present.before = before.lastSeq;
      }
    }
  }

  async #read(number: number, before?: SegmentFacts): Promise<void> {
    const { lines, bytes, isWhole } = await readSegment(this.files, this.#pathOf(number));
    const to = before?.lastSeq ?? 0;
    const lost = (before?.entries ?? 0) - entriesOf(lines.filter(({ seq }) => seq <= to));
    const kind = isWhole ? 'missing' : 'damaged';
    if (!isWhole || lost > 0) this.#losses.push({ number, kind, lost, to });
    if (lines.length > 0) this.#segments.push(factsOf(number, bytes, lines));
    for (const { seq } of lines) this.#present.groups.add(seq);
  }

  #isOver({ entries, maxAt }: SegmentFacts): boolean {
    const { now, historyDays } = this.options;
    return entries > 0 && dayOf(maxAt) < dayOf(now() - historyDays * DAY_MS);
  }

  /** Of a group that the journal had: takes what is not in the files. */
  restore(group: HistoryLine): void {
    const { before, groups } = this.#present;
    if (group.seq > before && !groups.has(group.seq)) this.add(group);
  }

  /** After what the journal had: tells what is gone for good. */
  tellLosses(): void {
    let from = 0;
    for (const { number, kind, lost, to } of this.#losses) {
      const madeGood = this.#waiting.filter(({ seq }) => seq > from && seq <= to);
      const gone = Math.max(0, lost - entriesOf(madeGood));
      if (kind === 'damaged' || gone > 0) this.onDamage(this.#pathOf(number), gone, kind);
      from = to;
    }
  }

  /** Sets aside what `load` found damaged. */
  async repair(): Promise<void> {
    for (const { number, kind } of this.#losses) if (kind === 'damaged') await this.#renew(number);
    this.#losses = [];
  }

  /** Takes the ends of a durable group. */
  add({ seq, ended, audited }: HistoryLine): void {
    const line = { seq, ended, audited };
    const entries = entriesOf([line]);
    if (entries === 0) return;
    this.#waiting.push(line);
    this.#taken += entries;
    if (this.#taken < MAX_WAITING) return;
    // What cannot be written now is tried again with the next snapshot.
    this.flush().catch(() => undefined);
    this.#taken = 0;
  }

  /** All groups are on the disk when it resolves, with what is known of their files; rejects when some are not. */
  flush(): Promise<readonly SegmentFacts[]> {
    return this.#turns.run(async () => {
      const { historySegmentBytes = SEGMENT_BYTES } = this.options;
      // What comes meanwhile waits for the next time.
      for (let left = this.#waiting.length; left > 0;) {
        const day = dayOfLine(this.#waiting[0]);
        const others = this.#waiting.findIndex((line) => dayOfLine(line) > day);
        const lines = this.#waiting.slice(0, others < 0 ? left : Math.min(others, left));
        const { number, bytes, maxAt } = this.#segments.at(-1) ?? { number: 0, bytes: Infinity, maxAt: 0 };
        await this.#renew(bytes < historySegmentBytes && dayOf(maxAt) >= day ? number : number + 1, lines);
        this.#waiting.splice(0, lines.length);
        left -= lines.length;
      }
      return this.#segments;
    });
  }

  /** Writes a file anew from its whole lines and these. One that is not as it was written is told and set aside. */
  async #renew(number: number, more: readonly HistoryLine[] = []): Promise<void> {
    const { files } = this;
    const path = this.#pathOf(number);
    const before = this.#segments.find((one) => one.number === number);
    const { lines, isWhole } = await readSegment(files, path);
    if (!isWhole) await setAside(files, path, this.options.now());
    // A write that failed may have left some of them there.
    const all = new Map([...lines, ...more].map((line) => [line.seq, line]));
    const facts = await writeSegment(files, path, number, [...all.values()]);
    this.#segments = [...this.#segments.filter((one) => one !== before), facts].sort((a, b) => a.number - b.number);
    const lost = (before?.entries ?? 0) - entriesOf(lines);
    const isTold = this.#losses.some((one) => one.number === number);
    if ((!isWhole || lost > 0) && !isTold) this.onDamage(path, lost, 'damaged');
  }

  async ended(commandId: string): Promise<EndedCommand | undefined> {
    // The last one is right, should its payment have been told later.
    for (const { ended } of this.#waiting.toReversed()) {
      const one = ended.findLast((other) => other.commandId === commandId);
      if (one) return one;
    }
    for (const { number } of this.#segments.filter((one) => mayHold(one, commandId)).reverse()) {
      const found = await this.#findSurely(number, commandId);
      if (found) return found;
    }
    return undefined;
  }

  async #findSurely(number: number, commandId: string): Promise<EndedCommand | undefined> {
    let found = await this.#find(number, commandId);
    if (found === 'unsure')
      found = await this.#turns.run(async () => {
        const again = await this.#find(number, commandId);
        if (again !== 'unsure') return again;
        await this.#renew(number);
        return this.#find(number, commandId);
      });
    return found === 'unsure' ? undefined : found;
  }

  async #find(number: number, commandId: string): Promise<EndedCommand | 'unsure' | undefined> {
    const facts = this.#segments.find((one) => one.number === number);
    return facts && findIn(this.files, this.#pathOf(number), facts.bytes, commandId);
  }

  /** Reads the complete files once and renews the damaged ones. For a start, beside everything else and with pauses. */
  async verify(): Promise<void> {
    for (const { number } of this.#segments.slice(0, -1)) {
      await this.#turns.run(async () => {
        const facts = this.#segments.find((one) => one.number === number);
        if (!facts) return;
        const { damaged, end } = await scan(this.files, this.#pathOf(number));
        if (damaged > 0 || end !== facts.bytes) await this.#renew(number);
      });
      await sleep(VERIFY_PAUSE_MS, undefined, { ref: false });
    }
  }

  commands = (query: HistoryQuery): Promise<EndedCommand[]> => this.#select(query, 'ended');
  audit = (query: HistoryQuery): Promise<AuditEntry[]> => this.#select(query, 'audited');

  async #select<K extends 'ended' | 'audited'>(query: HistoryQuery, kind: K): Promise<HistoryLine[K][number][]> {
    const start =
      query.before === undefined ? { number: Infinity, endedAt: Infinity } : await this.#placeOf(query.before);
    if (!start) return [];
    // What ended after the time that is asked for lies before all of the answer.
    const answer = new HistoryAnswer(query, kind, query.before === undefined || start.endedAt > query.to);
    const [waiting, segments] = await this.#turns.run(async () => [
      this.#waiting.toReversed(),
      this.#segments.toReversed(),
    ]);
    for (const line of waiting) if (!answer.isComplete) answer.take(line);
    // A write that failed may have left them in the file as well.
    const isWaiting = new Set(waiting.map(({ seq }) => seq));
    for (const { number, bytes, minAt, maxAt } of segments) {
      if (maxAt < query.from || minAt > query.to) continue;
      // Before the start only corrections of what is older are of use, and they bear its time.
      if (number > start.number && minAt > start.endedAt) continue;
      if (answer.isComplete) break;
      const data = (await this.files.read(this.#pathOf(number)))?.subarray(0, bytes);
      for await (const line of newestFirst(data, (text) => answer.mayNeed(text))) {
        if (!isWaiting.has(line.seq)) answer.take(line);
        if (answer.isComplete) break;
      }
    }
    return answer.entries;
  }

  /** Where a command's first entry is: the number of its file, which is none yet while it waits. */
  async #placeOf(commandId: string): Promise<{ readonly number: number; readonly endedAt: number } | undefined> {
    for (const { ended } of this.#waiting) {
      const one = ended.find((other) => other.commandId === commandId && other.correctedAt === undefined);
      if (one) return { number: Infinity, endedAt: one.endedAt };
    }
    for (const { number } of this.#segments.filter((one) => mayHold(one, commandId))) {
      const one = await this.#findSurely(number, commandId);
      if (one) return { number, endedAt: one.endedAt };
    }
    return undefined;
  }

  prune(): Promise<void> {
    return this.#turns.run(async () => {
      for (const { number } of this.#segments.filter((one) => this.#isOver(one))) {
        this.#segments = this.#segments.filter((one) => one.number !== number);
        await this.files.remove(indexPathOf(this.#pathOf(number)));
        await this.files.remove(this.#pathOf(number));
      }
    });
  }
}
