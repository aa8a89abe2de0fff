/** The one place where a composed sheet becomes a JPEG: the panel encoder, or ordinary coding for what that refuses. */
import { transform, writeJpeg } from './colour-jpeg.ts';
import { encodePanel } from './encode/panel-encoder.ts';
import { toRaster, type GreyImage } from './raster.ts';

/** `crisp`, `fast`, `fine`: the panel encoder's. A number: ordinary coding at this quality. */
export type Writing = 'crisp' | 'fast' | 'fine' | number;

/**
 * For what the panel encoder refuses. Below 45 ordinary coding rings around modules, which zbar takes for more modules.
 */
const FALLBACK_QUALITY = 50;

export function writePanel(panel: GreyImage, writing: Writing): Uint8Array {
  if (typeof writing === 'number') return writeJpeg(transform(toRaster(panel)), writing);
  const encoded = encodePanel(panel, writing);
  return encoded.kind === 'encoded' ? encoded.jpeg : writePanel(panel, FALLBACK_QUALITY);
}
