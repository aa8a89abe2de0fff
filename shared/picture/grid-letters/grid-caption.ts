/** Name and amount on the grid, as large as the room allows; undefined where letters or room are not enough. */
import { piecesOf } from '../wrap.ts';
import { breakInTwo } from '../break-in-two.ts';
import { BOLD_TOP } from './bold-digits.ts';
import { gridNames } from './grid-names.ts';
import { drawnLines, GRID_WIDTH, gridLine, type GridLine, type GridWeight } from './grid-text.ts';

/** A line's cells and where its top of capitals lies, in cells from the caption's top. */
interface PlacedLine {
  readonly line: GridLine;
  readonly row: number;
}

export interface GridCaption {
  readonly lines: readonly PlacedLine[];
  /** In cells. */
  readonly height: number;
}

/** Px of a cell: half a block of the JPEG. */
export const CELL_PX = 4;
/** Rows of a capital, and the rows between two lines at least. */
const CAPITAL = 7;
const LINE_GAP = 2;
/** Rows between name and amount. */
const PART_GAP = 3;

/** A name is rather in more lines or under thinner money than shortened. @param roomPx rows that it may take */
export function gridCaption(name: string, amount: string, roomPx: number): GridCaption | undefined {
  const amounts = amountChoices(amount);
  for (const nameLines of gridNames(name))
    for (const amountLines of amounts) {
      const caption = gridStack([nameLines, amountLines]);
      if (caption.height * CELL_PX <= roomPx) return caption;
    }
  return undefined;
}

/** Each part's lines close to each other, more room between parts. */
export function gridStack(parts: readonly (readonly GridLine[])[]): GridCaption {
  const lines: PlacedLine[] = [];
  let bottom = 0;
  for (const part of parts)
    for (const [i, line] of part.entries()) {
      const before = lines.at(-1);
      const free = !before
        ? -line.top
        : i === 0
          ? bottom + PART_GAP - line.top
          : before.row + pitchOf(before.line, line);
      const row = onBlocks(free, line);
      lines.push({ line, row });
      bottom = Math.max(bottom, row + line.bottom);
    }
  return { lines, height: bottom };
}

/** Bold strokes are two cells, so that letters which begin with a block fill blocks: 30 to 90 bytes less an amount. */
const onBlocks = (row: number, { capTop }: GridLine): number =>
  capTop === BOLD_TOP && (row + capTop) % 2 !== 0 ? row + 1 : row;

/** Accents and tails of two lines keep one cell between each other; a line is not pushed down where none meet. */
function pitchOf(upper: GridLine, lower: GridLine): number {
  const lowest = new Map<number, number>();
  for (const [column, row] of upper.cells) {
    const at = column + leftOf(upper);
    lowest.set(at, Math.max(lowest.get(at) ?? -Infinity, row));
  }
  let pitch = CAPITAL + LINE_GAP - lower.capTop;
  for (const [column, row] of lower.cells)
    for (const beside of [-1, 0, 1]) {
      const above = lowest.get(column + leftOf(lower) + beside) ?? -Infinity;
      pitch = Math.max(pitch, above - row + 2);
    }
  return pitch;
}

/** Lines are centred. */
const leftOf = ({ width }: GridLine): number => Math.floor((GRID_WIDTH - width) / 2);

/**
 * Bold in one line, or its figures at least; then in two; then regular: money is never cut, and a number is not broken.
 */
function amountChoices(amount: string): readonly (readonly GridLine[])[] {
  if (amount === '') return [[]];
  const inOne = (weight: GridWeight) => drawnLines([amount], weight);
  const inTwo = (weight: GridWeight) => {
    const halves = breakInTwo(piecesOf(amount), (line) => gridLine(line, weight)?.width ?? Infinity);
    return halves && drawnLines(halves, weight);
  };
  const choices = [
    inOne('bold'),
    inOne('figures'),
    inTwo('bold'),
    inTwo('figures'),
    inOne('regular'),
    inTwo('regular'),
  ];
  return choices.filter((lines) => lines !== undefined);
}
