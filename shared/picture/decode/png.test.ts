import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { pngOf } from '../../../tests/support/corpus/fuzz.ts';
import { decodeImage } from './decode-image.ts';

const decode = (file: Uint8Array) => decodeImage(file, 'image/png');
/** Adam7 of 9 x 9 grey pixels: 81 of them, and a byte for each of the 19 rows of its passes. */
const NINE_SQUARED_BYTES = 81 + 2 + 2 + 1 + 3 + 2 + 5 + 4;

describe('an interlaced PNG', () => {
  it('is decoded when it holds just what its size needs', async () => {
    const image = await decode(pngOf(9, 9, deflateSync(Buffer.alloc(NINE_SQUARED_BYTES)), 1));
    expect([image.width, image.height, image.data.length]).toEqual([9, 9, 9 * 9 * 4]);
  });

  it('is decoded when it unpacks to more, as browsers do, and refused when it unpacks to less', async () => {
    const more = await decode(pngOf(9, 9, deflateSync(Buffer.alloc(NINE_SQUARED_BYTES + 1)), 1));
    expect([more.width, more.height]).toEqual([9, 9]);
    const less = pngOf(9, 9, deflateSync(Buffer.alloc(NINE_SQUARED_BYTES - 1)), 1);
    await expect(decode(less)).rejects.toMatchObject({ name: 'PictureError', code: 'not_an_image' });
  });

  it('that would unpack to 300 MB takes no memory for it', async () => {
    const file = pngOf(64, 64, deflateSync(Buffer.alloc(300_000_000)), 1);
    const before = process.resourceUsage().maxRSS;
    expect((await decode(file)).width).toBe(64);
    // KiB; the 300 MB that made the file lie before it.
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(50_000);
  });
});

it('does not let a second header speak for the picture', async () => {
  const small = pngOf(1, 1, deflateSync(Buffer.alloc(2)));
  const large = pngOf(60_000, 60_000, new Uint8Array());
  // A signature of 8 bytes, then a header of 25.
  const both = Buffer.concat([small.subarray(0, 33), large.subarray(8, 33), small.subarray(33)]);
  await expect(decode(both)).rejects.toMatchObject({ code: 'not_an_image' });
});
