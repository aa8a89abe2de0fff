import jpeg from 'jpeg-js';
import { expect, it, vi } from 'vitest';
import * as encoder from './encode/panel-encoder.ts';
import { BLACK, Bitmap } from './bitmap.ts';
import { writePanel } from './write-panel.ts';

vi.mock('./encode/panel-encoder.ts', { spy: true });

it('what the panel encoder refuses is coded ordinarily', () => {
  const bitmap = new Bitmap();
  bitmap.fill(96, 160, 128, 128, BLACK);
  const ours = writePanel(bitmap, 'crisp');
  vi.mocked(encoder.encodePanel).mockReturnValueOnce({ kind: 'refused', code: 'overshoot' });
  const ordinary = writePanel(bitmap, 'crisp');
  expect(ordinary).not.toEqual(ours);
  const { width, height, data } = jpeg.decode(ordinary, { useTArray: true });
  expect([width, height]).toEqual([320, 480]);
  bitmap.grey.forEach((level, i) => expect(Math.abs((data[i * 4] ?? NaN) - level)).toBeLessThan(20));
});
