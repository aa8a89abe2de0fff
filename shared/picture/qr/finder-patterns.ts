/** The white about a code's three finder patterns, shaded towards their dark where a module is a block of the JPEG. */
import { shadePixels, SHADED_SIDES, type ShadedSide } from '../encode/shade.ts';
import type { Bitmap } from '../bitmap.ts';
import type { QrMatrix } from './symbol.ts';

/** Modules on a side of a finder pattern (ISO/IEC 18004, 5.3.2): a dark frame, a white one, and 3 x 3 dark ones. */
const PATTERN_MODULES = 7;
/** The side of a block, and of the modules that this is for. */
export const SHADED_MODULE_PX = 8;

const PIXELS = Object.fromEntries(SHADED_SIDES.map((side) => [side, shadePixels(side)])) as Record<
  ShadedSide,
  Uint8Array
>;

/** @param x, y of the first module, in px, on the grid of the blocks */
export function shadeFinderPatterns(bitmap: Bitmap, { size, dark }: QrMatrix, x: number, y: number): void {
  const isDark = (row: number, column: number): boolean =>
    row >= 0 && column >= 0 && row < size && column < size && dark[row * size + column] === 1;
  const shade = (row: number, column: number, across: boolean): void => {
    const [before, after] = across
      ? [isDark(row, column - 1), isDark(row, column + 1)]
      : [isDark(row - 1, column), isDark(row + 1, column)];
    const side = before && after ? BOTH[Number(across)] : before ? BEFORE[Number(across)] : AFTER[Number(across)];
    bitmap.lay(PIXELS[side], SHADED_MODULE_PX, x + column * SHADED_MODULE_PX, y + row * SHADED_MODULE_PX);
  };
  const corners = [[0, 0], [0, size - PATTERN_MODULES], [size - PATTERN_MODULES, 0]]; // prettier-ignore
  for (const [top, left] of corners)
    for (let i = 0; i < PATTERN_MODULES; i++)
      // Outside the frame along its whole side, inside it beside the 3 x 3; the corners between have no dark on
      // opposite sides.
      for (const ring of i >= 2 && i <= 4 ? [-1, 1, PATTERN_MODULES - 2, PATTERN_MODULES] : [-1, PATTERN_MODULES]) {
        shade(top + ring, left + i, false);
        shade(top + i, left + ring, true);
      }
}

/** By whether the dark lies across, else above and below. */
const BOTH = ['above and below', 'left and right'] as const;
const BEFORE = ['above', 'left'] as const;
const AFTER = ['below', 'right'] as const;
