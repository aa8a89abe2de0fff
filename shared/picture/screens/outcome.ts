/** How a payment ended, as a sign that needs no language: a tick on black, or a cross in a ring. */
import { fitLine, stampCentred } from '../text-layout.ts';
import { BLACK, Bitmap, WHITE } from '../bitmap.ts';
import type { Caption, ImageTools } from '../picture.ts';
import { cover, disc, stroke } from '../shapes.ts';
import { amountOf } from './amount.ts';

const CENTRE_X = 160;
const RADIUS = 88;

export async function paidScreen(caption: Caption | undefined, tools: ImageTools): Promise<Bitmap> {
  const bitmap = new Bitmap();
  const amount = await fitLine(tools, amountOf(caption), { heightPx: 48, weight: 'bold', leastHeightPx: 28 }, 288);
  const y = amount ? 192 : 240;
  cover(bitmap, disc(CENTRE_X, y, RADIUS), BLACK);
  cover(bitmap, stroke(CENTRE_X - 40, y + 4, CENTRE_X - 12, y + 32, 18), WHITE);
  cover(bitmap, stroke(CENTRE_X - 12, y + 32, CENTRE_X + 42, y - 28, 18), WHITE);
  if (amount) stampCentred(bitmap, amount, 320);
  return bitmap;
}

export function cancelledScreen(): Bitmap {
  const bitmap = new Bitmap();
  const y = 240;
  cover(bitmap, disc(CENTRE_X, y, RADIUS), BLACK);
  cover(bitmap, disc(CENTRE_X, y, RADIUS - 16), WHITE);
  cover(bitmap, stroke(CENTRE_X - 30, y - 30, CENTRE_X + 30, y + 30, 18), BLACK);
  cover(bitmap, stroke(CENTRE_X + 30, y - 30, CENTRE_X - 30, y + 30, 18), BLACK);
  return bitmap;
}
