/**
 * A line of text on the code's own grid of 4 px: as crisp as the code, and of the same few kinds of blocks, so that it
 * costs half of what smooth letters do. Latin, Greek and Cyrillic; anything else is drawn by the realm's fonts.
 */
import { BOLD_DIGITS, BOLD_TOP } from './bold-digits.ts';
import { BOLD_LETTERS } from './bold-latin.ts';
import { BOLD_CURRENCIES, CURRENCIES } from './currencies.ts';
import { CYRILLIC } from './cyrillic.ts';
import { alike, type Glyph, type GlyphTable } from './glyph.ts';
import { GREEK } from './greek.ts';
import { LATIN } from './latin.ts';
import { MARKS, type Mark } from './marks.ts';

/** Cells that are black, as columns from the left end and rows with 0 at the top of capitals. */
export interface GridLine {
  readonly cells: readonly (readonly [column: number, row: number])[];
  readonly width: number;
  readonly top: number;
  /** Below the last row with a cell. */
  readonly bottom: number;
  /** Of letters without accents: bold ones rise above the regular. */
  readonly capTop: number;
}

/** `figures`: bold digits, regular letters beside them. */
export type GridWeight = 'regular' | 'figures' | 'bold';

/** A minus, and the apostrophe of Uzbek som: as the signs that look like them. */
const withLookalikes = (table: GlyphTable): GlyphTable => new Map([...table, ...alike('−ʻ', '–’', table)]);

const REGULAR = withLookalikes(new Map([...LATIN, ...CURRENCIES, ...GREEK, ...CYRILLIC]));
const BOLD = withLookalikes(new Map([...BOLD_DIGITS, ...BOLD_LETTERS, ...BOLD_CURRENCIES]));
const TABLES: Readonly<Record<GridWeight, GlyphTable>> = {
  regular: REGULAR,
  figures: new Map([...REGULAR, ...BOLD_DIGITS]),
  bold: BOLD,
};
/** Columns between letters. Bold ones need no more: their counters are as wide. */
const GAP = 1;
const SPACE = 2;

/** Undefined where some letter is not on the grid in that weight. */
export function gridLine(text: string, weight: GridWeight): GridLine | undefined {
  const table = TABLES[weight];
  const cells: [number, number][] = [];
  let column = 0;
  let width = 0;
  const isTall = weight === 'bold' || (weight === 'figures' && /\d/.test(text));
  for (const { segment } of new Intl.Segmenter().segment(text.normalize('NFC'))) {
    if (/^\s$/u.test(segment)) {
      column += SPACE + GAP;
      continue;
    }
    const letter = letterOf(segment, table);
    if (!letter) return undefined;
    for (const [x, y] of letter.cells) cells.push([column + x, y]);
    width = column + letter.width;
    column = width + GAP;
  }
  const rows = cells.map(([, row]) => row);
  return { cells, width, top: Math.min(...rows), bottom: Math.max(...rows) + 1, capTop: isTall ? BOLD_TOP : 0 };
}

/** Cells of a line at most: 304 px. */
export const GRID_WIDTH = 76;

/** Undefined where some line is too wide, or has a letter that is not on the grid. */
export function drawnLines(texts: readonly string[], weight: GridWeight): readonly GridLine[] | undefined {
  const lines = texts.map((text) => gridLine(text, weight));
  const fits = (all: readonly (GridLine | undefined)[]): all is readonly GridLine[] =>
    all.every((line) => line !== undefined && line.width <= GRID_WIDTH);
  return fits(lines) ? lines : undefined;
}

interface Letter {
  readonly cells: readonly (readonly [x: number, y: number])[];
  readonly width: number;
}

/** Letters whose dot gives way to an accent. */
const DOTLESS: Readonly<Record<string, string>> = { i: 'ı', і: 'ı', j: 'ȷ', ј: 'ȷ' };

function letterOf(segment: string, table: GlyphTable): Letter | undefined {
  const whole = table.get(segment);
  if (whole) return withMarks(whole, []);
  const [base, ...rest] = segment.normalize('NFD');
  const marks = rest.map((char) => MARKS.get(char));
  if (!marks.every((mark) => mark !== undefined)) return undefined;
  const isDotted = marks.some(({ place }) => place === 'above');
  const glyph = table.get(isDotted ? (DOTLESS[base] ?? base) : base);
  return glyph && withMarks(glyph, marks);
}

/** Row of the letters' foot. */
const BASELINE = 7;

function withMarks(glyph: Glyph, marks: readonly Mark[]): Letter {
  const cells: [number, number][] = [];
  const put = ({ rows }: Glyph, left: number, top: number): void =>
    rows.forEach((row, y) => row.forEach((isBlack, x) => isBlack && cells.push([left + x, top + y])));
  put(glyph, 0, glyph.top);
  let free = Math.min(...cells.map(([, row]) => row)) - 1;
  for (const { place, glyph: mark } of marks) {
    const middle = Math.floor((glyph.width - mark.width) / 2);
    switch (place) {
      case 'above':
        free -= mark.rows.length;
        put(mark, middle, free);
        break;
      case 'below':
        put(mark, middle, Math.max(BASELINE, ...cells.map(([, row]) => row + 1)));
        break;
      case 'corner':
        put(mark, glyph.width, glyph.top - 1);
        break;
    }
  }
  // An accent may be wider than its letter.
  const left = Math.min(0, ...cells.map(([column]) => column));
  const right = Math.max(glyph.width, ...cells.map(([column]) => column + 1));
  return { cells: cells.map(([column, row]) => [column - left, row] as const), width: right - left };
}
