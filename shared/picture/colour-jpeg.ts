/**
 * Ordinary baseline JPEG in colour, for photographs and for whatever the panel encoder refuses: JFIF, YCbCr 4:2:0,
 * optimised Huffman tables, at a quality of 1…100 as the IJG library counts it. Transformed once, written at as many
 * qualities as wanted.
 */
import { ByteSink, categoryOf } from './encode/byte-sink.ts';
import { basisImage, forwardDct, inverseDct, ZIGZAG } from './encode/dct.ts';
import { huffmanTable, type HuffmanTable } from './encode/huffman.ts';
import { acSymbols } from './encode/jpeg-file.ts';
import { avoidsIdctOverflow } from './encode/idct-overflow.ts';
import type { Raster } from './picture.ts';

/** The example tables of ITU-T T.81, K.1, natural order. */
const LUMA = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51,
  87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101,
  72, 92, 95, 98, 112, 100, 103, 99,
];
const CHROMA = Array.from({ length: 64 }, (_, i) => {
  const corner = [17, 18, 24, 47, 18, 21, 26, 66, 24, 26, 56, 99, 47, 66, 99, 99];
  const x = i % 8;
  const y = i >> 3;
  return x < 4 && y < 4 ? corner[y * 4 + x] : 99;
});

/** A component's coefficients, one block of 64 in natural order after the other, in the order of the scan. */
interface Component {
  readonly id: number;
  /** Horizontal and vertical blocks a unit of 16 x 16 pixels. */
  readonly sampling: 1 | 2;
  readonly table: 0 | 1;
  readonly blocks: readonly Float64Array[];
}

interface Transformed {
  readonly width: number;
  readonly height: number;
  readonly components: readonly Component[];
}

/** @param image opaque; width and height multiples of 16 */
export function transform({ width, height, data }: Raster): Transformed {
  const planes = [0, 1, 2].map(() => new Float32Array(width * height));
  for (let i = 0, at = 0; i < width * height; i++, at += 4) {
    const [r, g, b] = [data[at], data[at + 1], data[at + 2]];
    planes[0][i] = 0.299 * r + 0.587 * g + 0.114 * b - 128;
    planes[1][i] = -0.168736 * r - 0.331264 * g + 0.5 * b;
    planes[2][i] = 0.5 * r - 0.418688 * g - 0.081312 * b;
  }
  const luma: Float64Array[] = [];
  const blue: Float64Array[] = [];
  const red: Float64Array[] = [];
  for (let y = 0; y < height; y += 16)
    for (let x = 0; x < width; x += 16) {
      for (const [dx, dy] of [[0, 0], [8, 0], [0, 8], [8, 8]]) luma.push(blockAt(planes[0], width, x + dx, y + dy)); // prettier-ignore
      blue.push(halvedBlockAt(planes[1], width, x, y));
      red.push(halvedBlockAt(planes[2], width, x, y));
    }
  return {
    width,
    height,
    components: [
      { id: 1, sampling: 2, table: 0, blocks: luma },
      { id: 2, sampling: 1, table: 1, blocks: blue },
      { id: 3, sampling: 1, table: 1, blocks: red },
    ],
  };
}

function blockAt(plane: Float32Array, width: number, x: number, y: number): Float64Array {
  const block = new Float64Array(64);
  for (let row = 0; row < 8; row++)
    for (let column = 0; column < 8; column++) block[row * 8 + column] = plane[(y + row) * width + x + column];
  return coefficientsOf(block);
}

/** White and grey chroma are most of what is coded, and need no transform. */
function coefficientsOf(pixels: Float64Array): Float64Array {
  const [level] = pixels;
  if (!pixels.every((pixel) => pixel === level)) return forwardDct(pixels);
  const flat = new Float64Array(64);
  flat[0] = level * 8;
  return flat;
}

/** 16 x 16 pixels as 8 x 8, each the mean of four. */
function halvedBlockAt(plane: Float32Array, width: number, x: number, y: number): Float64Array {
  const block = new Float64Array(64);
  for (let row = 0; row < 8; row++)
    for (let column = 0; column < 8; column++) {
      const at = (y + row * 2) * width + x + column * 2;
      block[row * 8 + column] = (plane[at] + plane[at + 1] + plane[at + width] + plane[at + width + 1]) / 4;
    }
  return coefficientsOf(block);
}

/** @param quality 1…100 */
export function writeJpeg({ width, height, components }: Transformed, quality: number): Uint8Array {
  const tables = [LUMA, CHROMA].map((table) => Uint8Array.from(scaled(table, quality)));
  const scan = quantised(components, tables);
  const codes = [0, 1].map((table) => codesFor(scan.filter((block) => block.table === table)));
  const out = new ByteSink();
  out.bytes(0xff, 0xd8);
  out.segment(0xe0, [0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0]);
  tables.forEach((table, id) => out.segment(0xdb, [id, ...ZIGZAG.map((natural) => table[natural])]));
  const sampling = components.flatMap(({ id, sampling: n, table }) => [id, (n << 4) | n, table]);
  out.segment(0xc0, [8, height >> 8, height & 255, width >> 8, width & 255, components.length, ...sampling]);
  codes.forEach(({ dc, ac }, id) => {
    out.segment(0xc4, [id, ...dc.lengthCounts, ...dc.symbols]);
    out.segment(0xc4, [0x10 | id, ...ac.lengthCounts, ...ac.symbols]);
  });
  const selectors = components.flatMap(({ id, table }) => [id, (table << 4) | table]);
  out.segment(0xda, [components.length, ...selectors, 0, 63, 0]);
  for (const { table, levels, difference } of scan) {
    const { dc, ac } = codes[table];
    const put = (code: HuffmanTable, symbol: number, value: number): void => {
      out.bits(code.codes[symbol], code.lengths[symbol]);
      out.magnitude(value);
    };
    put(dc, categoryOf(difference), difference);
    acSymbols(levels, (symbol, value) => put(ac, symbol, value));
  }
  out.flushBits();
  out.bytes(0xff, 0xd9);
  return out.finish();
}

