/** Name and amount on the grid, as large as the room allows; undefined where letters or room are not enough. */
import { piecesOf, wrap } from '../wrap.ts';
import { breakInTwo } from '../break-in-two.ts';
import { gridLine, type GridLine, type GridWeight } from './grid-text.ts';

/** A line's cells and where its top of capitals lies, in cells from the caption's top. */
export interface PlacedLine {
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
const WIDTH = 304 / CELL_PX;
/** Rows of a capital, and the rows between two lines at least. */
const CAPITAL = 7;
const LINE_GAP = 2;
const MOST_NAME_LINES = 3;
/** Rows between name and amount. */
const PART_GAP = 3;

/** @param roomPx rows that it may take */
export function gridCaption(name: string, amount: string, roomPx: number): GridCaption | undefined {
  const names = nameLines(name);
  if (!names) return undefined;
  for (const amounts of amountChoices(amount)) {
    const caption = stacked(names, amounts);
    if (caption.height * CELL_PX <= roomPx) return caption;
  }
  return undefined;
}

function stacked(names: readonly GridLine[], amounts: readonly GridLine[]): GridCaption {
  const lines: PlacedLine[] = [];
  let bottom = 0;
  for (const line of [...names, ...amounts]) {
    const before = lines.at(-1);
    const isPart = line === amounts[0];
    const row = !before ? -line.top : isPart ? bottom + PART_GAP - line.top : before.row + pitchOf(before.line, line);
    lines.push({ line, row });
    bottom = Math.max(bottom, row + line.bottom);
  }
  return { lines, height: bottom };
}

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
const leftOf = ({ width }: GridLine): number => Math.floor((WIDTH - width) / 2);

const fits = (lines: readonly (GridLine | undefined)[]): lines is readonly GridLine[] =>
  lines.every((line) => line !== undefined && line.width <= WIDTH);

const drawn = (texts: readonly string[], weight: GridWeight): readonly GridLine[] | undefined => {
  const lines = texts.map((text) => gridLine(text, weight));
  return fits(lines) ? lines : undefined;
};

const halvesOf = (text: string, weight: GridWeight): readonly string[] | undefined =>
  breakInTwo(piecesOf(text), (line) => gridLine(line, weight)?.width ?? Infinity);

function nameLines(name: string): readonly GridLine[] | undefined {
  const text = name.trim().replace(/\s+/gu, ' ');
  if (text === '') return [];
  const halves = halvesOf(text, 'regular');
  const thirds = wrap(piecesOf(text), (piece) => (gridLine(piece, 'regular')?.width ?? Infinity) + 1, WIDTH);
  return (
    drawn([text], 'regular') ??
    (halves && drawn(halves, 'regular')) ??
    (thirds?.length === MOST_NAME_LINES ? drawn(thirds, 'regular') : undefined)
  );
}

/** Bold in one line, then in two, then regular: money is never cut. */
function amountChoices(amount: string): readonly (readonly GridLine[])[] {
  if (amount === '') return [[]];
  return (['bold', 'regular'] as const).flatMap((weight) => {
    const halves = halvesOf(amount, weight);
    return [drawn([amount], weight), halves && drawn(halves, weight)].filter((lines) => lines !== undefined);
  });
}
