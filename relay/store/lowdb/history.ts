/**
 * What is over: one append-only file of lines per day, in two copies. The journal holds every line until it is safe here, so appending
 * needs no waiting. Only places in the file are kept in memory, hence its size costs a poll nothing.
 */
import type { AuditEntry, EndedCommand } from '../../core/records.ts';
import { dayOf } from '../../core/transaction.ts';
import type { HistoryQuery } from '../database.ts';
import { createdAtOf } from '../buffered-transaction.ts';
import { HistoryFiles, type Place } from './history-files.ts';
import { atOf, dayOfLine, keyOfLine, linesOf, newestFirst, type Line } from './history-line.ts';
import type { Files } from './files.ts';
import type { Entry, Numbered } from './journal.ts';

const DAY_MS = 24 * 3_600_000;
/** Ended commands of which the place is remembered; an older one is looked for in the file of its day. */
const MAX_PLACES = 500_000;
/** Ended commands that are kept whole, because web apps ask for the newest ones. */
const MAX_RECENT = 1_000;
/** A command ends at most so long after it was posted: a day in the queue, a day on the glass, and the days' edges. */
const MAX_LIFE_DAYS = 3;

export class History {
  private readonly places = new Map<string, Place>();
  private readonly recent = new Map<string, EndedCommand>();
  /** Days whose files were compared, mended and learned. */
  private readonly known = new Set<string>();
  /** Lines that are durable in the journal and not yet in these files. */
  private waiting: Line[] = [];
  private working: Promise<void> = Promise.resolve();
  private readonly days: HistoryFiles;
  /** The newest journal entry of which something was found here. */
  newestSeq = 0;

  constructor(
    files: Files,
    dir: string,
    private readonly now: () => number,
    onDamage: (file: string) => void,
  ) {
    this.days = new HistoryFiles(files, dir, now, onDamage);
  }

  /** Mends the newest files from each other and from the journal, and learns where their lines are. */
  async load(entries: readonly Numbered[]): Promise<void> {
    const fromJournal = new Map<string, Map<string, Line>>();
    for (const { seq, entry } of entries)
      for (const line of entry ? linesOf(seq, entry) : []) {
        const day = dayOfLine(line);
        const lines = fromJournal.get(day) ?? new Map<string, Line>();
        fromJournal.set(day, lines.set(keyOfLine(line), line));
      }
    const newest = (await this.days.list()).at(-1);
    const days = new Set([...fromJournal.keys(), dayOf(this.now() - DAY_MS), dayOf(this.now())]);
    if (newest !== undefined) days.add(newest);
    for (const day of [...days].sort()) await this.learn(day, fromJournal.get(day));
  }

  private async learn(day: string, fromJournal?: ReadonlyMap<string, Line>): Promise<void> {
    if (this.known.has(day)) return;
    for (const { line, place } of await this.days.mend(day, fromJournal)) {
      this.newestSeq = Math.max(this.newestSeq, line.j);
      if (line.c) this.places.set(line.c.commandId, place);
    }
    this.known.add(day);
    this.forgetOldestPlaces();
  }

  private forgetOldestPlaces(): void {
    for (const oldest of this.places.keys()) {
      if (this.places.size <= MAX_PLACES) break;
      this.places.delete(oldest);
    }
  }

  /** Takes the ends of one durable journal entry. Never rejects: what cannot be appended now is tried again with the next. */
  add(seq: number, entry: Entry): void {
    const lines = linesOf(seq, entry);
    if (lines.length === 0) return;
    this.waiting.push(...lines);
    for (const { c } of lines) if (c) this.recent.set(c.commandId, c);
    this.inTurn(() => this.append()).catch(() => undefined);
  }

