/** The one place where a composed sheet becomes a JPEG: the panel encoder, or ordinary coding for what that refuses. */
import { transform, writeJpeg } from './colour-jpeg.ts';
import { TINT_LEVELS, type Tint } from './encode/jpeg-file.ts';
import { encodePanel } from './encode/panel-encoder.ts';
import type { Raster } from './picture.ts';
import { toRaster, type GreyImage } from './raster.ts';

/** `crisp`, `fast`, `fine`: the panel encoder's. A number: ordinary coding at this quality. */
export type Writing = 'crisp' | 'fast' | 'fine' | number;

/**
 * For what the panel encoder refuses. Below 45 ordinary coding rings around modules, which zbar takes for more modules.
 */
const FALLBACK_QUALITY = 50;

/** @param encode the panel encoder; it refuses hardly any sheet, so a test hands in one that does */
export function writePanel(panel: GreyImage, writing: Writing, tint?: Tint, encode = encodePanel): Uint8Array {
  if (typeof writing === 'number') return writeJpeg(transform(tinted(toRaster(panel), tint)), writing);
  const encoded = encode(panel, writing, tint);
  return encoded.kind === 'encoded' ? encoded.jpeg : writePanel(panel, FALLBACK_QUALITY, tint);
}

/** As the panel encoder's tint comes out: both chroma components away from grey by the same (ITU-R BT.601). */
function tinted(image: Raster, tint: Tint | undefined): Raster {
  if (!tint) return image;
  const chroma = TINT_LEVELS[tint];
  const { width, height, data } = image;
  const coloured = new Uint8ClampedArray(data);
  for (let at = 0; at < data.length; at += 4) {
    coloured[at] = data[at] + 1.402 * chroma;
    coloured[at + 1] = data[at] - (0.344136 + 0.714136) * chroma;
    coloured[at + 2] = data[at] + 1.772 * chroma;
  }
  return { width, height, data: coloured };
}
