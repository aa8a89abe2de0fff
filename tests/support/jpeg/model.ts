/** What a file says by the book: exact arithmetic on the coefficients that the strict reader finds in it. */
import { inverseDct, ZIGZAG } from '../../../shared/picture/encode/dct.ts';
import type { ReadJpeg } from './read-jpeg.ts';

/** Luma coefficients times their steps, natural order, by block in the order of the scan. */
export function lumaCoefficients({ blocks, components, quantTables }: ReadJpeg): number[][] {
  const steps = quantTables.get(components[0].quantTable)!;
  return blocks[0].map((block) => {
    const coefficients = new Array<number>(64).fill(0);
    block.forEach((level, i) => (coefficients[ZIGZAG[i]] = level * steps[i]));
    return coefficients;
  });
}

/** Where the n-th luma block of a 4:2:0 scan begins, in px. */
export function lumaBlockAt(n: number, width: number): readonly [x: number, y: number] {
  const unit = n >> 2;
  const across = width / 16;
  return [(unit % across) * 16 + (n & 1) * 8, Math.floor(unit / across) * 16 + ((n >> 1) & 1) * 8];
}

interface ModelImage {
  readonly width: number;
  readonly height: number;
  /** Not rounded, not clipped. */
  readonly luma: Float64Array;
}

export function modelOf(jpeg: ReadJpeg): ModelImage {
  const { width, height } = jpeg;
  const luma = new Float64Array(width * height);
  lumaCoefficients(jpeg).forEach((coefficients, n) => {
    const [x, y] = lumaBlockAt(n, width);
    inverseDct(coefficients).forEach((value, i) => (luma[(y + (i >> 3)) * width + x + (i & 7)] = value + 128));
  });
  return { width, height, luma };
}

export const clipped = (value: number): number => Math.max(0, Math.min(255, value));
