/**
 * Reads a data folder of version 0.1, in which each file lies twice with a checksum behind its text. Changes nothing.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { AuditEntry, EndedCommand } from '../../core/records.ts';
import type { AnyRecord } from '../buffered-transaction.ts';

/** As much of a disk as reading needs. */
export interface ReadableFiles {
  /** `undefined` when there is no such file. */
  read(path: string): Promise<Buffer | undefined>;
  /** Empty when there is no such folder. */
  list(path: string): Promise<string[]>;
}

interface OldLine {
  readonly j: number;
  readonly i: number;
  readonly c?: EndedCommand;
  readonly a?: AuditEntry;
}

export interface OldFolder {
  /** The number of the newest group. */
  readonly seq: number;
  readonly records: Record<string, AnyRecord>;
  readonly pictures: ReadonlyMap<string, string>;
  /** Days with something in the history, oldest first. */
  readonly days: readonly string[];
  /** The lines of a day, in the order of their groups. */
  linesOf(day: string): Promise<OldLine[]>;
  /** What neither of two copies had. */
  readonly missing: readonly string[];
}

interface OldEntry {
  readonly records: readonly (readonly [key: string, record: AnyRecord | null])[];
  readonly ended: readonly EndedCommand[];
  readonly audited: readonly AuditEntry[];
}

const ENTRY = /^(\d{12})\.[ab]$/;
const DAY = /^(\d{4}-\d\d-\d\d)\.(?:copy\.)?jsonl$/;
const PICTURE = /\.[ab]$/;
const COPIES = ['a', 'b'] as const;

/**
 * Its own files, apart from the one whose name a newer relay uses to be refused; empty when the folder is none of 0.1.
 */
export async function oldFiles(files: ReadableFiles, dir: string): Promise<string[]> {
  const found = async (folder: string, name: RegExp): Promise<string[]> =>
    (await files.list(join(dir, folder))).filter((one) => name.test(one)).map((one) => join(dir, folder, one));
  return [
    ...(await found('.', /^snapshot\.json$/)),
    ...(await found('journal', ENTRY)),
    ...(await found('pictures', PICTURE)),
    ...(await found('history', DAY)),
  ];
}

interface Unsealed {
  readonly seq: number;
  readonly attempt: number;
  readonly text: string;
}

/** `undefined` when the text is not what was written. */
function unseal(data: Buffer | undefined): Unsealed | undefined {
  const at = data?.at(-1) === 0x0a ? data.lastIndexOf(0x0a, -2) : -1;
  if (!data || at < 0) return undefined;
  try {
    const { sha256, ...rest } = JSON.parse(data.toString('utf8', at + 1)) as Omit<Unsealed, 'text'> & {
      sha256: string;
    };
    const body = data.subarray(0, at);
    if (createHash('sha256').update(body).digest('hex') !== sha256) return undefined;
    return { ...rest, text: body.toString('utf8') };
  } catch {
    return undefined;
  }
}

/** @param dayOf The day of a moment, in the relay's time zone. */
export async function readOldFolder(
  files: ReadableFiles,
  dir: string,
  dayOf: (at: number) => string,
): Promise<OldFolder> {
  const readSealed = async (...path: string[]): Promise<Unsealed | undefined> =>
    unseal(await files.read(join(dir, ...path)));
  const snapshot = (await readSealed('snapshot.json')) ?? (await readSealed('snapshot.previous.json'));
  const { seq: snapshotSeq, records } = snapshot
    ? (JSON.parse(snapshot.text) as { seq: number; records: Record<string, AnyRecord> })
    : { seq: 0, records: {} };
  const missing: string[] = [];
  const fromJournal: OldLine[] = [];
  const numbers = (await files.list(join(dir, 'journal'))).flatMap((name) => ENTRY.exec(name)?.[1] ?? []);
  let seq = snapshotSeq;
  for (const number of [...new Set(numbers)].sort()) {
    const copies = await Promise.all(COPIES.map((copy) => readSealed('journal', `${number}.${copy}`)));
    const newest = copies.filter((copy) => copy !== undefined).sort((one, other) => other.attempt - one.attempt)[0];
    const entry = newest && (JSON.parse(newest.text) as OldEntry);
    fromJournal.push(...linesOfEntry(Number(number), entry));
    if (Number(number) <= snapshotSeq) continue;
    for (seq++; seq < Number(number); seq++) missing.push(join(dir, 'journal', `entry ${seq}`));
    if (!entry) missing.push(join(dir, 'journal', `entry ${seq}`));
    for (const [key, record] of entry?.records ?? []) {
      if (record === null) delete records[key];
      else records[key] = record;
    }
  }
  const pictures = new Map<string, string>();
  for (const record of Object.values(records)) {
    if (!('hasPicture' in record) || !record.hasPicture) continue;
    const { commandId } = record;
    const copies = await Promise.all(COPIES.map((copy) => readSealed('pictures', `${commandId}.${copy}`)));
    const whole = copies.find((copy) => copy !== undefined);
    if (whole) pictures.set(commandId, whole.text);
    else missing.push(join(dir, 'pictures', commandId));
  }
  const dayOfLine = ({ c, a }: OldLine): string => dayOf(c?.endedAt ?? a?.at ?? 0);
  const days = (await files.list(join(dir, 'history'))).flatMap((name) => DAY.exec(name)?.[1] ?? []);
  return {
    seq,
    records,
    pictures,
    days: [...new Set([...days, ...fromJournal.map(dayOfLine)])].sort(),
    missing,
    async linesOf(day) {
      const all = new Map<string, OldLine>();
      const take = (line: OldLine): unknown => all.set(`${line.j}.${line.i}`, line);
      for (const copy of ['jsonl', 'copy.jsonl'])
        for (const line of parseLines(await files.read(join(dir, 'history', `${day}.${copy}`)))) take(line);
      for (const line of fromJournal) if (dayOfLine(line) === day) take(line);
      return [...all.values()].sort((one, other) => one.j - other.j || one.i - other.i);
    },
  };
}

function linesOfEntry(j: number, { ended, audited }: OldEntry = { records: [], ended: [], audited: [] }): OldLine[] {
  return [...ended.map((c, i) => ({ j, i, c })), ...audited.map((a, i) => ({ j, i: ended.length + i, a }))];
}

/** Of the whole lines; a torn one is whole in the other copy. */
function* parseLines(data: Buffer = Buffer.alloc(0)): Generator<OldLine> {
  for (const text of data.toString('utf8').split('\n')) {
    try {
      if (text !== '') yield JSON.parse(text) as OldLine;
    } catch {
      // The other copy, or the journal, has it.
    }
  }
}
