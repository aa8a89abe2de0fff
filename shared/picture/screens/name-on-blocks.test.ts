/**
 * Names in letters that are not on the grid, above money that is, at 9600 baud. Their lowest rows came out faint or not
 * at all where the letters stood within a block of the JPEG: Arabic and Hebrew names looked cut at the bottom.
 */
import jpeg from 'jpeg-js';
import { expect, it } from 'vitest';
import { nodeImageTools } from '../../../tray/image/node-image-tools.ts';
import { DEFAULT_PICTURE_SETTINGS } from '../../wire/picture.ts';
import type { Bitmap } from '../bitmap.ts';
import { TEXT_BASELINE, type ImageTools } from '../picture.ts';
import { drawText } from '../qr/draw.ts';
import { toGrey, type GreyImage } from '../raster.ts';
import { writePanel } from '../write-panel.ts';
import { captionBlock, captionText } from './caption.ts';
import { captionRoom, qrSheet } from './qr-screen.ts';

const NAMES = [
  'محمد الأحمد',
  'عبد الرحمن بن محمد الأحمد',
  'אברהם לוי',
  'אברהם יצחק בן יעקב לוינסקי',
  'สมชาย ตั้งศิริ',
  'राजेश कुमार',
  '佐藤 健太郎',
  'محمد بن عبد العزيز بن عبد الرحمن آل سعود',
];
const MONEY = { bold: { amount: '349', currency: 'ILS' }, thin: { amount: '123456789012.5' } };

/** The ink alone, and how far below its top the letters stand. */
interface Ink extends GreyImage {
  readonly baseline: number;
}

function inkOf({ width, height, grey }: GreyImage, baseline: number): Ink {
  const inked = (x: number, y: number): boolean => (grey[y * width + x] ?? 255) < 250;
  const columns = Array.from({ length: width }, (_, x) => x);
  const rows = Array.from({ length: height }, (_, y) => y).filter((y) => columns.some((x) => inked(x, y)));
  const inkedColumns = columns.filter((x) => rows.some((y) => inked(x, y)));
  const [top = 0, left = 0] = [rows[0], inkedColumns[0]];
  const [bottom = 0, right = 0] = [rows.at(-1), inkedColumns.at(-1)];
  const cut = Array.from({ length: bottom + 1 - top }, (_, y) => [
    ...grey.subarray((top + y) * width + left, (top + y) * width + right + 1),
  ]);
  return { width: right + 1 - left, height: cut.length, grey: Uint8Array.from(cut.flat()), baseline: baseline - top };
}

/** Where on the sheet every pixel of the ink stands; undefined where some row of it is lost or overlapped. */
function placeOf(ink: Ink, { width, height, grey }: Bitmap): { readonly x: number; readonly y: number } | undefined {
  const x = Math.floor((width - ink.width) / 2);
  const stands = (y: number): boolean =>
    ink.grey.every(
      (level, i) => level >= 250 || level === grey[(y + Math.floor(i / ink.width)) * width + x + (i % ink.width)],
    );
  for (let y = 0; y <= height - ink.height; y++) if (stands(y)) return { x, y };
  return undefined;
}

async function sheetOf(customerName: string, money: keyof typeof MONEY) {
  const drawn = new Map<string, Ink>();
  const tools: ImageTools = {
    drawText: async (text, heightPx, weight) => {
      const raster = await nodeImageTools.drawText!(text, heightPx, weight);
      drawn.set(text, inkOf(toGrey(raster), Math.round(heightPx * TEXT_BASELINE)));
      return raster;
    },
  };
  const symbol = drawText('https://pay.example/'.padEnd(80, 'x7Q'), 'M');
  const text = captionText({ customerName, ...MONEY[money] }, DEFAULT_PICTURE_SETTINGS);
  const block = await captionBlock(tools, text, captionRoom(symbol.matrix.size, 8), 'grid');
  const { bitmap } = qrSheet(symbol, 8, block);
  const names = block.lines.filter(({ gridPx }) => gridPx === 1).length;
  // The last that were drawn are those that are shown.
  const inks = [...drawn.values()].filter((ink) => placeOf(ink, bitmap) !== undefined);
  return { bitmap, names, inks };
}

const CASES = NAMES.flatMap((name) => (['bold', 'thin'] as const).map((money) => ({ name, money })));

it.each(CASES)('all ink of $name is above $money money, and stands on an edge of blocks', async ({ name, money }) => {
  const { bitmap, names, inks } = await sheetOf(name, money);
  expect(names).toBeGreaterThan(0);
  expect(inks).toHaveLength(names);
  for (const ink of inks) {
    const { y } = placeOf(ink, bitmap)!;
    expect((y + ink.baseline) % 8).toBe(0);
    const below = bitmap.grey.subarray((y + ink.height) * bitmap.width, (y + ink.height + 1) * bitmap.width);
    expect(Math.min(...below)).toBeGreaterThanOrEqual(250);
  }
});

it.each(CASES)('the rows on which $name stands above $money money are dark in the JPEG', async ({ name, money }) => {
  const { bitmap, inks } = await sheetOf(name, money);
  const { data } = jpeg.decode(writePanel(bitmap, 'crisp'), { useTArray: true });
  for (const ink of inks) {
    const { x, y } = placeOf(ink, bitmap)!;
    let [dark, seen] = [0, 0];
    for (let row = ink.baseline - 3; row < ink.baseline; row++)
      for (let column = 0; column < ink.width; column++) {
        if ((ink.grey[row * ink.width + column] ?? 255) >= 110) continue;
        dark++;
        if ((data[((y + row) * bitmap.width + x + column) * 4] ?? 255) < 140) seen++;
      }
    expect(seen / dark, `of ${dark}`).toBeGreaterThan(0.85);
  }
});
