/** What the counter shows all day where the site gave no logo: four quiet squares that no camera takes for a code. */
import { BLACK, Bitmap, WHITE } from '../bitmap.ts';
import { cover, disc, roundedBox } from '../shapes.ts';

/** In px, all on the grid of the JPEG's blocks. */
const LEFT = 96;
const TOP = 160;
const EYE = 56;
const PITCH = 72;

export function idleScreen(): Bitmap {
  const bitmap = new Bitmap();
  for (const [column, row] of [[0, 0], [1, 0], [0, 1]]) eye(bitmap, LEFT + column * PITCH, TOP + row * PITCH); // prettier-ignore
  cover(bitmap, disc(LEFT + PITCH + EYE / 2, TOP + PITCH + EYE / 2, EYE / 2), BLACK);
  return bitmap;
}

function eye(bitmap: Bitmap, x: number, y: number): void {
  cover(bitmap, roundedBox(x, y, EYE, EYE, 16), BLACK);
  cover(bitmap, roundedBox(x + 8, y + 8, EYE - 16, EYE - 16, 8), WHITE);
  cover(bitmap, roundedBox(x + 16, y + 16, EYE - 32, EYE - 32, 4), BLACK);
}
