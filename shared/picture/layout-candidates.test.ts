import { describe, expect, it } from 'vitest';
import { DEFAULT_PICTURE_SETTINGS } from '../wire/picture.ts';
import { budgetBytes } from './budget.ts';
import { layoutCandidates, type CaptionShare } from './layout-candidates.ts';
import { drawText } from './qr/draw.ts';
import type { QrMatrix } from './qr/symbol.ts';
import { qrSheet } from './screens/qr-screen.ts';
import { writePanel } from './write-panel.ts';

const matrixOfVersion = (version: number): QrMatrix => {
  const size = 17 + 4 * version;
  return { size, dark: new Uint8Array(size * size) };
};
const plans = (
  version: number,
  settings: Partial<typeof DEFAULT_PICTURE_SETTINGS> = {},
  shares: readonly CaptionShare[] = ['all', 'amount', 'none'],
) => layoutCandidates(matrixOfVersion(version), { ...DEFAULT_PICTURE_SETTINGS, ...settings }, shares, 320);

describe('plansFor', () => {
  it('wants the largest modules that leave white around them', () => {
    expect(plans(8)[0]).toMatchObject({ modulePx: 6, caption: 'all', writing: 'fine' });
    expect(plans(5)[0]).toMatchObject({ modulePx: 8, caption: 'all' });
    expect(plans(13)[0]).toMatchObject({ modulePx: 4.25, caption: 'all', writing: 'fine' });
    expect(plans(15)[0]).toMatchObject({ modulePx: 4, caption: 'all' });
  });

  it('gives the name up before the amount, and both before the size of the modules', () => {
    const ways = (version: number) => plans(version).map(({ modulePx, caption }) => `${modulePx} ${caption}`);
    expect([...new Set(ways(8).slice(0, -1))]).toEqual([
      '6 all',
      '6 amount',
      '6 none',
      '5 all',
      '5 amount',
      '5 none',
      '4 all',
      '4 amount',
      '4 none',
    ]);
    expect([...new Set(ways(1))].slice(0, 4)).toEqual(['8 all', '8 amount', '8 none', '7 all']);
  });

  it.each(['auto', 'large', 'quick'] as const)('draws no modules above 8 px, which are read less often: %s', (size) => {
    for (const version of [1, 2, 3, 4, 5]) {
      expect(Math.max(...plans(version, { size }).map(({ modulePx }) => modulePx))).toBe(8);
      expect(plans(version, { size }, ['none'])[0]).toMatchObject({ modulePx: 8, writing: 'crisp', share: 1 });
    }
  });

  it('writes letters softly on a quick wire only: of a slow one that takes too large a share', () => {
    const ways = (version: number) =>
      plans(version, { size: 'quick' })
        .filter(({ caption }) => caption === 'all')
        .map(({ writing, share }) => [writing, share]);
    expect(ways(5).slice(0, 2)).toEqual([[60, 0.25], ['crisp', 1]]); // prettier-ignore
    expect(ways(13).slice(0, 3)).toEqual([['fine', 0.25], ['crisp', 1], ['fast', 1]]); // prettier-ignore
    expect(plans(13, { size: 'quick' }, ['none']).map(({ writing }) => writing)).not.toContain('fine');
  });

  it('always shows the caption where the site says so, and never without one', () => {
    expect(plans(8, { caption: 'always' }).every(({ caption }) => caption === 'all')).toBe(true);
    expect(plans(8, {}, ['none']).some(({ caption }) => caption !== 'none')).toBe(false);
  });

  it('keeps to sizes of few bytes when quick is wanted', () => {
    expect(new Set(plans(5, { size: 'quick' }).map(({ modulePx }) => modulePx))).toEqual(new Set([8, 4]));
    expect(new Set(plans(8, { size: 'quick' }).map(({ modulePx }) => modulePx))).toEqual(new Set([4]));
  });

  it('tries its last way, ordinary coding, on modules of more than 2 px where any fit', () => {
    expect([8, 15, 16, 21, 22, 35].map((version) => plans(version).at(-1)?.modulePx)).toEqual([4, 4, 3, 3, 2.75, 2]);
    expect(plans(21, { size: 'quick' }).at(-1)).toMatchObject({ modulePx: 3, writing: 70 });
  });

  it('has nothing for a code with more modules than the display has pixels for', () => {
    const largest = (from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, i) => plans(from + i)[0]?.modulePx);
    expect(largest(1, 15)).toEqual([8, 8, 8, 8, 8, 7, 6.5, 6, 5.5, 5, 5, 4.5, 4.25, 4, 4]);
    expect(largest(16, 25)).toEqual([3.75, 3.5, 3.25, 3.25, 3, 3, 2.75, 2.75, 2.5, 2.5]);
    expect(largest(26, 35)).toEqual([2.5, 2.25, 2.25, 2.25, 2.25, 2, 2, 2, 2, 2]);
    expect(largest(36, 40)).toEqual(Array(5).fill(undefined));
  });
});

describe('budgetBytes', () => {
  it('is what the wire carries in the time: ten bits a byte', () => {
    expect(budgetBytes(4_000, 9_600)).toBe(3_840);
    expect(budgetBytes(1_000, 115_200)).toBe(11_520);
  });

  it('is the display’s own limit where the wire is none, and the slowest wire where the speed is unknown', () => {
    expect(budgetBytes(4_000, Infinity)).toBe(79_999);
    expect(budgetBytes(4_000, 0)).toBe(3_840);
  });
});

describe('drawText', () => {
  it('takes the smallest version at the wanted level', () => {
    expect(drawText('A'.repeat(25), 'L')).toMatchObject({ version: 1, ecc: 'L' });
    expect(drawText('A'.repeat(25), 'H')).toMatchObject({ version: 3, ecc: 'H' });
  });

  it('refuses what no code holds, and half a character', () => {
    expect(() => drawText('x'.repeat(2_400), 'M')).toThrow(expect.objectContaining({ code: 'text_too_long' }) as Error);
    expect(() => drawText('half \ud83d', 'M')).toThrow(expect.objectContaining({ code: 'bad_text' }) as Error);
  });
});

// A sheet of 5 or 6 px modules was once coded for nothing before each payment at 9600 baud: a second of work, thrown
// away.
it.each([
  ['version 8', 'https://pay.example/'.padEnd(150, 'x7Q')],
  ['version 5, all of one kind', 'https://pay.example/'.padEnd(80, '0')],
  ['version 12, all of one kind', 'https://pay.example/'.padEnd(280, '0')],
])('never skips a way that would have fitted: %s', (_, text) => {
  const symbol = drawText(text, 'M');
  for (const { modulePx, writing, leastBytes } of layoutCandidates(
    symbol.matrix,
    DEFAULT_PICTURE_SETTINGS,
    ['none'],
    320,
  )) {
    const bytes = writePanel(qrSheet(symbol, modulePx).bitmap, writing).length;
    expect(bytes, `${modulePx} px ${writing}`).toBeGreaterThanOrEqual(leastBytes);
    // Near enough to spare the work of it: most of a budget of 4 s is less than what these take.
    if (writing === 'fine' && modulePx > 4) expect(leastBytes).toBeGreaterThan(0.5 * bytes);
  }
});