/** The IJG library's scale: 50 is the table itself, 100 all ones. */
function scaled(table: readonly number[], quality: number): number[] {
  const percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  return table.map((step) => Math.min(255, Math.max(1, Math.floor((step * percent + 50) / 100))));
}

interface ScanBlock {
  readonly table: 0 | 1;
  /** Zigzag order. */
  readonly levels: Int16Array;
  /** Of the first coefficient, to the one before it in the same component. */
  readonly difference: number;
}

/** All blocks in the order of the scan: for each 16 x 16 pixels four of luma, one of each chroma. */
function quantised(components: readonly Component[], tables: readonly Uint8Array[]): ScanBlock[] {
  const previous = components.map(() => 0);
  const scan: ScanBlock[] = [];
  const units = components[components.length - 1].blocks.length;
  for (let unit = 0; unit < units; unit++)
    components.forEach(({ sampling, table, blocks }, c) => {
      const count = sampling * sampling;
      for (let i = unit * count; i < (unit + 1) * count; i++) {
        const levels = levelsOf(blocks[i], tables[table]);
        scan.push({ table, levels, difference: levels[0] - previous[c] });
        previous[c] = levels[0];
      }
    });
  return scan;
}

/** Zigzag order. Fainter where rounding would make edges that decoders with 16-bit registers show inverted. */
function levelsOf(block: Float64Array, table: Uint8Array): Int16Array {
  const levels = rounded(block, table);
  if (isBorne(levels, table)) return levels;
  for (let share = 0.95; share > 0.1; share -= 0.05) {
    const fainter = levels.map((level, i) => (i === 0 ? level : Math.trunc(level * share)));
    if (isBorne(fainter, table)) return fainter;
  }
  return levels.map((level, i) => (i === 0 ? flatLevel(level, table[0]) : 0));
}

/**
 * Beyond black and white by at most that much: a register of 16 bits ends 128 beyond, and its sums on the way there lie
 * further out.
 */
const MOST_RINGING = 64;
const FURTHEST = 128 + MOST_RINGING;
/** The most that one unit of each coefficient adds to a pixel, natural order. */
const PEAK = Array.from({ length: 64 }, (_, i) =>
  basisImage(i).reduce((most, value) => Math.max(most, Math.abs(value)), 0),
);

function isBorne(levels: Int16Array, table: Uint8Array): boolean {
  let peak = 0;
  for (let i = 0; i < 64; i++) peak += Math.abs(levels[i]) * table[ZIGZAG[i]] * PEAK[ZIGZAG[i]];
  // Most blocks of a photograph: whatever their signs, nothing gets so far out.
  if (peak <= FURTHEST) return true;
  if (!avoidsIdctOverflow(levels, table)) return false;
  const coefficients = new Float64Array(64);
  for (let i = 0; i < 64; i++) coefficients[ZIGZAG[i]] = levels[i] * table[ZIGZAG[i]];
  return inverseDct(coefficients).every((value) => Math.abs(value) <= FURTHEST);
}

function rounded(block: Float64Array, table: Uint8Array): Int16Array {
  const levels = new Int16Array(64);
  let flat = true;
  for (let i = 0; i < 64; i++) {
    const natural = ZIGZAG[i];
    const level = Math.round(block[natural] / table[natural]);
    if (level === 0) continue;
    levels[i] = level;
    if (i > 0) flat = false;
  }
  if (flat) levels[0] = flatLevel(levels[0], table[0]);
  return levels;
}

/** Greatest DC coefficient of a block that has no other: 127.5 levels. */
const FLAT_AT_MOST = 1020;

/**
 * TJpgDec cuts a block without AC coefficients to eight bits before it clips: what rounds beyond white comes out black.
 */
function flatLevel(level: number, step: number): number {
  const most = Math.floor(FLAT_AT_MOST / step);
  return Math.max(-most, Math.min(most, level));
}

function codesFor(blocks: readonly ScanBlock[]): { readonly dc: HuffmanTable; readonly ac: HuffmanTable } {
  const dc = new Float64Array(256);
  const ac = new Float64Array(256);
  for (const { levels, difference } of blocks) {
    dc[categoryOf(difference)]++;
    acSymbols(levels, (symbol) => ac[symbol]++);
  }
  // A table must hold at least one code, even where a flat image needs none.
  if (!ac.some((count) => count > 0)) ac[0] = 1;
  return { dc: huffmanTable(dc), ac: huffmanTable(ac) };
}
