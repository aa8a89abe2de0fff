/**
 * The bug's story: TJpgDec, which is in the ESP32's ROM, cuts a block without AC coefficients to eight bits before it
 * clips. At quality 30 white rounded to 256 and the whole sheet came out black, at 35 black came out white; every
 * decoder of a PC showed it right.
 */
import { expect, test } from 'vitest';
import { readJpeg } from '../../tests/support/jpeg/read-jpeg.ts';
import { transform, writeJpeg } from './colour-jpeg.ts';

test('no flat block leaves the range of pixels, at any quality', () => {
  const [width, height] = [64, 64];
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let i = 0; i < 16 * width; i++) data.set([0, 0, 0], i * 4);
  for (let i = 16 * width; i < 32 * width; i++) data.set([0, 0, 255], i * 4);
  const transformed = transform({ width, height, data });
  for (let quality = 1; quality <= 100; quality++) {
    const { blocks, components, quantTables } = readJpeg(writeJpeg(transformed, quality));
    components.forEach(({ quantTable }, c) => {
      const step = quantTables.get(quantTable)![0];
      for (const block of blocks[c])
        if (block.every((level, i) => i === 0 || level === 0)) {
          const level = Math.trunc((block[0] * step) / 8) + 128;
          expect(level, `quality ${quality}`).toBeGreaterThanOrEqual(0);
          expect(level, `quality ${quality}`).toBeLessThanOrEqual(255);
        }
    });
  }
});
