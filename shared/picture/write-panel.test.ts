import jpeg from 'jpeg-js';
import { expect, it } from 'vitest';
import { BLACK, Bitmap } from './bitmap.ts';
import { writePanel } from './write-panel.ts';

it('what the panel encoder refuses is coded ordinarily', () => {
  const bitmap = new Bitmap();
  bitmap.fill(96, 160, 128, 128, BLACK);
  const ours = writePanel(bitmap, 'crisp');
  const ordinary = writePanel(bitmap, 'crisp', undefined, () => ({ kind: 'refused', code: 'overshoot' }));
  expect(ordinary).not.toEqual(ours);
  const { width, height, data } = jpeg.decode(ordinary, { useTArray: true });
  expect([width, height]).toEqual([320, 480]);
  bitmap.grey.forEach((level, i) => expect(Math.abs((data[i * 4] ?? NaN) - level)).toBeLessThan(20));
});
