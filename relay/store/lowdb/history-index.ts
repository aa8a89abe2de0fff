/** Beside a history file that is complete: where each command's line begins, by the checksum of its id, so that finding one takes one small read. */
import { crc32 } from 'node:zlib';
import { writeWhole, type Files } from './files.ts';
import { bodyOf, LAYOUT, lineOf, parse, type Header } from './lines.ts';

interface IndexHeader extends Header {
  readonly checksum: number;
}

const BREAK = 0x0a;
/** Two numbers of 32 bits, little end first. */
const ENTRY = 8;

export const hashOf = (commandId: string): number => crc32(commandId);

/** @param lines Hash of the id and offset of the line, two numbers each, in the order of the file. */
export async function writeIndex(files: Files, path: string, lines: readonly number[]): Promise<void> {
  const order = Array.from({ length: lines.length / 2 }, (_, nth) => nth * 2);
  order.sort((one, other) => lines[one] - lines[other] || lines[one + 1] - lines[other + 1]);
  const body = Buffer.alloc(order.length * ENTRY);
  for (const [nth, from] of order.entries()) {
    body.writeUInt32LE(lines[from], nth * ENTRY);
    body.writeUInt32LE(lines[from + 1], nth * ENTRY + 4);
  }
  const header: IndexHeader = { layout: LAYOUT, kind: 'index', checksum: crc32(body) };
  await writeWhole(files, path, [lineOf(header), body]);
}

/** Offsets of lines that may be this command's, the newest first; `undefined` when there is no whole index. */
export async function lookUp(files: Files, path: string, commandId: string): Promise<number[] | undefined> {
  const data = await files.read(path);
  const headEnd = (data?.indexOf(BREAK) ?? -1) + 1;
  const header = data && bodyOf(data.subarray(0, headEnd));
  if (!header) return undefined;
  const body = data.subarray(headEnd);
  if (crc32(body) !== parse<IndexHeader>(header).checksum) return undefined;
  const hash = hashOf(commandId);
  let [low, high] = [0, body.length / ENTRY];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (body.readUInt32LE(middle * ENTRY) < hash) low = middle + 1;
    else high = middle;
  }
  const offsets: number[] = [];
  for (let at = low * ENTRY; at < body.length && body.readUInt32LE(at) === hash; at += ENTRY)
    offsets.unshift(body.readUInt32LE(at + 4));
  return offsets;
}
