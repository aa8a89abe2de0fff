import { expect, it } from 'vitest';
import { DISPLAY_HEIGHT, DISPLAY_WIDTH } from '../wire/display.ts';
import { writePhoto } from './photo.ts';

/** Squares of grey that differ from each other, so that quality has a price. */
const sheet = {
  width: DISPLAY_WIDTH,
  height: DISPLAY_HEIGHT,
  data: Uint8ClampedArray.from({ length: DISPLAY_WIDTH * DISPLAY_HEIGHT * 4 }, (_, i) =>
    i % 4 === 3 ? 255 : ((i >> 2) * 7919) % 251,
  ),
};
const best = writePhoto(sheet, Infinity).length;
const least = writePhoto(sheet, 0).length;

it.each([0.4, 0.6, 0.9])('keeps within %f of what the best quality takes, and uses most of it', (share) => {
  const budget = Math.floor(least + (best - least) * share);
  const { length } = writePhoto(sheet, budget);
  expect(length).toBeLessThanOrEqual(budget);
  expect(length).toBeGreaterThan(budget * 0.8);
});

it('is written at the least quality where nothing fits', () => {
  expect(least).toBeLessThan(best / 2);
  expect(writePhoto(sheet, least - 1)).toHaveLength(least);
});
