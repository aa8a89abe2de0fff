/**
 * One file of the history, always written whole: what stays of the groups of a day, in their order. Beside it lies an
 * index on the disk: where each command's line is, so that finding one takes two small reads.
 */
import type { AuditEntry, EndedCommand } from '../../core/records.ts';
import { createdAtOf } from '../buffered-transaction.ts';
import type { Files } from './files.ts';
import type { HistoryLine } from './journal.ts';
import { bodyOf, readLine, scan, writeLines } from './lines.ts';

/** What is known of a file without reading it. */
export interface SegmentFacts {
  readonly number: number;
  readonly bytes: number;
  /** Ended commands and audit entries. */
  readonly entries: number;
  /** Times of its entries. */
  readonly minAt: number;
  readonly maxAt: number;
  readonly lastSeq: number;
  /**
   * When the first and the last posted of its commands were posted, by their ids; `undefined` when an id does not say.
   */
  readonly posted?: readonly [from: number, to: number];
}

export const timeOf = (entry: EndedCommand | AuditEntry): number => ('endedAt' in entry ? entry.endedAt : entry.at);

export const entriesOf = (lines: readonly HistoryLine[]): number =>
  lines.reduce((sum, { ended, audited }) => sum + ended.length + audited.length, 0);

export function factsOf(number: number, bytes: number, lines: readonly HistoryLine[]): SegmentFacts {
  let [minAt, maxAt, lastSeq] = [Infinity, -Infinity, 0];
  for (const { seq, ended, audited } of lines) {
    const times = [...ended, ...audited].map(timeOf);
    [minAt, maxAt, lastSeq] = [Math.min(minAt, ...times), Math.max(maxAt, ...times), Math.max(lastSeq, seq)];
  }
  const posted = postedIn(lines);
  return { number, bytes, entries: entriesOf(lines), minAt, maxAt, lastSeq, ...(posted ? { posted } : {}) };
}

function postedIn(lines: readonly HistoryLine[]): [number, number] | undefined {
  const times = lines.flatMap(({ ended }) => ended.map(({ commandId }) => createdAtOf(commandId)));
  let [from, to] = [0, 0];
  for (const at of times) {
    if (at === undefined) return undefined;
    [from, to] = [from === 0 ? at : Math.min(from, at), Math.max(to, at)];
  }
  return [from, to];
}

/** Told by ids alone: the clock may have been set between post and end. */
export const mayHold = ({ posted }: SegmentFacts, commandId: string): boolean => {
  const at = createdAtOf(commandId);
  return at === undefined || posted === undefined || (posted[0] <= at && at <= posted[1]);
};

export interface SegmentRead {
  /** Whole ones. */
  readonly lines: HistoryLine[];
  readonly bytes: number;
  /** Whether every line is as it was written. */
  readonly isWhole: boolean;
}

export async function readSegment(files: Files, path: string): Promise<SegmentRead> {
  const lines: HistoryLine[] = [];
  const { bytes, damaged, end } = await scan<HistoryLine>(files, path, (line) => lines.push(line));
  return { lines, bytes, isWhole: damaged === 0 && end === bytes };
}

interface Index {
  /** Of the file that it belongs to. */
  readonly bytes: number;
  readonly places: Readonly<Record<string, readonly [offset: number, length: number]>>;
}

export const indexPathOf = (path: string): string => path.replace('.lines', '.index');

/** The file and its index are on the disk when it resolves. */
export async function writeSegment(
  files: Files,
  path: string,
  number: number,
  lines: readonly HistoryLine[],
): Promise<SegmentFacts> {
  const places: Record<string, [number, number]> = {};
  const bytes = await writeLines(files, path, { kind: 'history' }, lines, ({ ended }, { offset, length }) => {
    for (const { commandId } of ended) places[commandId] = [offset, length];
  });
  await writeLines(files, indexPathOf(path), { kind: 'index' }, [{ bytes, places } satisfies Index]);
  return factsOf(number, bytes, lines);
}

const BREAK = 0x0a;
/** As much of an index as its first key may take. */
const FIRST_KEY = 40;

/** `undefined` when the file has no such command; `unsure` when its line or the index is not as it was written. */
export async function findIn(
  files: Files,
  path: string,
  bytes: number,
  commandId: string,
): Promise<EndedCommand | 'unsure' | undefined> {
  const data = await files.read(indexPathOf(path));
  const index = data && bodyOf(data.subarray(data.indexOf(BREAK) + 1));
  if (!index?.toString('latin1', 0, FIRST_KEY).startsWith(`{"bytes":${bytes},`)) return 'unsure';
  // Looked for in the text, without making anything of the rest.
  const key = Buffer.from(`${JSON.stringify(commandId)}:`);
  const at = index.indexOf(key);
  if (at < 0) return undefined;
  const from = at + key.length;
  const place = index.toString('latin1', from, index.indexOf(']', from) + 1);
  const [offset, length] = JSON.parse(place) as Index['places'][string];
  const line = await readLine<HistoryLine>(files, { path, offset, length });
  return line?.ended.findLast((one) => one.commandId === commandId) ?? 'unsure';
}
