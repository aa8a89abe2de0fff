/** One line of the history: a command's end or an audit entry. `j` and `i` say from which journal entry it came, so that none is counted twice. */
import type { AuditEntry, EndedCommand } from '../../core/records.ts';
import { dayOf } from '../../core/transaction.ts';
import type { Entry } from './journal.ts';

export interface Line {
  readonly j: number;
  readonly i: number;
  readonly c?: EndedCommand;
  readonly a?: AuditEntry;
}

export const keyOfLine = ({ j, i }: Line): string => `${j}.${i}`;
export const atOf = ({ c, a }: Line): number => c?.endedAt ?? a?.at ?? 0;
export const dayOfLine = (line: Line): string => dayOf(atOf(line));
export const textOf = (line: Line): string => `${JSON.stringify(line)}\n`;

export function linesOf(seq: number, { ended, audited }: Entry): Line[] {
  return [
    ...ended.map((c, i): Line => ({ j: seq, i, c })),
    ...audited.map((a, i): Line => ({ j: seq, i: ended.length + i, a })),
  ];
}

/** `undefined` for a torn line; the other copy or the journal has it whole. */
export function parseLine(text: string): Line | undefined {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return undefined;
  }
}

export function parseLines(data: Buffer | undefined): Map<string, Line> {
  const lines = new Map<string, Line>();
  for (const text of data?.toString('utf8').split('\n') ?? []) {
    const line = text === '' ? undefined : parseLine(text);
    if (line) lines.set(keyOfLine(line), line);
  }
  return lines;
}

/** Lines between two breaths; parsing one takes some microseconds, and meanwhile nobody is answered. */
const LINES_AT_ONCE = 500;
const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** From a file's end to its beginning, so that whoever wants the newest reads no more; only lines that hold `needle` are parsed. */
async function* backwards(data: Buffer, needle: string | undefined): AsyncGenerator<Line> {
  const wanted = needle === undefined ? undefined : Buffer.from(needle);
  let looked = 0;
  for (let to = data.length; to > 0;) {
    const from = to < 2 ? 0 : data.lastIndexOf(0x0a, to - 2) + 1;
    const text = data.subarray(from, to);
    to = from;
    if (++looked % LINES_AT_ONCE === 0) await breathe();
    if (wanted && !text.includes(wanted)) continue;
    const line = parseLine(text.toString('utf8'));
    if (line) yield line;
  }
}

/**
 * What the copies of a day have and what waits to be appended, newest first and each once; with `needle`, at least those lines that hold it.
 * Copies that are the same are read once.
 */
export async function* newestFirst(
  copies: readonly Buffer[],
  waiting: readonly Line[],
  needle: string | undefined,
): AsyncGenerator<Line> {
  const [first, ...others] = copies;
  const seen = new Set<string>();
  if (first && others.every((data) => data.equals(first))) {
    for (const line of inOrder(waiting).reverse()) {
      seen.add(keyOfLine(line));
      yield line;
    }
    for await (const line of backwards(first, needle)) {
      if (seen.has(keyOfLine(line))) continue;
      seen.add(keyOfLine(line));
      yield line;
    }
    return;
  }
  const lines = [...waiting];
  for (const data of copies) for await (const line of backwards(data, needle)) lines.push(line);
  yield* inOrder(lines).reverse();
}

/** Each once, as they came. */
export function inOrder(lines: readonly Line[]): Line[] {
  const all = new Map(lines.map((line) => [keyOfLine(line), line]));
  return [...all.values()].sort((one, other) => one.j - other.j || one.i - other.i);
}
