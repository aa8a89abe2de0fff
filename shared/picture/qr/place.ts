/** Where a code's modules go on the display, and how large they may be. */
import { BLACK, WHITE, type Bitmap } from '../bitmap.ts';
import { SHADED_MODULE_PX, shadeFinderPatterns } from './finder-patterns.ts';
import type { QrMatrix } from './symbol.ts';

/**
 * White around a code, in modules: the mean of left and right, because the grid of the blocks may leave 1 and 2. Above
 * and below there is more. Larger modules are worth more to a camera than the last of the white, so the size is chosen
 * first. The standard's 4 modules are there at 4 px up to version 13 and at 8 px up to version 3 (docs/picture.md).
 */
const LEAST_QUIET = 1.5;
/** Smaller modules than this are not read off the display. */
const LEAST_MODULE_PX = 2;

/**
 * A module may end at a quarter of a pixel. Such sizes ignore the grid of the blocks; their white is alike on both
 * sides.
 */
const PARTS = 4;
const QUIET_BETWEEN = 2;

/**
 * Sizes in px that fit a sheet of this width with enough white around, largest first; empty when nothing fits. All are
 * whole but one in quarters where it is larger: versions 12 and 13 get more than 4 px, at which readers miscount their
 * modules from afar.
 */
export function moduleSizes(matrix: QrMatrix, width: number): number[] {
  const fits = (px: number): boolean => px * (matrix.size + 2 * LEAST_QUIET) <= width;
  const largest = Math.floor(width / matrix.size);
  const whole = Array.from({ length: Math.max(0, largest - LEAST_MODULE_PX + 1) }, (_, i) => largest - i).filter(fits);
  const between = Math.floor((width / (matrix.size + 2 * QUIET_BETWEEN)) * PARTS) / PARTS;
  return between > (whole[0] ?? Infinity) ? [between, ...whole] : whole;
}

/** @param modulePx whole, or in quarters @param x, y of the first module, in px */
export function drawMatrix(bitmap: Bitmap, matrix: QrMatrix, modulePx: number, x: number, y: number): void {
  if (!Number.isInteger(modulePx)) {
    drawBetween(bitmap, matrix, modulePx, x, y);
    return;
  }
  const { size, dark } = matrix;
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++)
      if (dark[row * size + column] === 1)
        bitmap.fill(x + column * modulePx, y + row * modulePx, modulePx, modulePx, BLACK);
  if (modulePx === SHADED_MODULE_PX) shadeFinderPatterns(bitmap, matrix, x, y);
}

/**
 * A pixel that two modules share is grey by their shares, as levels and not as light: half of each is 128, a fifth of
 * white's light. So dark comes out a little wider than drawn, which a camera takes off again. Readers count a code's
 * modules by the width of its finder patterns.
 */
function drawBetween(bitmap: Bitmap, { size, dark }: QrMatrix, modulePx: number, x: number, y: number): void {
  const square = modulePx * PARTS;
  const side = Math.ceil(size * modulePx);
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++) {
      let darkParts = 0;
      for (let part = 0; part < PARTS * PARTS; part++) {
        const right = Math.floor((column * PARTS + (part % PARTS)) / square);
        const down = Math.floor((row * PARTS + Math.floor(part / PARTS)) / square);
        if (right < size && down < size) darkParts += dark[down * size + right];
      }
      bitmap.fill(x + column, y + row, 1, 1, Math.round(WHITE * (1 - darkParts / (PARTS * PARTS))));
    }
}
