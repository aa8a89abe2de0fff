/**
 * What is over: one append-only file of lines per day, in two copies. The journal holds every line until it is safe here, so appending
 * needs no waiting. Only places in the file are kept in memory, hence its size costs a poll nothing.
 */
import { join } from 'node:path';
import type { AuditEntry, EndedCommand } from '../../core/records.ts';
import { dayOf } from '../../core/tx.ts';
import type { HistoryQuery } from '../ledger.ts';
import { setAside, writeWhole, type Files } from './files.ts';
import type { Entry } from './journal.ts';

/** One line; `j` and `i` say from which journal entry it came, so that none is counted twice. */
interface Line {
  readonly j: number;
  readonly i: number;
  readonly c?: EndedCommand;
  readonly a?: AuditEntry;
}

interface Place {
  readonly day: string;
  readonly offset: number;
  readonly length: number;
}

const COPIES = ['jsonl', 'copy.jsonl'] as const;
const NAME = /^(\d{4}-\d\d-\d\d)\.jsonl$/;
const DAY_MS = 24 * 3_600_000;
/** Ended commands of which the place is remembered; older ones are history only. */
const MAX_PLACES = 500_000;
/** Ended commands that are kept whole, because web apps ask for the newest ones. */
const MAX_RECENT = 1_000;

const dayOfLine = (line: Line): string => dayOf(line.c?.endedAt ?? line.a?.at ?? 0);

function parseLines(data: Buffer | undefined): Map<string, Line> {
  const lines = new Map<string, Line>();
  for (const text of data?.toString('utf8').split('\n') ?? []) {
    if (text === '') continue;
    try {
      const line = JSON.parse(text) as Line;
      lines.set(`${line.j}.${line.i}`, line);
    } catch {
      // A torn line; the other copy or the journal has it whole.
    }
  }
  return lines;
}

export class History {
  private readonly places = new Map<string, Place>();
  private readonly recent = new Map<string, EndedCommand>();
  private readonly sizes = new Map<string, number>();
  /** Lines that are durable in the journal and not yet in these files. */
  private waiting: Line[] = [];
  private readonly unsynced = new Set<string>();
  private working: Promise<void> = Promise.resolve();

  constructor(
    private readonly files: Files,
    private readonly dir: string,
    private readonly onDamage: (file: string) => void,
  ) {}

  private path(day: string, copy: string): string {
    return join(this.dir, `${day}.${copy}`);
  }

  private async days(): Promise<string[]> {
    return (await this.files.list(this.dir)).flatMap((name) => NAME.exec(name)?.[1] ?? []).sort();
  }

  /** Mends the newest files from each other and from the journal, and learns where their lines are. */
  async load(
    entries: readonly { readonly seq: number; readonly entry: Entry | undefined }[],
    now: number,
  ): Promise<void> {
    const fromJournal = new Map<string, Map<string, Line>>();
    for (const { seq, entry } of entries)
      for (const line of entry ? linesOf(seq, entry) : []) {
        const day = dayOfLine(line);
        const lines = fromJournal.get(day) ?? new Map<string, Line>();
        fromJournal.set(day, lines.set(`${line.j}.${line.i}`, line));
      }
    const days = new Set([...fromJournal.keys(), dayOf(now - DAY_MS), dayOf(now)]);
    for (const day of [...days].sort()) await this.loadDay(day, fromJournal.get(day) ?? new Map<string, Line>(), now);
  }

  private async loadDay(day: string, fromJournal: ReadonlyMap<string, Line>, now: number): Promise<void> {
    const copies = await Promise.all(
      COPIES.map(async (copy) => parseLines(await this.files.read(this.path(day, copy)))),
    );
    const all = new Map<string, Line>([...copies.flatMap((lines) => [...lines]), ...fromJournal]);
    if (all.size === 0) return;
    const lines = [...all.values()].sort((one, other) => one.j - other.j || one.i - other.i);
    for (const [index, copy] of COPIES.entries()) {
      if (copies[index].size === all.size) continue;
      const path = this.path(day, copy);
      // What only the journal has is a crash between journal and history. What the other copy has was lost from this one.
      const lost = [...all.keys()].some((key) => !copies[index].has(key) && !fromJournal.has(key));
      if (lost && (await this.files.size(path)) > 0) this.onDamage(await setAside(this.files, path, now));
      else if (lost) this.onDamage(path);
      await writeWhole(this.files, path, [lines.map((line) => `${JSON.stringify(line)}\n`).join('')]);
    }
    await this.files.syncDir(this.dir);
    this.learn(day, await this.files.read(this.path(day, COPIES[0])));
  }

  private learn(day: string, data: Buffer | undefined): void {
    if (!data) return;
    let offset = 0;
    while (offset < data.length) {
      const end = data.indexOf(0x0a, offset);
      if (end < 0) break;
      const length = end - offset;
      try {
        const line = JSON.parse(data.toString('utf8', offset, end)) as Line;
        if (line.c) this.places.set(line.c.commandId, { day, offset, length });
      } catch {
        // A torn line, see parseLines.
      }
      offset = end + 1;
    }
    this.sizes.set(day, data.length);
  }