  /** One after the other: who appends, and who compares the copies, would take each other's half-done work for damage. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.working.then(work);
    this.working = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  }

  private async append(): Promise<void> {
    const lines = this.waiting;
    this.waiting = [];
    const byDay = groupByDay(lines);
    let failure: { readonly error: unknown } | undefined;
    for (const [day, ofDay] of byDay) {
      try {
        await this.learn(day);
        const places = await this.days.append(day, ofDay);
        for (const [index, { c }] of ofDay.entries()) if (c) this.places.set(c.commandId, places[index]);
      } catch (error) {
        failure ??= { error };
        this.waiting = [...ofDay, ...this.waiting];
      }
    }
    this.forgetOldestPlaces();
    this.forgetOldestRecent();
    if (failure) throw failure.error;
  }

  /** One that is not in its file yet stays until it is. */
  private forgetOldestRecent(): void {
    for (const oldest of this.recent.keys()) {
      if (this.recent.size <= MAX_RECENT || !this.places.has(oldest)) return;
      this.recent.delete(oldest);
    }
  }

  /** All lines are on the disk when it resolves; rejects when some are not. */
  async settle(): Promise<void> {
    await this.inTurn(() => this.append());
    await this.days.sync();
  }

  async ended(commandId: string): Promise<EndedCommand | undefined> {
    const recent = this.recent.get(commandId);
    if (recent) return recent;
    if (!this.places.has(commandId)) await this.learnLifeOf(commandId);
    const place = this.places.get(commandId);
    return place && this.days.read(place, commandId);
  }

  /** The days in which a command with this id can have ended are learned, if there are files of them. */
  private async learnLifeOf(commandId: string): Promise<void> {
    const made = createdAtOf(commandId);
    if (made === undefined) return;
    const [first, last] = [dayOf(made), dayOf(made + MAX_LIFE_DAYS * DAY_MS)];
    for (const day of await this.days.list()) if (day >= first && day <= last) await this.inTurn(() => this.learn(day));
  }

  private async select<T>(query: HistoryQuery, pick: (line: Line) => T | undefined): Promise<T[]> {
    const found: T[] = [];
    const days = new Set([...(await this.days.list()), ...this.waiting.map(dayOfLine)]);
    for (const day of [...days].sort().reverse()) {
      if (day < dayOf(query.from) || day > dayOf(query.to)) continue;
      const [copies, waiting] = await this.inTurn(async () => {
        await this.learn(day);
        // What could not be appended yet is kept by the journal, and is over all the same.
        return [await this.days.copiesOf(day), this.waiting.filter((line) => dayOfLine(line) === day)] as const;
      });
      for await (const line of newestFirst(copies, waiting, needleOf(query))) {
        const about = line.c ?? line.a;
        if (atOf(line) < query.from || atOf(line) > query.to) continue;
        if (query.deviceId !== undefined && about?.deviceId !== query.deviceId) continue;
        if (query.agentId !== undefined && about?.agentId !== query.agentId) continue;
        const picked = pick(line);
        if (picked !== undefined) found.push(picked);
        if (found.length >= query.limit) return found;
      }
    }
    return found;
  }

  commands = (query: HistoryQuery): Promise<EndedCommand[]> => this.select(query, ({ c }) => c);
  audit = (query: HistoryQuery): Promise<AuditEntry[]> => this.select(query, ({ a }) => a);

  async prune(historyDays: number): Promise<void> {
    const oldest = dayOf(this.now() - historyDays * DAY_MS);
    for (const day of await this.days.list())
      if (day < oldest) {
        await this.days.remove(day);
        for (const [commandId, place] of this.places) if (place.day === day) this.places.delete(commandId);
      }
  }
}

/** A text that every line has which the query wants. */
function needleOf({ deviceId, agentId }: HistoryQuery): string | undefined {
  const id = deviceId ?? agentId;
  return id === undefined ? undefined : JSON.stringify(id);
}

function groupByDay(lines: readonly Line[]): Map<string, Line[]> {
  const days = new Map<string, Line[]>();
  for (const line of lines) {
    const day = dayOfLine(line);
    const ofDay = days.get(day);
    if (ofDay) ofDay.push(line);
    else days.set(day, [line]);
  }
  return days;
}
