/** A white sheet the size of the display, on which screens are composed in grey. */
import { DISPLAY_HEIGHT, DISPLAY_WIDTH } from '../wire/display.ts';
import type { GreyImage } from './raster.ts';

export const BLACK = 0;
export const WHITE = 255;

export class Bitmap implements GreyImage {
  readonly width = DISPLAY_WIDTH;
  readonly height = DISPLAY_HEIGHT;
  readonly grey = new Uint8Array(DISPLAY_WIDTH * DISPLAY_HEIGHT).fill(WHITE);

  /** In px; what lies outside is cut off. */
  fill(x: number, y: number, width: number, height: number, level: number): void {
    const left = Math.max(0, x);
    const right = Math.min(this.width, x + width);
    if (right <= left) return;
    for (let row = Math.max(0, y); row < Math.min(this.height, y + height); row++)
      this.grey.fill(level, row * this.width + left, row * this.width + right);
  }

  /** Puts an image in the place of what was there; all of it lies inside. @param grey row by row */
  lay(grey: Uint8Array, width: number, x: number, y: number): void {
    for (let row = 0; row * width < grey.length; row++)
      this.grey.set(grey.subarray(row * width, (row + 1) * width), (y + row) * this.width + x);
  }

  /** Lays the image on, the darker of both winning; what lies outside is cut off. */
  stamp(image: GreyImage, x: number, y: number): void {
    for (let row = Math.max(0, -y); row < image.height && y + row < this.height; row++)
      for (let column = Math.max(0, -x); column < image.width && x + column < this.width; column++) {
        const at = (y + row) * this.width + x + column;
        this.grey[at] = Math.min(this.grey[at], image.grey[row * image.width + column]);
      }
  }
}
