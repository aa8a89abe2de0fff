/**
 * Proof that a customer's phone will read what is about to be sent: the very bytes are decoded again, read as they are
 * and read after what a camera does to them, and every module's middle is looked at.
 */
import { decodeImage } from '../decode/decode-image.ts';
import { toGrey, type GreyImage } from '../raster.ts';
import type { CodeReader } from './reader.ts';
import { sameBytes, type QrSymbol } from './symbol.ts';
import { blurLikeCamera } from './blur.ts';

export interface Placed {
  readonly symbol: QrSymbol;
  readonly modulePx: number;
  /** Of the first module's corner, in px. */
  readonly x: number;
  readonly y: number;
}

/** Why a picture is not verified. */
export type Doubt = 'not_read_back' | 'weak_contrast';

/** Levels of a module's middle. */
const DARK_BELOW = 90;
const LIGHT_ABOVE = 165;

/** Undefined: nothing to doubt. */
export async function doubtOf(jpeg: Uint8Array, placed: Placed, reader: CodeReader): Promise<Doubt | undefined> {
  const seen = await decodeImage(jpeg, 'image/jpeg');
  if (!centresAreClear(toGrey(seen), placed)) return 'weak_contrast';
  for (const view of [seen, blurLikeCamera(seen)]) {
    const codes = await reader.read(view, 'plain');
    if (codes.length !== 1 || !sameBytes(codes[0].payload, placed.symbol.payload)) return 'not_read_back';
  }
  return undefined;
}

function centresAreClear(image: GreyImage, { symbol, modulePx, x, y }: Placed): boolean {
  const { size, dark } = symbol.matrix;
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      const level = middleLevel(image, x + column * modulePx, y + row * modulePx, modulePx);
      if (dark[row * size + column] === 1 ? level >= DARK_BELOW : level <= LIGHT_ABOVE) return false;
    }
  return true;
}

/** Mean of the one, four or nine pixels in the middle of a square. */
function middleLevel({ width, grey }: GreyImage, x: number, y: number, modulePx: number): number {
  const side = modulePx % 2 === 1 ? (modulePx >= 5 ? 3 : 1) : 2;
  const [left, top] = [Math.round(x + (modulePx - side) / 2), Math.round(y + (modulePx - side) / 2)];
  let sum = 0;
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++) sum += grey[(top + row) * width + left + column];
  return sum / (side * side);
}
