/**
 * Before a picture is said to hold no code, it is looked at in several ways: with other thresholds between dark and
 * light, and at twice its size, because modules of one or two pixels are lost to the first.
 */
import type { Raster } from '../picture.ts';
import type { CodeReader, Effort, FoundCode } from './reader.ts';

export interface Found {
  readonly codes: readonly FoundCode[];
  /** The view in which they were found; the first where none were. */
  readonly image: Raster;
}

/** A larger picture has modules of enough pixels. */
const MOST_PIXELS_TO_ENLARGE = 1_000_000;
const EFFORTS: readonly Effort[] = ['thorough', 'one threshold'];

/** @param views the same picture on several backgrounds */
export async function findCodes(views: readonly [Raster, ...Raster[]], reader: CodeReader): Promise<Found> {
  for (const effort of EFFORTS)
    for (const image of views) {
      const codes = await reader.read(image, effort);
      if (codes.length > 0) return { codes, image };
    }
  for (const image of views) {
    if (image.width * image.height > MOST_PIXELS_TO_ENLARGE) continue;
    const larger = enlarged(image);
    for (const effort of EFFORTS) {
      const codes = await reader.read(larger, effort);
      if (codes.length > 0) return { codes, image };
    }
  }
  return { codes: [], image: views[0] };
}

/** Twice the size, each new pixel between its neighbours. */
function enlarged({ width, height, data }: Raster): Raster {
  const [toWidth, toHeight] = [width * 2, height * 2];
  const to = new Uint8ClampedArray(toWidth * toHeight * 4);
  for (let y = 0; y < toHeight; y++) {
    const fromY = Math.min(height - 1, y / 2);
    const [top, bottom] = [Math.floor(fromY), Math.min(height - 1, Math.ceil(fromY))];
    for (let x = 0; x < toWidth; x++) {
      const fromX = Math.min(width - 1, x / 2);
      const [left, right] = [Math.floor(fromX), Math.min(width - 1, Math.ceil(fromX))];
      for (let c = 0; c < 4; c++)
        to[(y * toWidth + x) * 4 + c] =
          (data[(top * width + left) * 4 + c] +
            data[(top * width + right) * 4 + c] +
            data[(bottom * width + left) * 4 + c] +
            data[(bottom * width + right) * 4 + c]) /
          4;
    }
  }
  return { width: toWidth, height: toHeight, data: to };
}
