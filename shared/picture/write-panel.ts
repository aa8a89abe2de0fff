/** The one place where a composed sheet becomes a JPEG: the panel encoder, or ordinary coding for what that refuses. */
import { transform, writeJpeg } from './colour-jpeg.ts';
import { encodePanel } from './encode/panel-encoder.ts';
import { blurred } from './qr/soften.ts';
import { toRaster, type GreyImage } from './raster.ts';

/** `crisp`, `fast`, `fine`: the panel encoder's. `soft`: `fine`, its edges softened first. A number: ordinary coding at this quality. */
export type Writing = 'crisp' | 'fast' | 'fine' | 'soft' | number;

/**
 * Share of each neighbour in a pixel. A camera that has fewer pixels than the panel (from across the counter) sees hard edges of 4 px
 * squares jump by a whole one; softened ones stay where they are.
 */
const SOFT_SHARE = 3 / 16;

/** For what the panel encoder refuses. Below 45 ordinary coding rings around squares, which zbar takes for more squares. */
const FALLBACK_QUALITY = 50;

export function writePanel(panel: GreyImage, writing: Writing): Uint8Array {
  if (typeof writing === 'number') return writeJpeg(transform(toRaster(panel)), writing);
  if (writing === 'soft') return writePanel(blurred(panel, SOFT_SHARE), 'fine');
  const encoded = encodePanel(panel, writing);
  return encoded.kind === 'encoded' ? encoded.jpeg : writePanel(panel, FALLBACK_QUALITY);
}
