/** Where a code's squares go on the glass, and how large they may be. */
import { BLACK, WHITE, type Paper } from '../bitmap.ts';
import { SHADED_MODULE_PX, shadeEyes } from './finder-patterns.ts';
import type { QrMatrix } from './symbol.ts';

/**
 * White around a code, in modules, on the mean of left and right: the grid of the blocks may leave 1 and 2; above and below there is always more. The size is chosen
 * before the white: larger modules are worth more to a camera than the last of it. So the standard's 4 are there at 4 px, as slow wires have it, up to version 13, and at 8 px up to version 3; a version 5 at 8 px has these 1.5, a
 * version 8 at 6 px some 2 (docs/picture.md).
 */
const LEAST_QUIET = 1.5;
/** Smaller squares than this are not read off the glass. */
const LEAST_MODULE_PX = 2;

/** Squares may end within a pixel, at its quarters; those gain nothing by the grid of the blocks, so that their white is alike on both sides. */
const PARTS = 4;
const QUIET_BETWEEN = 2;

/**
 * Sizes in px that fit a sheet of this width with enough white around, largest first; empty when nothing does. Whole ones, and before
 * them one in quarters where the glass has room for that: more than 4 px for versions 12 and 13, to which readers count wrong from afar.
 */
export function moduleSizes(matrix: QrMatrix, width: number): number[] {
  const fits = (px: number): boolean => px * (matrix.size + 2 * LEAST_QUIET) <= width;
  const largest = Math.floor(width / matrix.size);
  const whole = Array.from({ length: Math.max(0, largest - LEAST_MODULE_PX + 1) }, (_, i) => largest - i).filter(fits);
  const between = Math.floor((width / (matrix.size + 2 * QUIET_BETWEEN)) * PARTS) / PARTS;
  return between > (whole[0] ?? Infinity) ? [between, ...whole] : whole;
}

/** @param modulePx whole, or in quarters @param x, y of the first module, in px */
export function drawMatrix(paper: Paper, matrix: QrMatrix, modulePx: number, x: number, y: number): void {
  if (!Number.isInteger(modulePx)) {
    drawBetween(paper, matrix, modulePx, x, y);
    return;
  }
  const { size, dark } = matrix;
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++)
      if (dark[row * size + column] === 1)
        paper.fill(x + column * modulePx, y + row * modulePx, modulePx, modulePx, BLACK);
  if (modulePx === SHADED_MODULE_PX) shadeEyes(paper, matrix, x, y);
}

/**
 * A pixel that two squares share is grey by their shares, as levels and not as light: half of each is 128, a fifth of white's light. So dark is a
 * little wider than drawn, which is what a camera takes off it: the grey about the edges gives an eye its width, by which readers
 * count a code's squares.
 */
function drawBetween(paper: Paper, { size, dark }: QrMatrix, modulePx: number, x: number, y: number): void {
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
      paper.fill(x + column, y + row, 1, 1, Math.round(WHITE * (1 - darkParts / (PARTS * PARTS))));
    }
}
