/** Letters as drawn, row by row: `#` where there is ink. What is told of them holds for every font. */

/** Pieces of ink that touch nowhere, not even at a corner. */
export function piecesOf(look: string, width: number): number {
  const left = new Set([...look].flatMap((sign, at) => (sign === '#' ? [at] : [])));
  let pieces = 0;
  for (const start of left) {
    pieces++;
    const reached = [start];
    for (let at = reached.pop(); at !== undefined; at = reached.pop()) {
      left.delete(at);
      for (const down of [-width, 0, width])
        for (const across of [-1, 0, 1]) {
          const next = at + down + across;
          const isSameEdge = Math.abs((next % width) - (at % width)) <= 1;
          if (isSameEdge && left.delete(next)) reached.push(next);
        }
    }
  }
  return pieces;
}

/** @param data RGBA, dark on light */
export const lookOf = (data: ArrayLike<number>): string =>
  Array.from({ length: data.length / 4 }, (_, at) => ((data[at * 4] ?? 255) < 128 ? '#' : ' ')).join('');

/** The ink of both, which are of one size. */
export const overlaid = (one: string, other: string): string =>
  [...one].map((sign, at) => (sign === '#' || other[at] === '#' ? '#' : ' ')).join('');

/**
 * Thai letters with a vowel and a tone mark above, which is set higher for the vowel's sake; drawn at the same height
 * they run into each other.
 */
export const STACKED_THAI = [
  { letter: 'ท', vowel: 'ี', tone: '่' },
  { letter: 'ต', vowel: 'ั', tone: '้' },
  { letter: 'ญ', vowel: 'ี', tone: '่' },
  { letter: 'ป', vowel: 'ื', tone: '้' },
  { letter: 'ช', vowel: 'ิ', tone: '้' },
] as const;
