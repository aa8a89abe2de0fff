/** The sheet with a customer's code: the code, and below it who pays how much. */
import { Bitmap } from '../bitmap.ts';
import { fitLine, stampCentred } from '../text-layout.ts';
import type { Caption, ImageTools } from '../picture.ts';
import { drawMatrix } from '../qr/place.ts';
import type { Placed } from '../qr/verify.ts';
import type { QrSymbol } from '../qr/symbol.ts';
import type { GreyImage } from '../raster.ts';
import { amountOf } from './amount.ts';

/** Lines of the caption, drawn once and stamped on as many sheets as are tried. */
export type CaptionLines = readonly GreyImage[];

const MARGIN_PX = 8;
/** Height of the strip that a caption takes. */
const STRIP_PX = 128;

export async function captionLines(tools: ImageTools, caption: Caption | undefined): Promise<CaptionLines> {
  const amount = amountOf(caption);
  const width = 320 - 2 * MARGIN_PX;
  const lines = [
    await fitLine(tools, caption?.customerName ?? '', { heightPx: 26, weight: 'regular', leastHeightPx: 20 }, width),
    await fitLine(tools, amount, { heightPx: 44, weight: 'bold', leastHeightPx: 26 }, width),
  ];
  return lines.filter((line) => line !== undefined);
}

export interface QrSheet {
  readonly bitmap: Bitmap;
  readonly placed: Placed;
}

export function qrSheet(symbol: QrSymbol, modulePx: number, lines: CaptionLines): QrSheet {
  const bitmap = new Bitmap();
  const side = symbol.matrix.size * modulePx;
  const room = bitmap.height - (lines.length > 0 ? STRIP_PX : 0);
  const grid = gridFor(modulePx);
  const x = Math.floor((bitmap.width - side) / 2 / grid) * grid;
  const y = Math.floor((room - side) / 2 / grid) * grid;
  drawMatrix(bitmap, symbol.matrix, modulePx, x, y);
  const textHeight = lines.reduce((sum, line) => sum + line.height, 0);
  let top = Math.round(y + side + (bitmap.height - y - side - textHeight) / 2);
  for (const line of lines) {
    stampCentred(bitmap, line, top);
    top += line.height;
  }
  return { bitmap, placed: { symbol, modulePx, x, y } };
}

/**
 * Modules meet the JPEG's blocks of 8 px when the code begins on a multiple of this. Where they cannot meet, an even
 * place spares the encoder slivers of a single pixel, which it writes too faint.
 */
const gridFor = (modulePx: number): number =>
  modulePx % 8 === 0 ? 8 : modulePx % 4 === 0 ? 4 : Number.isInteger(modulePx) ? 2 : 1;
