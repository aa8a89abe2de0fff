/**
 * Panels for the encoder's tests: any matrix at any module size, on the 8 px grid, without the product's own layout.
 */
import { DISPLAY_HEIGHT, DISPLAY_WIDTH } from '../../../shared/wire/display.ts';
import type { Panel } from '../../../shared/picture/encode/panel-encoder.ts';

/** Row by row, true is dark. */
export type ModuleRows = readonly (readonly boolean[])[];

export function panelWith(squares: ModuleRows, modulePx: number): Panel {
  const [width, height] = [DISPLAY_WIDTH, DISPLAY_HEIGHT];
  const grey = new Uint8Array(width * height).fill(255);
  const start = (side: number): number => Math.floor((side - squares.length * modulePx) / 2 / 8) * 8;
  const [left, top] = [start(width), start(height)];
  squares.forEach((row, r) =>
    row.forEach((dark, c) => {
      if (!dark) return;
      for (let y = 0; y < modulePx; y++) {
        const at = (top + r * modulePx + y) * width + left + c * modulePx;
        grey.fill(0, at, at + modulePx);
      }
    }),
  );
  return { width, height, grey };
}
