/** For the person who sets a display up: whether it shows every pixel and every grey, and which counter it is. */
import { fitBlock, fitLine, stampBlock, stampCentred } from '../text-layout.ts';
import { BLACK, Bitmap } from '../bitmap.ts';
import type { ImageTools, Screen } from '../picture.ts';

type TestScreen = Extract<Screen, { kind: 'test' }>;

/** Greys that the panel encoder writes exactly (one step of its first coefficient is 255 / 8). */
const RAMP_STEPS = 9;
/** BLACK is a code's black, which the encoder writes as 32; this is as dark as the display gets. */
const DARKEST = 1;

export async function testCard({ deviceName, baudRate, time }: TestScreen, tools: ImageTools): Promise<Bitmap> {
  const bitmap = new Bitmap();
  frame(bitmap);
  // Lines one pixel apart: upright, then lying. They run into grey where the display scales the picture.
  for (let px = 0; px < 128; px += 2) {
    bitmap.fill(24 + px, 24, 1, 64, BLACK);
    if (px < 64) bitmap.fill(168, 24 + px, 128, 1, BLACK);
  }
  for (let step = 0; step < RAMP_STEPS; step++)
    bitmap.fill(16 + step * 32, 112, 32, 64, Math.max(DARKEST, Math.round((step * 255) / (RAMP_STEPS - 1))));
  const name = { width: 288, height: 128, largestPx: 48, leastPx: 16, weight: 'bold' } as const;
  stampBlock(bitmap, await fitBlock(tools, deviceName, name), 192, 128);
  const speed = baudRate > 0 && Number.isFinite(baudRate) ? `${baudRate} baud` : 'USB';
  const lines = [
    await fitLine(tools, speed, { heightPx: 28, weight: 'regular' }, 288),
    await fitLine(tools, clockTime(time), { heightPx: 24, weight: 'regular', leastHeightPx: 14 }, 288),
  ];
  lines.forEach((line, i) => line && stampCentred(bitmap, line, 344 + i * 44));
  return bitmap;
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
