/** The sheet with a customer's code: the code, and below it who pays how much. */
import { Bitmap } from '../bitmap.ts';
import { drawMatrix } from '../qr/place.ts';
import type { QrSymbol } from '../qr/symbol.ts';
import type { Placed } from '../qr/verify.ts';
import { NO_CAPTION, stampCaption, type CaptionBlock } from './caption.ts';

export interface QrSheet {
  readonly bitmap: Bitmap;
  readonly placed: Placed;
}

/** White above and below a code, in modules, where a caption wants the rest. */
const QUIET_BESIDE_CAPTION = 3;
/** Of what neither code nor caption takes: this much goes above the code, this much between both. */
const ABOVE = 0.35;
const BETWEEN = 0.3;

/** Rows that a caption may take below a code of this size, in px. */
export const captionRoom = (modules: number, modulePx: number): number =>
  new Bitmap().height - Math.ceil((modules + 2 * QUIET_BESIDE_CAPTION) * modulePx);

export function qrSheet(symbol: QrSymbol, modulePx: number, caption: CaptionBlock = NO_CAPTION): QrSheet {
  const bitmap = new Bitmap();
  const side = symbol.matrix.size * modulePx;
  const spare = bitmap.height - side - caption.heightPx;
  const grid = gridFor(modulePx);
  const x = Math.floor((bitmap.width - side) / 2 / grid) * grid;
  const y = Math.floor((caption.heightPx > 0 ? spare * ABOVE : spare / 2) / grid) * grid;
  drawMatrix(bitmap, symbol.matrix, modulePx, x, y);
  stampCaption(bitmap, caption, Math.round(y + side + spare * BETWEEN));
  return { bitmap, placed: { symbol, modulePx, x, y } };
}

/**
 * Modules meet the JPEG's blocks of 8 px when the code begins on a multiple of this. Where they cannot meet, an even
 * place spares the encoder slivers of a single pixel, which it writes too faint.
 */
const gridFor = (modulePx: number): number =>
  modulePx % 8 === 0 ? 8 : modulePx % 4 === 0 ? 4 : Number.isInteger(modulePx) ? 2 : 1;
