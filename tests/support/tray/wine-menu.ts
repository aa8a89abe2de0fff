/**
 * The icon's menu under Wine as a person uses it: a right click, arrow keys, Return. What is on the screen is told by
 * its colours.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { PNG } from 'pngjs';
import { until } from '../wait.ts';
import type { WindowsPc } from './wine.ts';

/** The menu's frame and separator; nothing else on the desktop has this grey. */
const FRAME = [166, 166, 166] as const;
/** Without a menu, and with one. */
const FRAME_PIXELS = { none: 50, open: 200 } as const;
/** Wine draws a menu some time after the click. */
const DRAWN_WITHIN_MS = 1_500;

type Colour = readonly [number, number, number];

/** How many pixels of a screenshot have just this colour. */
export function pixelsOf(file: string, [r, g, b]: Colour): number {
  const { data } = PNG.sync.read(readFileSync(file));
  let count = 0;
  for (let at = 0; at < data.length; at += 4) if (data[at] === r && data[at + 1] === g && data[at + 2] === b) count++;
  return count;
}

/** @param screenshot is written each time; the last one shows the open menu */
export async function chooseFromMenu(pc: WindowsPc, screenshot: string, ...keys: readonly string[]): Promise<void> {
  const frame = (): number => {
    pc.screenshot(screenshot);
    return pixelsOf(screenshot, FRAME);
  };
  await until('no menu is open', () => frame() < FRAME_PIXELS.none);
  await until(
    'the menu is drawn',
    async () => {
      await pc.clickIcon(3);
      await sleep(DRAWN_WITHIN_MS);
      return frame() > FRAME_PIXELS.open;
    },
    { everyMs: 1_000, timeoutMs: 60_000 },
  );
  pc.keys(...keys);
}
