import { expect, it } from 'vitest';
import { GRID_WIDTH } from './grid-text.ts';
import { gridNames } from './grid-names.ts';

const linesOf = (name: string): readonly number[] => gridNames(name).map((lines) => lines.length);

it.each([
  ['', [0]],
  ['Jo', [1]],
  ['Maria Fernanda Oliveira', [2, 1]],
  ['Maria Fernanda Oliveira dos Santos', [3, 2, 1]],
  // One word, wider than two lines: hyphenated, in grey letters before.
  ['Wolfeschlegelsteinhausenbergerdorff', [3, 2, 1]],
  ['Wolfeschlegelstein '.repeat(4), [3, 2, 1]],
  ['佐藤 健太郎', []],
])('breaks %j into lines, then shortens it', (name, lines) => {
  expect(linesOf(name)).toEqual(lines);
  for (const choice of gridNames(name)) for (const { width } of choice) expect(width).toBeLessThanOrEqual(GRID_WIDTH);
});

it('keeps each letter of a hyphenated name, in parts of about one length', () => {
  const [whole] = gridNames('Wolfeschlegelsteinhausenbergerdorff');
  const widths = whole.map(({ width }) => width);
  expect(Math.max(...widths) - Math.min(...widths)).toBeLessThan(15);
});
