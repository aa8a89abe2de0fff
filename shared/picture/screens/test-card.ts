/**
 * For the person who sets a display up: whether it shows every pixel and every grey, which counter it is, and whether a
 * phone reads it.
 */
import { fitLines, type LinesStyle } from '../fit-lines.ts';
import { fitLine, stampCentred } from '../text-layout.ts';
import { BLACK, Bitmap } from '../bitmap.ts';
import type { ImageTools, Screen } from '../picture.ts';
import { drawText } from '../qr/draw.ts';
import { drawMatrix } from '../qr/place.ts';

type TestScreen = Extract<Screen, { kind: 'test' }>;

/** Greys that the panel encoder writes exactly (one step of its first coefficient is 255 / 8). */
const RAMP_STEPS = 9;
/** BLACK is a code's black, which the encoder writes as 32; this is as dark as the display gets. */
const DARKEST = 1;
const NAME: LinesStyle = { weight: 'bold', heightPx: 30, oneLineAtLeastPx: 22, atLeastPx: 16, overflow: 'shorten' };
const NAME_TOP = 132;
const NAME_BOX = 72;
/** The longest name whose code has room on the card; in bytes of UTF-8. */
const MAX_NAME_BYTES = 48;
const MODULE_PX = 4;
/** Top of the box in which the code stands, and its height with a quiet zone; a multiple of the encoder's blocks. */
const CODE_TOP = 296;
const CODE_BOX = 176;

export async function testCard({ deviceName, baudRate, time }: TestScreen, tools: ImageTools): Promise<Bitmap> {
  const bitmap = new Bitmap();
  frame(bitmap);
  // Lines one pixel apart: upright, then lying. They run into grey where the display scales the picture.
  for (let px = 0; px < 128; px += 2) {
    bitmap.fill(24 + px, 24, 1, 32, BLACK);
    if (px < 32) bitmap.fill(168, 24 + px, 128, 1, BLACK);
  }
  for (let step = 0; step < RAMP_STEPS; step++)
    bitmap.fill(16 + step * 32, 72, 32, 48, Math.max(DARKEST, Math.round((step * 255) / (RAMP_STEPS - 1))));
  const name = await fitLines(tools, deviceName, NAME, 288);
  const top = NAME_TOP + Math.round((NAME_BOX - name.heightPx) / 2);
  name.images.forEach((line, i) => stampCentred(bitmap, line, top + i * name.stepPx));
  const speed = baudRate > 0 && Number.isFinite(baudRate) ? `${baudRate} baud` : 'USB';
  const lines = [
    await fitLine(tools, speed, { heightPx: 24, weight: 'regular' }, 288),
    await fitLine(tools, clockTime(time), { heightPx: 20, weight: 'regular', leastHeightPx: 14 }, 288),
  ];
  lines.forEach((line, i) => line && stampCentred(bitmap, line, 216 + i * 34));
  stampCode(bitmap, deviceName);
  return bitmap;
}

/** A phone that reads it says at which counter it stands, and that this is no payment. */
function stampCode(bitmap: Bitmap, deviceName: string): void {
  const { matrix } = drawText(`Counter QR test card: ${shortened(deviceName)}`, 'L');
  const side = matrix.size * MODULE_PX;
  const grid = 2 * MODULE_PX;
  const x = Math.floor((bitmap.width - side) / 2 / grid) * grid;
  const y = CODE_TOP + Math.floor((CODE_BOX - side) / 2 / grid) * grid;
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
