/** Accents on the grid, by their combining character. */
import { glyphsOf, type Glyph } from './glyph.ts';

/** `above` leaves one row free above the letter; `below` hangs under the line; `corner` is at the upper right. */
type MarkPlace = 'above' | 'below' | 'corner';

export interface Mark {
  readonly place: MarkPlace;
  readonly glyph: Glyph;
}

const drawn = (place: MarkPlace, letters: string, art: string): readonly (readonly [string, Mark])[] =>
  [...glyphsOf(0, `${[...letters].map((_, i) => i).join(' ')}\n${art}`)].map(
    ([index, glyph]) => [[...letters][Number(index)], { place, glyph }] as const,
  );

const [GRAVE, ACUTE, CIRCUMFLEX, TILDE, MACRON, BREVE, DOT, DIAERESIS, HOOK, RING, DOUBLE_ACUTE, CARON] = [
  '\u0300', '\u0301', '\u0302', '\u0303', '\u0304', '\u0306', '\u0307', '\u0308', '\u0309', '\u030a', '\u030b', '\u030c',
]; // prettier-ignore
const [HORN, DOT_BELOW, COMMA_BELOW, CEDILLA, OGONEK] = ['\u031b', '\u0323', '\u0326', '\u0327', '\u0328'];

export const MARKS: ReadonlyMap<string, Mark> = new Map([
  ...drawn(
    'above',
    GRAVE + ACUTE + CIRCUMFLEX + TILDE + BREVE + HOOK + DOUBLE_ACUTE + CARON,
    `
#. .# .#. .#.# #..# ## #.# #.#
.# #. #.# #.#. .##. .# #.# .#.`.slice(1),
  ),
  ...drawn('above', MACRON + DOT + DIAERESIS, '### # #.#'),
  ...drawn('above', RING, '.#.\n#.#\n.#.'),
  ...drawn('below', COMMA_BELOW + CEDILLA + OGONEK, '.# .# #.\n#. ## .#'),
  ...drawn('below', DOT_BELOW, '.\n#'),
  ...drawn('corner', HORN, '#\n#'),
]);
