/** Where a code's squares go on the glass, and how large they may be. */
import { BLACK, type Paper } from '../paper.ts';
import type { QrMatrix } from './symbol.ts';

/**
 * White around a code, in modules; above and below there is always more. The standard's 4 are given where they fit. Sizes that meet
 * the blocks of the JPEG may have less, because 8 px for a version 5 is worth more to a camera than half a module of white.
 */
const LEAST_QUIET = { onGrid: 1.5, offGrid: 2 } as const;
/** Smaller squares than this are not read off the glass. */
const LEAST_MODULE_PX = 2;

/** Sizes in px that fit a sheet of this width with enough white around, largest first; empty when nothing does. */
export function moduleSizes(matrix: QrMatrix, width: number): number[] {
  const fits = (px: number): boolean => {
    const quiet = px % 4 === 0 ? LEAST_QUIET.onGrid : LEAST_QUIET.offGrid;
    return px * (matrix.size + 2 * quiet) <= width;
  };
  const largest = Math.floor(width / matrix.size);
  return Array.from({ length: Math.max(0, largest - LEAST_MODULE_PX + 1) }, (_, i) => largest - i).filter(fits);
}

/** Draws at whole pixels. @param x, y of the first module, in px */
export function drawMatrix(paper: Paper, { size, dark }: QrMatrix, modulePx: number, x: number, y: number): void {
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++)
      if (dark[row * size + column] === 1)
        paper.fill(x + column * modulePx, y + row * modulePx, modulePx, modulePx, BLACK);
}
