import jpeg from 'jpeg-js';
import { describe, expect, it } from 'vitest';
import { nodeImageTools } from '../../../tray/image/node-image-tools.ts';
import type { Bitmap } from '../bitmap.ts';
import { writePanel } from '../write-panel.ts';
import { paidScreen } from './outcome.ts';
import { testCard } from './test-card.ts';

const CELL_PX = 4;

/** Cells of 4 px that are neither black nor white all over, within rows of the sheet. */
function brokenCells({ grey, width }: Bitmap, top: number, bottom: number): number {
  let broken = 0;
  for (let y = top; y < bottom; y += CELL_PX)
    for (let x = CELL_PX; x < width - CELL_PX; x += CELL_PX) {
      const levels = new Set<number>();
      for (let row = 0; row < CELL_PX; row++)
        for (const level of grey.subarray((y + row) * width + x, (y + row) * width + x + CELL_PX)) levels.add(level);
      if (levels.size > 1 || ![0, 255].includes([...levels][0])) broken++;
    }
  return broken;
}

const isInked = ({ grey, width }: Bitmap, top: number, bottom: number): boolean => {
  for (let y = top; y < bottom; y++)
    if (grey.subarray(y * width + CELL_PX, (y + 1) * width - CELL_PX).some((level) => level < 128)) return true;
  return false;
};

const LETTERS = [128, 304] as const;
const CODE = [304, 476] as const;
const card = (deviceName: string, baudRate = 9_600) =>
  testCard({ kind: 'test', deviceName, baudRate, time: '2026-11-25T19:40:34.000Z' }, nodeImageTools, 'grid');

describe('the test card on the code’s grid', () => {
  // Grey blocks about smooth letters: the first thing that was seen of a new display at 9600 baud.
  it.each(['PC-01', 'SHOWROOM-PC-01', 'Guichet à Curepipe, étage 2, côté cour'])(
    'has the name %s, speed, time and code in cells of 4 px, black or white',
    async (deviceName) => {
      const sheet = await card(deviceName);
      for (const [top, bottom] of [LETTERS, CODE]) {
        expect(isInked(sheet, top, bottom)).toBe(true);
        expect(brokenCells(sheet, top, bottom)).toBe(0);
      }
    },
  );

  it('has a name in other letters smoothly, and the rest on the grid', async () => {
    const sheet = await card('佐藤のカウンタ');
    expect(brokenCells(sheet, 128, 200)).toBeGreaterThan(0);
    expect([isInked(sheet, 200, 304), brokenCells(sheet, 200, 476)]).toEqual([true, 0]);
  });

  it('keeps letters and code apart: two modules of white at least', async () => {
    for (const deviceName of ['PC-01', 'Comptoir accueil Quatre-Bornes 17, côté rue']) {
      const sheet = await card(deviceName);
      expect(isInked(sheet, 304, 312)).toBe(false);
    }
  });
});

// The darkest was partly a code's black, 32 of 255: a dark square with an edge through it.
it.each(['crisp', 'fast'] as const)('the test card has nine greys, each of one tone, in a %s JPEG', async (writing) => {
  const { data, width } = jpeg.decode(writePanel(await card('PC-01'), writing), { useTArray: true });
  const tones = Array.from({ length: 9 }, (_, step) => {
    const seen = new Set<number | undefined>();
    for (let y = 72; y < 120; y++)
      for (let x = 16 + step * 32; x < 48 + step * 32; x++) seen.add(data[(y * width + x) * 4]);
    return [...seen];
  });
  expect(tones).toEqual([[1], [32], [64], [96], [128], [160], [192], [224], [255]]);
});

it('“paid” has its amount on the grid', async () => {
  const sheet = await paidScreen('THB 1,200.50', nodeImageTools, 'grid');
  expect([isInked(sheet, 304, 476), brokenCells(sheet, 304, 476)]).toEqual([true, 0]);
});
