/** What a run says at its end, on made-up results. */
import { expect, it } from 'vitest';
import { duration, flakeLines, reportLines } from './report.mjs';

const clean = { passed: 3, skipped: [], failures: [], files: [], times: [] };
const failed = (...names) => ({
  ...clean,
  failures: names.map((name) => ({ name, at: 'a.ts:1', message: `${name}!` })),
});

it('writes durations as people say them', () => {
  expect([499, 59_400, 60_000, 61_000, 754_000].map(duration)).toEqual([
    '0 s',
    '59 s',
    '1 min 0 s',
    '1 min 1 s',
    '12 min 34 s',
  ]);
});

it('ends with the skipped, the failed, the ten slowest files, the times and the count', () => {
  const files = Array.from({ length: 12 }, (_, index) => ({ name: `${index}.test.ts`, ms: index * 10_000 }));
  const result = {
    passed: 3,
    skipped: [{ name: 'with a printer', why: 'no printer' }],
    failures: [{ name: 'a.test.ts > is right', at: 'a.test.ts:7', message: 'one\ntwo' }],
    files,
    times: [
      { called: 'unit', ms: 110_000 },
      { called: 'end to end', ms: 200_000 },
    ],
  };
  const before = [
    { called: 'install', ms: 20_000 },
    { called: 'build', ms: 12_000 },
  ];
  const lines = reportLines(result, before, 215_000);
  expect(lines.slice(0, 9)).toEqual([
    '',
    'Skipped:',
    '  - with a printer: no printer',
    '',
    'Failed:',
    '  - a.test.ts > is right (a.test.ts:7)',
    '      one',
    '      two',
    '',
  ]);
  expect(lines.slice(9, -4)).toEqual([
    'The slowest files:',
    '  1 min 50 s  11.test.ts',
    '  1 min 40 s  10.test.ts',
    ...[9, 8, 7, 6, 5, 4, 3, 2].map((index) => `  ${duration(index * 10_000).padStart(10)}  ${index}.test.ts`),
  ]);
  expect(lines.slice(-4)).toEqual([
    '',
    'Times: install 20 s, build 12 s, unit 1 min 50 s, end to end 3 min 20 s; all but the installation 3 min 35 s',
    '',
    '3 passed, 1 failed, 1 skipped',
  ]);
});

it('lists each test that failed even once, the worst first, in which rounds, with what it said first', () => {
  expect(flakeLines([clean, clean])).toEqual([]);
  expect(flakeLines([failed('seldom'), failed('often'), clean, failed('often', 'often')])).toEqual([
    '',
    'Failed even once:',
    '  - often (a.ts:1): in 2 of 4 rounds (2, 4)',
    '      often!',
    '  - seldom (a.ts:1): in 1 of 4 rounds (1)',
    '      seldom!',
  ]);
});
