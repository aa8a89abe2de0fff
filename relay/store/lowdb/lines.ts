/**
 * The lines that every file of the store is made of: `<length> <checksum> <JSON>`, so that any cut and any changed
 * byte shows. The first line of a file is its header. Files are numbered, and sort as they were made.
 */
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { StoreError } from './store-error.ts';
import { writeWhole, type Files } from './files.ts';

/** Of the folder as a whole; 1 was version 0.1. It is in the first line of every file. */
export const LAYOUT = 2;

export interface Header {
  readonly layout: number;
  readonly kind: 'journal' | 'snapshot' | 'history' | 'index';
}

/** Where a line is. */
export interface Location {
  readonly path: string;
  readonly offset: number;
  /** With its line break. */
  readonly length: number;
}

/** Eight hexadecimal digits, a space, eight again, a space. */
const HEAD = 18;
const BREAK = 0x0a;
const hex = (value: number): string => value.toString(16).padStart(8, '0');
const headOf = (body: Buffer): string => `${hex(body.length)} ${hex(crc32(body))} `;

export function lineOf(value: unknown): Buffer {
  const body = Buffer.from(JSON.stringify(value));
  return Buffer.concat([Buffer.from(headOf(body)), body, Buffer.from([BREAK])]);
}

/** The JSON of a line, with its line break; `undefined` when it is not as it was written. */
export function bodyOf(line: Buffer): Buffer | undefined {
  const body = line.subarray(HEAD, -1);
  const isWhole = line.length > HEAD && line.at(-1) === BREAK && line.toString('latin1', 0, HEAD) === headOf(body);
  return isWhole ? body : undefined;
}

export const parse = <T>(body: Buffer): T => JSON.parse(body.toString('utf8')) as T;

/** `undefined` when the line is not as it was written. Rejects with the system's error. */
export async function readLine<T>(files: Files, { path, offset, length }: Location): Promise<T | undefined> {
  const body = bodyOf(await files.readPart(path, offset, length));
  return body && parse<T>(body);
}

/** The first bytes of a line that was being written when the process ended: nobody was answered for it. */
function isTorn(rest: Buffer): boolean {
  return (
    /^([0-9a-f]{0,8}|[0-9a-f]{8} [0-9a-f]{0,8}|[0-9a-f]{8} [0-9a-f]{8} )$/.test(rest.toString('latin1', 0, HEAD)) &&
    !rest.includes(0) &&
    !(rest.length > HEAD + Number.parseInt(rest.toString('latin1', 0, 8), 16))
  );
}

export interface Scanned<H> {
  /** `undefined` when the first line is not as it was written. */
  readonly header: H | undefined;
  readonly bytes: number;
  /** Whole lines behind the header. */
  readonly lines: number;
  /** Stretches that are no lines. */
  readonly damaged: number;
  /** Where whatever was torn off at the end begins, or the file ends. */
  readonly end: number;
}

/** The lines of so many bytes are looked at before others get a turn: about a millisecond. */
const CHUNK = 1 << 18;

/**
 * Reads a file line by line in little memory. What lies behind a damaged stretch is read all the same. Rejects with a
 * StoreError when a newer relay wrote the file.
 */
export async function scan<T, H extends Header = Header>(
  files: Files,
  path: string,
  visit?: (line: T, location: Location) => void,
): Promise<Scanned<H>> {
  const bytes = await files.size(path);
  let header: H | undefined;
  let rest = Buffer.alloc(0);
  let [restAt, lines, damaged, isDamaged] = [0, 0, 0, false];
  for (let next = 0; next < bytes;) {
    const chunk = await files.readPart(path, next, Math.min(CHUNK, bytes - next));
    if (chunk.length === 0) break;
    next += chunk.length;
    const data = Buffer.concat([rest, chunk]);
    let from = 0;
    for (let end = data.indexOf(BREAK, rest.length); end >= 0; end = data.indexOf(BREAK, from)) {
      const body = bodyOf(data.subarray(from, end + 1));
      if (!body && !isDamaged) damaged++;
      isDamaged = body === undefined;
      if (body && restAt + from === 0) checkLayout((header = parse<H>(body)), path);
      else if (body) {
        lines++;
        visit?.(parse<T>(body), { path, offset: restAt + from, length: end + 1 - from });
      }
      from = end + 1;
    }
    rest = data.subarray(from);
    restAt += from;
  }
  if (rest.length > 0 && !isDamaged && !isTorn(rest)) damaged++;
  return { header, bytes, lines, damaged, end: restAt };
}

function checkLayout({ layout }: Header, path: string): void {
  if (layout <= LAYOUT) return;
  throw new StoreError(
    `${path} was written by a newer relay (layout ${layout}; this one reads ${LAYOUT}). Start that relay again, or restore a backup of this one's.`,
  );
}

/** Lines that are made before others get a turn: some milliseconds. */
const LINES_AT_ONCE = 500;

/** Writes a whole file of lines. `onLine` is told where each one is. Answers how many bytes it has. */
export async function writeLines<T>(
  files: Files,
  path: string,
  header: Omit<Header, 'layout'>,
  lines: AsyncIterable<T> | Iterable<T>,
  onLine?: (line: T, location: Location) => void,
): Promise<number> {
  let waiting = [lineOf({ layout: LAYOUT, ...header })];
  let offset = waiting[0].length;
  async function* pieces(): AsyncGenerator<Buffer> {
    for await (const line of lines) {
      const bytes = lineOf(line);
      onLine?.(line, { path, offset, length: bytes.length });
      offset += bytes.length;
      if (waiting.push(bytes) < LINES_AT_ONCE) continue;
      yield Buffer.concat(waiting);
      waiting = [];
      await setImmediate();
    }
    yield Buffer.concat(waiting);
  }
  await writeWhole(files, path, pieces());
  return offset;
}

export const pathOf = (dir: string, number: number): string => join(dir, `${String(number).padStart(12, '0')}.lines`);

/** The numbers of the files of lines in a folder, oldest first. */
export async function numbersIn(files: Files, dir: string): Promise<number[]> {
  const numbers = (await files.list(dir)).flatMap((name) => /^(\d{12})\.lines$/.exec(name)?.[1] ?? []);
  return numbers.map(Number).sort((one, other) => one - other);
}
