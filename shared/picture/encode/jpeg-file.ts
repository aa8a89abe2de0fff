/**
 * Quantised luma coefficients to a baseline JPEG file (ITU-T T.81): JFIF, three components, 4:2:0, constant chroma, one
 * scan, one 8-bit quantisation table, optimised Huffman tables. Chroma has tables of its own, of one code each, though
 * luma's would do and save 36 bytes: TJpgDec, which is in the ESP32's ROM, refuses a file whose chroma does not use
 * tables 1. The form is the one that every ESP32 decoder reads (docs/picture.md).
 */
import { ByteSink, categoryOf } from './byte-sink.ts';
import { ZIGZAG } from './dct.ts';
import { huffmanTable, type HuffmanTable } from './huffman.ts';

export { categoryOf };

/** A colour at no cost: the level of the only chroma coefficient, said once for each component. */
export type Tint = 'green';

export interface LumaImage {
  /** Multiples of 16, so that no decoder has to cut a block. */
  readonly width: number;
  readonly height: number;
  /** Quantisation table in natural order, 1…255. */
  readonly table: Uint8Array;
  /** Of both chroma components all over the sheet; neutral where there is none. */
  readonly tint?: Tint;
  /** One block of 64 quantised coefficients in zigzag order for each 8 x 8 pixels, row by row. */
  readonly blocks: readonly Int16Array[];
}

/** Calls `visit` with each block's index in the order of the scan, and with undefined for each (empty) chroma block. */
export function scanOrder(width: number, height: number, visit: (block: number | undefined) => void): void {
  const across = width / 8;
  for (let y = 0; y < height / 8; y += 2)
    for (let x = 0; x < across; x += 2) {
      visit(y * across + x);
      visit(y * across + x + 1);
      visit((y + 1) * across + x);
      visit((y + 1) * across + x + 1);
      visit(undefined);
      visit(undefined);
    }
}

export const EOB = 0x00;
export const ZRL = 0xf0;

/** Run/size symbols of a block's AC coefficients, with the coefficient that each carries. */
export function acSymbols(block: ArrayLike<number>, emit: (symbol: number, value: number) => void): void {
  let run = 0;
  for (let i = 1; i < 64; i++) {
    const value = block[i];
    if (value === 0) {
      run++;
      continue;
    }
    for (; run > 15; run -= 16) emit(ZRL, 0);
    emit((run << 4) | categoryOf(value), value);
    run = 0;
  }
  if (run > 0) emit(EOB, 0);
}

export interface Tables {
  readonly dc: HuffmanTable;
  readonly ac: HuffmanTable;
}

export function tablesFor({ width, height, blocks }: LumaImage): Tables {
  const dc = new Float64Array(256);
  const ac = new Float64Array(256);
  let previous = 0;
  scanOrder(width, height, (index) => {
    if (index === undefined) return;
    const block = blocks[index];
    dc[categoryOf(block[0] - previous)]++;
    previous = block[0];
    acSymbols(block, (symbol) => ac[symbol]++);
  });
  return { dc: huffmanTable(dc), ac: huffmanTable(ac) };
}

/** A chroma block: no difference, end of block. Each table's first code is a 0. */
const ONE_CODE = [1, ...new Array<number>(15).fill(0)];
const CHROMA_DC = [...ONE_CODE, 0];
const CHROMA_AC = [...ONE_CODE, EOB];
/** Pixel levels that one of either chroma component is away from grey, where a sheet has a tint. */
export const TINT_LEVELS: Readonly<Record<Tint, number>> = { green: -64 };
/** The codes 0 for no difference and 10 for a difference of this category. */
const tintTable = (category: number): readonly number[] => [1, 1, ...new Array<number>(14).fill(0), 0, category];
const CHROMA_BLOCK_BITS = 2;
const CHROMA_COMPONENTS = 2;

export function jpegFile(image: LumaImage): Uint8Array {
  const { width, height, table, blocks, tint } = image;
  const tintLevel = tint ? Math.round((TINT_LEVELS[tint] * 8) / table[0]) : 0;
  const tables = tablesFor(image);
  const out = new ByteSink();
  out.bytes(0xff, 0xd8);
  // JFIF 1.01, no density unit, no thumbnail.
  out.segment(0xe0, [0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0]);
  out.segment(0xdb, [0, ...ZIGZAG.map((natural) => table[natural])]);
  out.segment(0xc0, [
    8, height >> 8, height & 255, width >> 8, width & 255, 3,
    1, 0x22, 0, 2, 0x11, 0, 3, 0x11, 0,
  ]); // prettier-ignore
  out.segment(0xc4, [
    0x00, ...tables.dc.lengthCounts, ...tables.dc.symbols,
    0x10, ...tables.ac.lengthCounts, ...tables.ac.symbols,
    0x01, ...(tintLevel === 0 ? CHROMA_DC : tintTable(categoryOf(tintLevel))), 0x11, ...CHROMA_AC,
  ]); // prettier-ignore
  out.segment(0xda, [3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0]);
  let previous = 0;
  let chromaBlocks = 0;
  const ac = (symbol: number, value: number): void => {
    out.bits(tables.ac.codes[symbol], tables.ac.lengths[symbol]);
    out.magnitude(value);
  };
  const dc = (difference: number): void => {
    const category = categoryOf(difference);
    out.bits(tables.dc.codes[category], tables.dc.lengths[category]);
    out.magnitude(difference);
  };
  scanOrder(width, height, (index) => {
    if (index === undefined) {
      if (tintLevel !== 0 && chromaBlocks++ < CHROMA_COMPONENTS) {
        out.bits(0b10, 2);
        out.magnitude(tintLevel);
        out.bits(0, 1);
      } else out.bits(0, CHROMA_BLOCK_BITS);
      return;
    }
    const block = blocks[index];
    dc(block[0] - previous);
    previous = block[0];
    acSymbols(block, ac);
  });
  out.flushBits();
  out.bytes(0xff, 0xd9);
  return out.finish();
}
