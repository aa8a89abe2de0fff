/** Where a code's squares go on the glass, and how large they may be. */
import { BLACK, type Paper } from '../paper.ts';
import type { QrMatrix } from './symbol.ts';

/** A code needs this much white around it, in modules; the standard's 4 are given where they fit. */
const LEAST_QUIET = 1.5;
/** Smaller squares than this are not read off the glass. */
const LEAST_MODULE_PX = 2;

/** Sizes in px that fit a sheet of this width with enough white around, largest first; empty when nothing does. */
export function moduleSizes(matrix: QrMatrix, width: number): number[] {
  const largest = Math.floor(width / (matrix.size + 2 * LEAST_QUIET));
  return Array.from({ length: Math.max(0, largest - LEAST_MODULE_PX + 1) }, (_, i) => largest - i);
}

/** Draws at whole pixels. @param x, y of the first module, in px */
export function drawMatrix(paper: Paper, { size, dark }: QrMatrix, modulePx: number, x: number, y: number): void {
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++)
      if (dark[row * size + column] === 1)
        paper.fill(x + column * modulePx, y + row * modulePx, modulePx, modulePx, BLACK);
}
