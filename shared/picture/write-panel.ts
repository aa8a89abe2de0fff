/** The one place where a composed sheet becomes a JPEG: the panel encoder, or ordinary coding for what that refuses. */
import { transform, writeJpeg } from './colour-jpeg.ts';
import { encodePanel } from './encode/panel-encoder.ts';
import { toRaster, type GreyImage } from './raster.ts';

/** `crisp`, `fast`: the panel encoder's. A number: ordinary coding at this quality. */
export type Writing = 'crisp' | 'fast' | number;

/** For what the panel encoder refuses; modules of 4 px are exact in every decoder at this quality. */
const FALLBACK_QUALITY = 30;

export function writePanel(panel: GreyImage, writing: Writing): Uint8Array {
  if (typeof writing === 'number') return writeJpeg(transform(toRaster(panel)), writing);
  const encoded = encodePanel(panel, writing);
  return encoded.kind === 'encoded' ? encoded.jpeg : writePanel(panel, FALLBACK_QUALITY);
}
