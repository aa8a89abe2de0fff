import fc from 'fast-check';
import jpeg from 'jpeg-js';
import { describe, expect, it } from 'vitest';
import { transform, writeJpeg } from './colour-jpeg.ts';
import type { Raster } from './picture.ts';

function picture(width: number, height: number, colourAt: (x: number, y: number) => readonly number[]): Raster {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) data.set([...colourAt(x, y), 255], (y * width + x) * 4);
  return { width, height, data };
}

const decode = (file: Uint8Array): Raster => {
  const { width, height, data } = jpeg.decode(file, { useTArray: true });
  return { width, height, data: new Uint8ClampedArray(data) };
};

const meanError = (a: Raster, b: Raster): number =>
  a.data.reduce((sum, value, i) => sum + Math.abs(value - (b.data[i] ?? 0)), 0) / a.data.length;

const sky = picture(64, 48, (x, y) => [x * 3, 100 + y * 2, 220 - x]);

describe('writeJpeg', () => {
  it('gives the colours back, better at higher quality', () => {
    const transformed = transform(sky);
    const errors = [10, 50, 90].map((quality) => meanError(decode(writeJpeg(transformed, quality)), sky));
    expect(errors[2]).toBeLessThan(2);
    expect(errors[1]).toBeLessThan(4);
    expect(errors[0]).toBeGreaterThan(errors[1] ?? 0);
  });

  it('is baseline, three components, 4:2:0, one scan, 8-bit tables, JFIF', () => {
    const file = writeJpeg(transform(sky), 60);
    expect(Array.from(file.subarray(0, 11))).toEqual([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0]);
    const markers: number[] = [];
    for (let at = 2; at < file.length && markers.at(-1) !== 0xda;) {
      const marker = file[at + 1] ?? 0;
      markers.push(marker);
      const length = ((file[at + 2] ?? 0) << 8) | (file[at + 3] ?? 0);
      if (marker === 0xdb) expect(file[at + 4]).toBeLessThan(16);
      if (marker === 0xc0)
        expect(Array.from(file.subarray(at + 9, at + 19))).toEqual([3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]);
      at += 2 + length;
    }
    expect(markers).toEqual([0xe0, 0xdb, 0xdb, 0xc0, 0xc4, 0xc4, 0xc4, 0xc4, 0xda]);
    expect(Array.from(file.subarray(-2))).toEqual([0xff, 0xd9]);
  });

  it('keeps white white at any quality', () => {
    const white = transform(picture(32, 32, () => [255, 255, 255]));
    for (const quality of [1, 5, 12, 30, 60, 85, 100])
      expect(Math.min(...decode(writeJpeg(white, quality)).data)).toBeGreaterThanOrEqual(quality < 10 ? 220 : 245);
  });

  it('is read by another decoder whatever the pixels and the quality', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32 * 32 * 3, maxLength: 32 * 32 * 3 }),
        fc.integer({ min: 1, max: 100 }),
        (noise, quality) => {
          const image = picture(32, 32, (x, y) => Array.from(noise.subarray((y * 32 + x) * 3, (y * 32 + x) * 3 + 3)));
          const { width, height } = decode(writeJpeg(transform(image), quality));
          return width === 32 && height === 32;
        },
      ),
      { numRuns: 40 },
    );
  });
});