  /** Takes the ends of one durable journal entry. Never rejects: what cannot be appended now is tried again with the next. */
  add(seq: number, entry: Entry): void {
    const lines = linesOf(seq, entry);
    if (lines.length === 0) return;
    this.waiting.push(...lines);
    for (const { c } of lines) if (c) this.remember(c);
    this.working = this.working.then(() => this.append()).catch(() => undefined);
  }

  private remember(ended: EndedCommand): void {
    this.recent.set(ended.commandId, ended);
    if (this.recent.size > MAX_RECENT) {
      const [oldest] = this.recent.keys();
      // One that is not in its file yet stays until it is.
      if (oldest !== undefined && this.places.has(oldest)) this.recent.delete(oldest);
    }
  }

  private async append(): Promise<void> {
    const lines = this.waiting;
    if (lines.length === 0) return;
    this.waiting = [];
    try {
      for (const day of new Set(lines.map(dayOfLine)))
        await this.appendDay(
          day,
          lines.filter((line) => dayOfLine(line) === day),
        );
    } catch (error) {
      this.waiting = [...lines, ...this.waiting];
      throw error;
    }
  }

  private async appendDay(day: string, lines: readonly Line[]): Promise<void> {
    const texts = lines.map((line) => `${JSON.stringify(line)}\n`);
    for (const copy of COPIES) {
      const file = await this.files.open(this.path(day, copy), 'a');
      try {
        await file.write(texts.join(''));
      } finally {
        await file.close();
      }
    }
    this.unsynced.add(day);
    let offset = this.sizes.get(day) ?? 0;
    for (const [index, text] of texts.entries()) {
      const length = Buffer.byteLength(text);
      const ended = lines[index].c;
      if (ended) this.places.set(ended.commandId, { day, offset, length: length - 1 });
      offset += length;
    }
    this.sizes.set(day, offset);
    for (const oldest of this.places.keys()) {
      if (this.places.size <= MAX_PLACES) break;
      this.places.delete(oldest);
    }
  }

  /** All lines are on the disk when it resolves; rejects when some are not. */
  async settle(): Promise<void> {
    await this.working;
    await this.append();
    for (const day of this.unsynced) {
      for (const copy of COPIES) {
        const file = await this.files.open(this.path(day, copy), 'a');
        try {
          await file.sync();
        } finally {
          await file.close();
        }
      }
      this.unsynced.delete(day);
    }
    await this.files.syncDir(this.dir);
  }

  async ended(commandId: string): Promise<EndedCommand | undefined> {
    const recent = this.recent.get(commandId);
    if (recent) return recent;
    const place = this.places.get(commandId);
    if (!place) return undefined;
    for (const copy of COPIES) {
      try {
        const data = await this.files.readPart(this.path(place.day, copy), place.offset, place.length);
        const { c } = JSON.parse(data.toString('utf8')) as Line;
        if (c?.commandId === commandId) return c;
      } catch {
        // The other copy may still be whole.
      }
    }
    return this.search(place.day, commandId);
  }

  /** Where the places do not fit (a line was torn before them), the day is read. */
  private async search(day: string, commandId: string): Promise<EndedCommand | undefined> {
    for (const { c } of await this.linesOfDay(day)) if (c?.commandId === commandId) return c;
    return undefined;
  }

  private async linesOfDay(day: string): Promise<Line[]> {
    const copies = await Promise.all(
      COPIES.map(async (copy) => parseLines(await this.files.read(this.path(day, copy)))),
    );
    return [...new Map<string, Line>(copies.flatMap((lines) => [...lines])).values()];
  }

  private async select<T>(query: HistoryQuery, pick: (line: Line) => T | undefined): Promise<T[]> {
    await this.working;
    const found: T[] = [];
    for (const day of (await this.days()).reverse()) {
      if (day < dayOf(query.from) || day > dayOf(query.to)) continue;
      for (const line of (await this.linesOfDay(day)).reverse()) {
        const at = line.c?.endedAt ?? line.a?.at ?? 0;
        const about = line.c ?? line.a;
        if (at < query.from || at > query.to) continue;
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

  async prune(now: number, historyDays: number): Promise<void> {
    const oldest = dayOf(now - historyDays * DAY_MS);
    for (const day of await this.days())
      if (day < oldest) for (const copy of COPIES) await this.files.remove(this.path(day, copy));
  }
}

function linesOf(seq: number, { ended, audited }: Entry): Line[] {
  return [
    ...ended.map((c, i): Line => ({ j: seq, i, c })),
    ...audited.map((a, i): Line => ({ j: seq, i: ended.length + i, a })),
  ];
}
