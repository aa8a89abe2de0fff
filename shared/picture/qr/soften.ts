/** What a phone's camera does from a little too far away: fewer pixels, and each of them a mix of its neighbours. */
import type { Raster } from '../picture.ts';
import { toGrey, toRaster, type GreyImage } from '../raster.ts';

const SCALE = 0.6;

/** 0.6 times the size by area, then a 3 x 3 blur. */
export function soften(image: Raster): Raster {
  return toRaster(blurred(shrunk(toGrey(image))));
}

function shrunk(image: GreyImage): GreyImage {
  const across = shrunkLines(image.grey, image.width, image.height, 1, image.width);
  const width = Math.floor(image.width * SCALE);
  const height = Math.floor(image.height * SCALE);
  const down = shrunkLines(across, image.height, width, width, 1);
  return { width, height, grey: Uint8Array.from(down, Math.round) };

  /** Shrinks each of `lines` lines of `length` samples, `step` apart, the lines `stride` apart. */
  function shrunkLines(
    from: ArrayLike<number>,
    length: number,
    lines: number,
    step: number,
    stride: number,
  ): Float32Array {
    const kept = Math.floor(length * SCALE);
    const to = new Float32Array(kept * lines);
    const toStep = step === 1 ? 1 : lines;
    const toStride = step === 1 ? kept : 1;
    for (let i = 0; i < kept; i++) {
      const start = i / SCALE;
      const end = Math.min(length, (i + 1) / SCALE);
      for (let at = Math.floor(start); at < end; at++) {
        const share = (Math.min(end, at + 1) - Math.max(start, at)) * SCALE;
        for (let line = 0; line < lines; line++)
          to[i * toStep + line * toStride] += share * from[at * step + line * stride];
      }
    }
    return to;
  }
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
