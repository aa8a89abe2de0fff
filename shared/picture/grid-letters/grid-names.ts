/** A name on the grid: the ways to break it, from the most wanted to those that leave out its end. */
import { breakInTwo } from '../break-in-two.ts';
import { piecesOf, wrap, type Piece } from '../wrap.ts';
import { drawnLines, GRID_WIDTH, gridLine, type GridLine } from './grid-text.ts';

const MOST_LINES = 3;
const WEIGHT = 'regular';
const ELLIPSIS = '…';

/**
 * One line, two, three; a word wider than a line is hyphenated. Then shortened to three lines, two and one. Empty where
 * some letter is not on the grid; a single choice without lines where there is no name.
 */
export function gridNames(name: string): readonly (readonly GridLine[])[] {
  const text = name.trim().replace(/\s+/gu, ' ');
  if (text === '') return [[]];
  if (!gridLine(text, WEIGHT)) return [];
  const pieces = piecesOf(text).flatMap(hyphenated);
  const lines = wrap(pieces, advanceOf, GRID_WIDTH + 1) ?? [];
  const choices = [[text], breakInTwo(pieces, widthOf), lines.length === MOST_LINES ? lines : undefined];
  const whole = choices.map((choice) => choice && drawnLines(choice, WEIGHT));
  const shortened = [3, 2, 1].map((most) => (lines.length > most ? drawnLines(cut(lines, most), WEIGHT) : undefined));
  return [...whole, ...shortened].filter((choice) => choice !== undefined);
}

const widthOf = (text: string): number => gridLine(text, WEIGHT)?.width ?? 0;
/** With the gap to what follows; a space has no width of its own. */
const advanceOf = (text: string): number => widthOf(`${text}.`) - 1;
const lettersOf = (text: string): readonly string[] =>
  [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);

/** In parts of about as many letters each, as few as fit. */
function hyphenated(piece: Piece): readonly Piece[] {
  const letters = lettersOf(piece.text);
  for (let parts = 1; parts < letters.length; parts++) {
    const each = Math.ceil(letters.length / parts);
    const cuts = Array.from({ length: parts }, (_, i) => letters.slice(i * each, (i + 1) * each).join(''));
    const texts = cuts.filter((text) => text !== '').map((text, i, all) => (i < all.length - 1 ? `${text}-` : text));
    if (texts.every((text) => widthOf(text) <= GRID_WIDTH))
      return texts.map((text, i) => ({ text, gap: i === 0 ? piece.gap : '' }));
  }
  return [piece];
}

/** The first lines; the last of them ends where the room does. */
function cut(lines: readonly string[], most: number): readonly string[] {
  const letters = [...lettersOf(lines.slice(most - 1).join(' '))];
  const last = (): string => letters.join('').trimEnd() + ELLIPSIS;
  while (letters.length > 1 && widthOf(last()) > GRID_WIDTH) letters.pop();
  return [...lines.slice(0, most - 1), last()];
}
