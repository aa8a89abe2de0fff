import { describe, expect, it } from 'vitest';
import { toGrey, toRaster } from '../raster.ts';
import { blurLikeCamera } from './blur.ts';

describe('soften', () => {
  it('keeps a flat area flat, at six tenths of the size', () => {
    const { width, height, data } = blurLikeCamera(
      toRaster({ width: 50, height: 30, grey: new Uint8Array(1_500).fill(200) }),
    );
    expect([width, height]).toEqual([30, 18]);
    expect(new Set(data)).toEqual(new Set([200, 255]));
  });

  it('mixes neighbours in both directions, and moves nothing', () => {
    const grey = new Uint8Array(40 * 20);
    for (let y = 0; y < 20; y++) for (let x = 20; x < 40; x++) grey[y * 40 + x] = 255;
    const seen = toGrey(blurLikeCamera(toRaster({ width: 40, height: 20, grey })));
    const row = Array.from(seen.grey.subarray(6 * 24, 7 * 24));
    expect(row.slice(0, 11)).toEqual(new Array(11).fill(0));
    expect(row.slice(13)).toEqual(new Array(11).fill(255));
    expect(row[11]).toBe(64);
    expect(row[12]).toBe(191);
    // Every row is the same.
    expect(Array.from(seen.grey.subarray(0, 24))).toEqual(row);
  });
});
