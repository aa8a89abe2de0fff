/**
 * Modules of a code, resized and coded as a photograph, ring further than anything drawn here: at 9600 baud a plain
 * code had blocks of which decoders with 16-bit registers showed black as white.
 */
import { expect, it } from 'vitest';
import { idct16, idctFlatCut } from '../../tests/support/jpeg/fixed-point-idct.ts';
import { readJpeg } from '../../tests/support/jpeg/read-jpeg.ts';
import { transform, writeJpeg } from './colour-jpeg.ts';
import { inverseDct, ZIGZAG } from './encode/dct.ts';
import type { Raster } from './picture.ts';

/** Black and white modules of a size that no block is a multiple of, some edges slanted, and coloured ones. */
function squares(side: number, seed: number): Raster {
  const [width, height] = [96, 96];
  const data = new Uint8ClampedArray(width * height * 4);
  let state = seed;
  const coin = (): boolean => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 16) % 2 === 0;
  };
  const dark = Array.from({ length: 96 }, () => Array.from({ length: 96 }, coin));
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const isDark = dark[Math.floor((y + (x >> 5)) / side) % 96][Math.floor(x / side)];
      data.set(isDark ? [0, 0, y > 64 ? 200 : 0, 255] : [255, y > 80 ? 240 : 255, 255, 255], (y * width + x) * 4);
    }
  return { width, height, data };
}

it.each([1, 2, 3, 5, 7])('squares of %i px: every decoder shows what the exact transform gives', (side) => {
  const transformed = transform(squares(side, side));
  for (const quality of [5, 10, 15, 20, 30, 45, 60, 85, 95]) {
    const { blocks, components, quantTables } = readJpeg(writeJpeg(transformed, quality));
    let worst = 0;
    components.forEach(({ quantTable }, c) => {
      const table = quantTables.get(quantTable)!;
      for (const block of blocks[c]) {
        const coefficients = new Array<number>(64).fill(0);
        block.forEach((level, i) => (coefficients[ZIGZAG[i]] = level * table[i]));
        const exact = Array.from(inverseDct(coefficients), (value) => Math.max(0, Math.min(255, value + 128)));
        for (const decoded of [idct16(coefficients), idctFlatCut(coefficients)])
          decoded.forEach((value, i) => (worst = Math.max(worst, Math.abs(value - exact[i]))));
      }
    });
    expect(worst, `quality ${quality}`).toBeLessThan(6);
  }
});
