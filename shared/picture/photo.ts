/** A picture that is kept as it is: fitted to the glass with its aspect, on white, at the best quality that the budget allows. */
import pica from 'pica';
import { DISPLAY_HEIGHT, DISPLAY_WIDTH } from '../display.ts';
import { transform, writeJpeg } from './colour-jpeg.ts';
import type { Raster } from './picture.ts';

// Plain JavaScript: no worker of its own, no canvas, so that browser and Node do the same.
const resizer = pica({ features: ['js'] });

const BEST_QUALITY = 85;
/** Below this nothing is recognised any more; a picture that is larger even so takes longer than the budget. */
const LEAST_QUALITY = 12;

/** @param image opaque */
export async function fitToDisplay({ width, height, data }: Raster): Promise<Raster> {
  const scale = Math.min(DISPLAY_WIDTH / width, DISPLAY_HEIGHT / height);
  const toWidth = Math.max(1, Math.round(width * scale));
  const toHeight = Math.max(1, Math.round(height * scale));
  const resized = await resizer.resizeBuffer({ src: data, width, height, toWidth, toHeight });
  const sheet = new Uint8ClampedArray(DISPLAY_WIDTH * DISPLAY_HEIGHT * 4).fill(255);
  const left = Math.floor((DISPLAY_WIDTH - toWidth) / 2);
  const top = Math.floor((DISPLAY_HEIGHT - toHeight) / 2);
  for (let row = 0; row < toHeight; row++)
    sheet.set(resized.subarray(row * toWidth * 4, (row + 1) * toWidth * 4), ((top + row) * DISPLAY_WIDTH + left) * 4);
  return { width: DISPLAY_WIDTH, height: DISPLAY_HEIGHT, data: sheet };
}

/** The best quality of at most `maxBytes`; the least quality where none is. */
export function writePhoto(sheet: Raster, maxBytes: number): Uint8Array {
  const transformed = transform(sheet);
  let best: Uint8Array | undefined;
  let low = LEAST_QUALITY;
  let high = BEST_QUALITY;
  while (low <= high) {
    const quality = (low + high) >> 1;
    const jpeg = writeJpeg(transformed, quality);
    if (jpeg.length <= maxBytes) {
      best = jpeg;
      low = quality + 1;
    } else high = quality - 1;
  }
  return best ?? writeJpeg(transformed, LEAST_QUALITY);
}
