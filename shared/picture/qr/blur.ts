/** What a phone's camera does from a little too far away: fewer pixels, and each of them a mix of its neighbours. */
import type { Raster } from '../picture.ts';
import { toGrey, toRaster, type GreyImage } from '../raster.ts';

const SCALE = 0.6;

/** 0.6 times the size by area, then a 3 x 3 blur. */
export function blurLikeCamera(image: Raster): Raster {
  return toRaster(blurred(shrunk(toGrey(image))));
}

function shrunk({ width, height, grey }: GreyImage): GreyImage {
  const across = shrunkAcross(grey, width, height);
  const narrow = Math.floor(width * SCALE);
  const both = shrunkAcross(turned(across, narrow, height), height, narrow);
  const low = Math.floor(height * SCALE);
  return { width: narrow, height: low, grey: Uint8Array.from(turned(both, low, narrow), Math.round) };
}

/** Each row shrunk by area. */
function shrunkAcross(from: ArrayLike<number>, width: number, height: number): Float32Array {
  const kept = Math.floor(width * SCALE);
  const to = new Float32Array(kept * height);
  for (let i = 0; i < kept; i++) {
    const start = i / SCALE;
    const end = Math.min(width, (i + 1) / SCALE);
    for (let at = Math.floor(start); at < end; at++) {
      const share = (Math.min(end, at + 1) - Math.max(start, at)) * SCALE;
      for (let row = 0; row < height; row++) to[row * kept + i] += share * from[row * width + at];
    }
  }
  return to;
}

/** Rows become columns. */
function turned(from: Float32Array, width: number, height: number): Float32Array {
  const to = new Float32Array(from.length);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) to[x * height + y] = from[y * width + x];
  return to;
}

/** Weights 1 2 1 in both directions; the border repeats. */
function blurred({ width, height, grey }: GreyImage): GreyImage {
  const across = new Float32Array(grey.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      across[at] = (grey[x > 0 ? at - 1 : at] + 2 * grey[at] + grey[x < width - 1 ? at + 1 : at]) / 4;
    }
  const both = new Uint8Array(grey.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      both[at] = Math.round(
        (across[y > 0 ? at - width : at] + 2 * across[at] + across[y < height - 1 ? at + width : at]) / 4,
      );
    }
  return { width, height, grey: both };
}
