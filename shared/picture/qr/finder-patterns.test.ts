import { describe, expect, test } from 'vitest';
import { inverseDct, ZIGZAG } from '../encode/dct.ts';
import { encodePanel } from '../encode/panel-encoder.ts';
import { CRISP } from '../encode/profile.ts';
import { SHADE_LEVELS, shadePixels, SHADED_SIDES } from '../encode/shade.ts';
import { qrSheet } from '../screens/qr-screen.ts';
import { drawText } from './draw.ts';

const symbol = drawText('https://pay.example/i/8f3a9c2e', 'M');
const { size, dark } = symbol.matrix;

/** Levels of a module's row of pixels through its middle, or its column. */
function across(modulePx: number, row: number, column: number, direction: 'row' | 'column'): number[] {
  const { bitmap, placed } = qrSheet(symbol, modulePx);
  const [x, y] = [placed.x + column * modulePx, placed.y + row * modulePx];
  const middle = Math.floor(modulePx / 2);
  return Array.from({ length: modulePx }, (_, i) =>
    direction === 'row'
      ? (bitmap.grey[(y + middle) * bitmap.width + x + i] ?? NaN)
      : (bitmap.grey[(y + i) * bitmap.width + x + middle] ?? NaN),
  );
}

describe('the finder patterns of a code of 8 px', () => {
  test.each([
    { eye: 'upper left', top: 0, left: 0 },
    { eye: 'upper right', top: 0, left: size - 7 },
    { eye: 'lower left', top: size - 7, left: 0 },
  ])('$eye: white grows darker towards the dark on both sides, and outside on one', ({ top, left }) => {
    for (const levels of [across(8, top + 3, left + 1, 'row'), across(8, top + 1, left + 3, 'column')]) {
      expect(levels[0]).toBeLessThan(220);
      expect(levels[7]).toBeLessThan(220);
      expect(Math.min(...levels.slice(3, 5))).toBe(255);
    }
    // Beside the frame, where nothing else is: the quiet zone of the finder pattern's free side.
    const outside = left === 0 ? across(8, top + 3, -1, 'row') : across(8, top + 3, size, 'row').reverse();
    expect(outside[7]).toBeLessThan(220);
    expect(outside[0]).toBe(255);
  });

  test('are shaded in white only: every dark module is black, every other white one is white', () => {
    const { bitmap, placed } = qrSheet(symbol, 8);
    let grey = 0;
    for (let row = 0; row < size; row++)
      for (let column = 0; column < size; column++) {
        const levels = Array.from(
          { length: 64 },
          (_, i) =>
            bitmap.grey[(placed.y + row * 8 + (i >> 3)) * bitmap.width + placed.x + column * 8 + (i & 7)] ?? NaN,
        );
        if (dark[row * size + column] === 1) expect(new Set(levels)).toEqual(new Set([0]));
        else if (levels.some((level) => level < 255)) grey++;
        if (dark[row * size + column] === 0) expect(levels[27]).toBeGreaterThan(230);
      }
    // Of each finder pattern twelve inside the frame, and outside the sides that lie in the code: 14 of each.
    expect(grey).toBe(3 * 12 + 3 * 14);
  });

  test('are coded as they are drawn, exactly, and within what 16-bit registers bear', () => {
    const { bitmap, placed } = qrSheet(symbol, 8);
    const encoded = encodePanel(bitmap, 'crisp');
    if (encoded.kind === 'refused') throw new Error(encoded.code);
    const ring = encoded.image.blocks[(placed.y / 8 + 3) * 40 + placed.x / 8 + 1] ?? [];
    expect([...ring.slice(0, 6)]).toEqual(SHADE_LEVELS['left and right']);
    for (const side of SHADED_SIDES) {
      const coefficients = new Array<number>(64).fill(0);
      SHADE_LEVELS[side].forEach(
        (level, i) => (coefficients[ZIGZAG[i] ?? 0] = level * (CRISP.table[ZIGZAG[i] ?? 0] ?? 0)),
      );
      const exact = inverseDct(coefficients).map((value) => value + 128);
      expect(Math.max(...exact)).toBeLessThanOrEqual(255 + CRISP.overshoot);
      shadePixels(side).forEach((pixel, i) => expect(Math.abs(pixel - Math.min(255, exact[i] ?? NaN))).toBeLessThan(1));
    }
  });
});

test('squares of other sizes are black and white', () => {
  for (const modulePx of [4, 6, 10]) expect(new Set(qrSheet(symbol, modulePx).bitmap.grey)).toEqual(new Set([0, 255]));
});
