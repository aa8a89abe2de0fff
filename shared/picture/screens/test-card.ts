/**
 * For the person who sets a display up: whether it shows every pixel and every grey, which counter it is, and whether a
 * phone reads it.
 */
import { fitLines, type LinesStyle } from '../fit-lines.ts';
import { fitLine, stampCentred } from '../text-layout.ts';
import { BLACK, Bitmap } from '../bitmap.ts';
import { DARKEST } from '../encode/darkest.ts';
import { gridStack } from '../grid-letters/grid-caption.ts';
import { gridNames } from '../grid-letters/grid-names.ts';
import { drawnLines } from '../grid-letters/grid-text.ts';
import type { ImageTools, Screen } from '../picture.ts';
import { drawText } from '../qr/draw.ts';
import { drawMatrix } from '../qr/place.ts';
import { gridBlock, stampCaption, type LetterStyle } from './caption.ts';

type TestScreen = Extract<Screen, { kind: 'test' }>;

/** Greys that the panel encoder writes exactly (one step of its first coefficient is 255 / 8). */
const RAMP_STEPS = 9;
const NAME: LinesStyle = { weight: 'bold', heightPx: 30, oneLineAtLeastPx: 22, atLeastPx: 16, overflow: 'shorten' };
const NAME_TOP = 128;
const NAME_BOX = 68;
const FACTS_TOP = 200;
/** The longest name whose code has room on the card; in bytes of UTF-8. */
const MAX_NAME_BYTES = 48;
const MODULE_PX = 4;
/** White below the code, in px. */
const BELOW_CODE = 20;

export async function testCard(screen: TestScreen, tools: ImageTools, letterStyle: LetterStyle): Promise<Bitmap> {
  const bitmap = new Bitmap();
  frame(bitmap);
  // Lines one pixel apart: upright, then lying. They run into grey where the display scales the picture.
  for (let px = 0; px < 128; px += 2) {
    bitmap.fill(24 + px, 24, 1, 32, BLACK);
    if (px < 32) bitmap.fill(200, 24 + px, 96, 1, BLACK);
  }
  for (let step = 0; step < RAMP_STEPS; step++)
    bitmap.fill(16 + step * 32, 72, 32, 48, Math.max(DARKEST, Math.round((step * 255) / (RAMP_STEPS - 1))));
  await (letterStyle === 'grid' ? stampOnGrid(bitmap, screen, tools) : stampSmooth(bitmap, screen, tools));
  stampCode(bitmap, screen.deviceName);
  return bitmap;
}

const speedOf = (baudRate: number): string => (baudRate > 0 && Number.isFinite(baudRate) ? `${baudRate} baud` : 'USB');

async function stampSmooth(
  bitmap: Bitmap,
  { deviceName, baudRate, time }: TestScreen,
  tools: ImageTools,
): Promise<void> {
  await stampName(bitmap, deviceName, tools);
  const lines = [
    await fitLine(tools, speedOf(baudRate), { heightPx: 24, weight: 'regular' }, 288),
    await fitLine(tools, clockTime(time), { heightPx: 20, weight: 'regular', leastHeightPx: 14 }, 288),
  ];
  lines.forEach((line, i) => line && stampCentred(bitmap, line, 216 + i * 34));
}

/** Date and time are two lines there. A name or a time with letters that are not on the grid is drawn smoothly. */
async function stampOnGrid(bitmap: Bitmap, screen: TestScreen, tools: ImageTools): Promise<void> {
  const { deviceName, baudRate, time } = screen;
  const facts = [
    drawnLines([speedOf(baudRate)], 'regular'),
    drawnLines(clockTime(time).split(/(?<=^[-\d]+) /), 'regular'),
  ];
  if (!facts.every((part) => part !== undefined)) return stampSmooth(bitmap, screen, tools);
  stampCaption(bitmap, gridBlock(gridStack(facts)), FACTS_TOP);
  const choices = [drawnLines([deviceName], 'bold'), ...gridNames(deviceName)].filter((lines) => lines !== undefined);
  const name = choices.map((lines) => gridBlock(gridStack([lines]))).find(({ heightPx }) => heightPx <= NAME_BOX);
  if (!name) return stampName(bitmap, deviceName, tools);
  stampCaption(bitmap, name, NAME_TOP + (NAME_BOX - name.heightPx) / 2);
}

async function stampName(bitmap: Bitmap, deviceName: string, tools: ImageTools): Promise<void> {
  const name = await fitLines(tools, deviceName, NAME, 288);
  const top = NAME_TOP + Math.round((NAME_BOX - name.heightPx) / 2);
  name.images.forEach((line, i) => stampCentred(bitmap, line, top + i * name.stepPx));
}

/** A phone that reads it says at which counter it stands, and that this is no payment. */
function stampCode(bitmap: Bitmap, deviceName: string): void {
  const { matrix } = drawText(`Counter QR test card: ${shortened(deviceName)}`, 'L');
  const side = matrix.size * MODULE_PX;
  const grid = 2 * MODULE_PX;
  const x = Math.floor((bitmap.width - side) / 2 / grid) * grid;
  const y = Math.floor((bitmap.height - BELOW_CODE - side) / grid) * grid;
  drawMatrix(bitmap, matrix, MODULE_PX, x, y);
}

/** Whole characters of the name as far as there is room. */
function shortened(name: string): string {
  const letters = [...new Intl.Segmenter().segment(name)].map(({ segment }) => segment);
  const bytes = (): Uint8Array => new TextEncoder().encode(letters.join(''));
  while (bytes().length > MAX_NAME_BYTES) letters.pop();
  // By way of bytes, because half a character is no text.
  return new TextDecoder().decode(bytes());
}

/** The outermost pixels, so that a cut-off edge is seen. */
function frame(bitmap: Bitmap): void {
  const { width, height } = bitmap;
  bitmap.fill(0, 0, width, 1, BLACK);
  bitmap.fill(0, height - 1, width, 1, BLACK);
  bitmap.fill(0, 0, 1, height, BLACK);
  bitmap.fill(width - 1, 0, 1, height, BLACK);
}

/** `2026-11-25T19:40:34.000Z` as `2026-11-25 19:40:34 UTC`; any other text as it is. */
const clockTime = (time: string): string => time.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)[.\d]*Z$/, '$1 $2 UTC');
