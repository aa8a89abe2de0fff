import { describe, expect, test } from 'vitest';
import { Bitmap } from '../bitmap.ts';
import { drawMatrix, moduleSizes } from './place.ts';
import { matrixOf, type QrMatrix } from './symbol.ts';

const ofVersion = (version: number): QrMatrix => {
  const size = 17 + 4 * version;
  return { size, dark: new Uint8Array(size * size) };
};

/** What a row of pixels shows. */
const levels = (bitmap: Bitmap, x: number, y: number, count: number): number[] => [
  ...bitmap.grey.subarray(y * bitmap.width + x, y * bitmap.width + x + count),
];

// At 4 px, jsQR counted one square in forty too many or too few of a version 12 or 13 from afar, and read nothing.
test('a code that has room for more than 4 px gets it, between whole pixels, with two modules of white at least', () => {
  expect([12, 13, 14].map((version) => moduleSizes(ofVersion(version), 320)[0])).toEqual([4.5, 4.25, 4]);
  for (let version = 1; version <= 40; version++) {
    const matrix = ofVersion(version);
    const sizes = moduleSizes(matrix, 320);
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
    for (const px of sizes) if (px % 1 !== 0) expect((320 - px * matrix.size) / 2).toBeGreaterThanOrEqual(2 * px);
  }
});

describe('squares between whole pixels', () => {
  const matrix = matrixOf([
    [true, false, true],
    [false, true, false],
    [true, true, false],
  ]);
  const bitmap = new Bitmap();
  drawMatrix(bitmap, matrix, 4.75, 10, 20);

  test('share a pixel by their levels, across and down', () => {
    const mixed = Math.round(255 * 0.25);
    // Dark to 4.75, white to 9.5, dark to 14.25.
    expect(levels(bitmap, 9, 22, 16)).toEqual([255, 0, 0, 0, 0, mixed, 255, 255, 255, 255, 128, 0, 0, 0, 0, 191]);
    const down = Array.from({ length: 7 }, (_, row) => bitmap.grey[(19 + row) * bitmap.width + 12]);
    expect(down).toEqual([255, 0, 0, 0, 0, mixed, 255]);
  });

  test('are dark where dark meets dark, and outside all is white', () => {
    expect(levels(bitmap, 10, 32, 9)).toEqual(Array(9).fill(0));
    const ink = bitmap.grey.filter((level) => level < 255).length;
    expect(levels(bitmap, 0, 22, 10).concat(levels(bitmap, 25, 22, 10))).toEqual(Array(20).fill(255));
    expect(ink).toBeGreaterThan(6 * 4 * 4);
  });
});
