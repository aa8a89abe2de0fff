/** Pixels in and out of colour: what a file holds becomes opaque, and grey where only light and dark matter. */
import type { Raster } from './picture.ts';

/** Grey levels 0…255, row by row. */
export interface GreyImage {
  readonly width: number;
  readonly height: number;
  readonly grey: Uint8Array;
}

/** Puts the image on one colour. @param background its level; many QR libraries leave the light modules transparent */
export function flatten({ width, height, data }: Raster, background = 255): Raster {
  const flat = new Uint8ClampedArray(data.length);
  for (let at = 0; at < data.length; at += 4) {
    const alpha = data[at + 3] / 255;
    const behind = background * (1 - alpha);
    flat[at] = data[at] * alpha + behind;
    flat[at + 1] = data[at + 1] * alpha + behind;
    flat[at + 2] = data[at + 2] * alpha + behind;
    flat[at + 3] = 255;
  }
  return { width, height, data: flat };
}

/** Luma of BT.601, which JFIF uses. The image is taken as opaque. */
export function toGrey({ width, height, data }: Raster): GreyImage {
  const grey = new Uint8Array(width * height);
  for (let at = 0, i = 0; i < grey.length; at += 4, i++)
    grey[i] = Math.round(0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2]);
  return { width, height, grey };
}

export function toRaster({ width, height, grey }: GreyImage): Raster {
  const data = new Uint8ClampedArray(grey.length * 4);
  for (let i = 0; i < grey.length; i++) {
    data.fill(grey[i], i * 4, i * 4 + 3);
    data[i * 4 + 3] = 255;
  }
  return { width, height, data };
}
