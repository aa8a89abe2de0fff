/** The lines that every file of the store is made of: `<length> <checksum> <JSON>`, so that any cut and any changed byte shows. */
import { crc32 } from 'node:zlib';
import { StoreError } from './store-error.ts';
import type { Files } from './files.ts';

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
const NOTHING = Buffer.alloc(0);
const hex = (value: number): string => value.toString(16).padStart(8, '0');

export function lineOf(value: unknown): Buffer {
  const body = Buffer.from(JSON.stringify(value));
  const line = Buffer.allocUnsafe(HEAD + body.length + 1);
  line.write(`${hex(body.length)} ${hex(crc32(body))} `, 'latin1');
  body.copy(line, HEAD);
  line[line.length - 1] = BREAK;
  return line;
}

/** The JSON of a line, with its line break; `undefined` when it is not as it was written. */
export function bodyOf(line: Buffer): Buffer | undefined {
  const body = line.subarray(HEAD, -1);
  if (line.length < HEAD || line.at(-1) !== BREAK) return undefined;
  return line.toString('latin1', 0, HEAD) === `${hex(body.length)} ${hex(crc32(body))} ` ? body : undefined;
}

export const parse = <T>(body: Buffer): T => JSON.parse(body.toString('utf8')) as T;

/** `undefined` when the line is not there or not as it was written. */
export async function readLine<T>(files: Files, { path, offset, length }: Location): Promise<T | undefined> {
  const body = bodyOf(await files.readPart(path, offset, length));
  return body && parse<T>(body);
}

/** The first bytes of a line that was being written when the process ended: nobody was answered for it. */
function isTorn(rest: Buffer): boolean {
  return (
    /^([0-9a-f]{0,8}|[0-9a-f]{8} [0-9a-f]{0,8}|[0-9a-f]{8} [0-9a-f]{8} )$/.test(rest.toString('latin1', 0, HEAD)) &&
    !rest.includes(0) &&
    !(rest.length >= HEAD && rest.length > HEAD + Number.parseInt(rest.toString('latin1', 0, 8), 16))
  );
}

export interface Scanned {
  readonly bytes: number;
  /** Whole lines. */
  readonly lines: number;
  /** Stretches that are no lines. */
  readonly damaged: number;
  /** Where whatever was torn off at the end begins, or the file ends. */
  readonly end: number;
}

const CHUNK = 1 << 20;

/** Reads a file line by line in little memory. What lies behind a damaged stretch is read all the same. */
export async function scan(
  files: Files,
  path: string,
  visit: (body: Buffer, location: Location) => void,
): Promise<Scanned> {
  const bytes = await files.size(path);
  let rest: Buffer = NOTHING;
  let [restAt, lines, damaged, isDamaged] = [0, 0, 0, false];
  for (let next = 0; next < bytes;) {
    const chunk = await files.readPart(path, next, Math.min(CHUNK, bytes - next));
    if (chunk.length === 0) break;
    next += chunk.length;
    const data = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let from = 0;
    for (let end = data.indexOf(BREAK, rest.length); end >= 0; end = data.indexOf(BREAK, from)) {
      const body = bodyOf(data.subarray(from, end + 1));
      if (body) {
        lines++;
        visit(body, { path, offset: restAt + from, length: end + 1 - from });
      } else if (!isDamaged) damaged++;
      isDamaged = body === undefined;
      from = end + 1;
    }
    rest = data.subarray(from);
    restAt += from;
  }
  if (rest.length > 0 && !isDamaged && !isTorn(rest)) damaged++;
  return { bytes, lines, damaged, end: restAt };
}

/** Rejects a file of a newer relay. */
export function checkLayout(body: Buffer, path: string): void {
  const { layout } = parse<Partial<Header>>(body);
  if (layout !== undefined && layout > LAYOUT)
    throw new StoreError(
      `${path} was written by a newer relay (layout ${layout}; this one reads ${LAYOUT}). Start that relay again, or restore a backup of this one's.`,
    );
}
