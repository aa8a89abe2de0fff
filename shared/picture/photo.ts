/**
 * A picture that is kept as it is: fitted to the display with its aspect, on white, at the best quality that the budget
 * allows.
 */
import pica from 'pica';
import { DISPLAY_HEIGHT, DISPLAY_WIDTH } from '../wire/display.ts';
import { transform, writeJpeg } from './colour-jpeg.ts';
import type { Raster } from './picture.ts';

// Plain JavaScript: no worker of its own, no canvas, so that browser and Node do the same.
const resizer = pica({ features: ['js'] });

const BEST_QUALITY = 85;
/** Below this nothing is recognised any more; a picture that is larger even so takes longer than the budget. */
const LEAST_QUALITY = 12;

/**
 * As large as the display allows, its aspect kept. @param image opaque
 * @param marginPx left white on every side; an image is not enlarged when there is one
 */
export async function fitToBox({ width, height, data }: Raster, marginPx = 0): Promise<Raster> {
  const fit = Math.min((DISPLAY_WIDTH - 2 * marginPx) / width, (DISPLAY_HEIGHT - 2 * marginPx) / height);
  const scale = marginPx > 0 ? Math.min(1, fit) : fit;
  const toWidth = Math.max(1, Math.round(width * scale));
  const toHeight = Math.max(1, Math.round(height * scale));
  if (toWidth === width && toHeight === height) return { width, height, data };
  const resized = await resizer.resizeBuffer({ src: data, width, height, toWidth, toHeight });
  return { width: toWidth, height: toHeight, data: new Uint8ClampedArray(resized.buffer, resized.byteOffset) };
}

/** Centred on white of the display's size. */
export function onSheet({ width, height, data }: Raster): Raster {
  const sheet = new Uint8ClampedArray(DISPLAY_WIDTH * DISPLAY_HEIGHT * 4).fill(255);
  const left = Math.floor((DISPLAY_WIDTH - width) / 2);
  const top = Math.floor((DISPLAY_HEIGHT - height) / 2);
  for (let row = 0; row < height; row++)
    sheet.set(data.subarray(row * width * 4, (row + 1) * width * 4), ((top + row) * DISPLAY_WIDTH + left) * 4);
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
