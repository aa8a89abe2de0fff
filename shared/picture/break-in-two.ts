/** A text as two lines, broken where the wider one comes out narrowest. */
import type { Piece } from './wrap.ts';

/** Undefined where a text has no place for a break. @param widthOf a line's width, in any unit */
export function breakInTwo(
  pieces: readonly Piece[],
  widthOf: (line: string) => number,
): readonly [string, string] | undefined {
  let best: { readonly lines: readonly [string, string]; readonly width: number } | undefined;
  for (const lines of breaksOf(pieces)) {
    const width = Math.max(...lines.map(widthOf));
    if (!best || width < best.width) best = { lines, width };
  }
  return best?.lines;
}

/** Every way to break it. */
export const breaksOf = (pieces: readonly Piece[]): readonly (readonly [string, string])[] =>
  pieces.slice(1).map((_, i) => [joined(pieces.slice(0, i + 1)), joined(pieces.slice(i + 1))] as const);

const joined = (pieces: readonly Piece[]): string =>
  pieces.map(({ text, gap }, i) => (i === 0 ? '' : gap) + text).join('');
