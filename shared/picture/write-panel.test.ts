import jpeg from 'jpeg-js';
import { expect, it, vi } from 'vitest';
import * as encoder from './encode/panel-encoder.ts';
import { BLACK, Paper } from './bitmap.ts';
import { writePanel } from './write-panel.ts';

vi.mock('./encode/panel-encoder.ts', { spy: true });

it('what the panel encoder refuses is coded ordinarily', () => {
  const paper = new Paper();
  paper.fill(96, 160, 128, 128, BLACK);
  const ours = writePanel(paper, 'crisp');
  vi.mocked(encoder.encodePanel).mockReturnValueOnce({ kind: 'refused', code: 'overshoot' });
  const ordinary = writePanel(paper, 'crisp');
  expect(ordinary).not.toEqual(ours);
  const { width, height, data } = jpeg.decode(ordinary, { useTArray: true });
  expect([width, height]).toEqual([320, 480]);
  paper.grey.forEach((level, i) => expect(Math.abs((data[i * 4] ?? NaN) - level)).toBeLessThan(20));
});
