/** Where a code's squares go on the glass, and how large they may be. */
import { BLACK, type Paper } from '../paper.ts';
import { SHADED_MODULE_PX, shadeEyes } from './eyes.ts';
import type { QrMatrix } from './symbol.ts';

/**
 * White around a code, in modules, on the mean of left and right: the grid of the blocks may leave 1 and 2; above and below there is always more. The standard's 4 are given where they fit, but larger modules
 * (8 px for a version 5, 5 px for a version 11) are worth more to a camera than the last of the white (docs/picture.md).
 */
const LEAST_QUIET = 1.5;
/** Smaller squares than this are not read off the glass. */
const LEAST_MODULE_PX = 2;

/** Sizes in px that fit a sheet of this width with enough white around, largest first; empty when nothing does. */
export function moduleSizes(matrix: QrMatrix, width: number): number[] {
  const fits = (px: number): boolean => px * (matrix.size + 2 * LEAST_QUIET) <= width;
  const largest = Math.floor(width / matrix.size);
  return Array.from({ length: Math.max(0, largest - LEAST_MODULE_PX + 1) }, (_, i) => largest - i).filter(fits);
}

/** Draws at whole pixels. @param x, y of the first module, in px */
export function drawMatrix(paper: Paper, matrix: QrMatrix, modulePx: number, x: number, y: number): void {
  const { size, dark } = matrix;
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++)
      if (dark[row * size + column] === 1)
        paper.fill(x + column * modulePx, y + row * modulePx, modulePx, modulePx, BLACK);
  if (modulePx === SHADED_MODULE_PX) shadeEyes(paper, matrix, x, y);
}
