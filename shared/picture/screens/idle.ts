/** What the counter shows all day where the site gave no logo: four quiet squares that no camera takes for a code. */
import { BLACK, Paper, WHITE } from '../bitmap.ts';
import { cover, disc, roundedBox } from '../shapes.ts';

/** In px, all on the grid of the JPEG's blocks. */
const LEFT = 96;
const TOP = 160;
const EYE = 56;
const PITCH = 72;

export function idleScreen(): Paper {
  const paper = new Paper();
  for (const [column, row] of [[0, 0], [1, 0], [0, 1]]) eye(paper, LEFT + column * PITCH, TOP + row * PITCH); // prettier-ignore
  cover(paper, disc(LEFT + PITCH + EYE / 2, TOP + PITCH + EYE / 2, EYE / 2), BLACK);
  return paper;
}

function eye(paper: Paper, x: number, y: number): void {
  cover(paper, roundedBox(x, y, EYE, EYE, 16), BLACK);
  cover(paper, roundedBox(x + 8, y + 8, EYE - 16, EYE - 16, 8), WHITE);
  cover(paper, roundedBox(x + 16, y + 16, EYE - 32, EYE - 32, 4), BLACK);
}
