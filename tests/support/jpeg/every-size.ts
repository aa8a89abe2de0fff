import { expect } from 'vitest';
import { encodePanel } from '../../../shared/picture/encode/panel-encoder.ts';
import { panelWith } from './panels.ts';
import { readJpeg } from './read-jpeg.ts';
import { codeOf } from './tables.ts';

/**
 * The encoder codes, or refuses with its code, a QR code of this version (1 to 40) in squares of 4, 8 and 12 px and in
 * the largest whole size that fits the display, and codes at least one of them.
 */
export function encodesEverySize(version: number): void {
  const squares = codeOf(version, `version ${version}`);
  const largestPx = Math.floor(320 / squares.length);
  const drawn = [4, 8, 12].filter((modulePx) => modulePx <= largestPx);
  let encodings = 0;
  for (const modulePx of new Set([...drawn, largestPx]))
    // Off the grid every block is searched for, which takes long: one profile each, and for the smallest modules the
    // quicker one.
    for (const profile of modulePx % 4 === 0
      ? (['crisp', 'fast'] as const)
      : ([modulePx < 4 ? 'crisp' : 'fine'] as const)) {
      const encoded = encodePanel(panelWith(squares, modulePx), profile);
      if (encoded.kind === 'refused') expect(encoded.code).toBe('overshoot');
      else {
        expect(readJpeg(encoded.jpeg).blocks[0]).toHaveLength(2400);
        encodings++;
      }
    }
  expect(encodings).toBeGreaterThan(0);
}
