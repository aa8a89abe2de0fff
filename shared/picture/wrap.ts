/** Where a text may be broken into lines, and how it is broken for a width. Knows no letters, only widths. */

export interface Piece {
  readonly text: string;
  /** What stands between this piece and the one before, when both are on one line. */
  readonly gap: '' | ' ';
}

/** Scripts that put no spaces between words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/**
 * Breaks at white space, after hyphens, underscores and slashes, and between words where a script writes them together.
 */
export function piecesOf(text: string): readonly Piece[] {
  return text
    .split(/\s+/u)
    .filter((word) => word !== '')
    .flatMap((word) => partsOf(word).map((part, i): Piece => ({ text: part, gap: i === 0 ? ' ' : '' })));
}

function partsOf(word: string): readonly string[] {
  if (!UNSPACED.test(word)) return word.split(/(?<=[-_/])(?=.)/u);
  const parts: string[] = [];
  for (const { segment, isWordLike } of new Intl.Segmenter(undefined, { granularity: 'word' }).segment(word)) {
    // A full stop stays with the word before it.
    if (isWordLike || parts.length === 0) parts.push(segment);
    else parts[parts.length - 1] += segment;
  }
  return parts;
}

/** Lines not wider than `width`; undefined where some piece alone is wider. */
export function wrap(
  pieces: readonly Piece[],
  widthOf: (text: string) => number,
  width: number,
): readonly string[] | undefined {
  const lines: string[] = [];
  let used = 0;
  for (const { text, gap } of pieces) {
    const own = widthOf(text);
    if (own > width) return undefined;
    const before = gap === '' ? 0 : widthOf(gap);
    if (lines.length > 0 && used + before + own <= width) {
      lines[lines.length - 1] += gap + text;
      used += before + own;
    } else {
      lines.push(text);
      used = own;
    }
  }
  return lines;
}
