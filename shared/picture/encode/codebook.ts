/**
 * What a block of four whole modules becomes. A code drawn at 4, 8, 12 … px on the 8 px grid has sixteen such blocks,
 * and flipping or inverting one flips signs, so a profile lists five shapes; how they were found is in docs/picture.md.
 */
import { ZIGZAG } from './dct.ts';

/** Quantised coefficients in zigzag order, [0] the DC level; zeros at the end left out. */
export type Levels = readonly number[];

export interface Codebook {
  readonly allLight: readonly Levels[];
  /** One only, so that black is one black over the whole sheet. */
  readonly allDark: readonly Levels[];
  /** Left half dark. */
  readonly halves: Levels;
  /** Upper half dark. */
  readonly stacked: Levels;
  /** One quarter dark, the upper left. */
  readonly corner: Levels;
  /** Upper left and lower right quarters dark. */
  readonly diagonal: Levels;
}

/**
 * Four bits, from the highest: upper left, upper right, lower left, lower right; 1 is dark. Undefined for any other
 * block.
 */
export function patternOf(pixels: Uint8Array): number | undefined {
  let pattern = 0;
  for (const quarter of [0, 4, 32, 36]) {
    const level = pixels[quarter];
    if (level !== 0 && level !== 255) return undefined;
    for (let row = 0; row < 32; row += 8)
      for (let x = 0; x < 4; x++) if (pixels[quarter + row + x] !== level) return undefined;
    pattern = (pattern << 1) | (level === 0 ? 1 : 0);
  }
  return pattern;
}

/** By pattern: the blocks it may become. */
export function blocksOf(book: Codebook): readonly (readonly Int16Array[])[] {
  return Array.from({ length: 16 }, (_, pattern) => levelsOf(book, pattern));
}

function levelsOf(book: Codebook, pattern: number): Int16Array[] {
  switch (pattern) {
    case 0b0000:
      return book.allLight.map((levels) => blockOf(levels));
    case 0b1111:
      return book.allDark.map((levels) => blockOf(levels));
    case 0b1010:
      return [blockOf(book.halves)];
    case 0b1100:
      return [blockOf(book.stacked)];
    case 0b1000:
      return [blockOf(book.corner)];
    case 0b1001:
      return [blockOf(book.diagonal)];
    case 0b0100:
    case 0b0110:
      return levelsOf(book, mirrored(pattern)).map((block) => flipped(block, (u) => u));
    case 0b0010:
      return levelsOf(book, upended(pattern)).map((block) => flipped(block, (_, v) => v));
    case 0b0001:
      return levelsOf(book, mirrored(upended(pattern))).map((block) => flipped(block, (u, v) => u + v));
    default:
      return levelsOf(book, pattern ^ 0b1111).map((block) => block.map((level) => -level));
  }
}

const mirrored = (pattern: number): number => ((pattern & 0b0101) << 1) | ((pattern & 0b1010) >> 1);
const upended = (pattern: number): number => ((pattern & 0b0011) << 2) | (pattern >> 2);

export const blockOf = (levels: Levels): Int16Array => Int16Array.from({ length: 64 }, (_, i) => levels[i] ?? 0);

/**
 * A mirrored cosine of odd frequency is its negative. @param parity of the horizontal frequency u and the vertical one
 * v
 */
const flipped = (block: Int16Array, parity: (u: number, v: number) => number): Int16Array =>
  block.map((level, i) => (parity(ZIGZAG[i] % 8, ZIGZAG[i] >> 3) % 2 === 1 ? -level : level));
