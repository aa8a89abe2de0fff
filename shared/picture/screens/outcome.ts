/** How a payment ended, as a sign that needs no language: a tick on black, or a cross in a ring. */
import { BLACK, Bitmap, WHITE } from '../bitmap.ts';
import { fitLines, type LinesStyle } from '../fit-lines.ts';
import { gridCaption } from '../grid-letters/grid-caption.ts';
import type { ImageTools } from '../picture.ts';
import { cover, disc, stroke } from '../shapes.ts';
import { stampCentred } from '../text-layout.ts';
import { gridBlock, stampCaption, type LetterStyle } from './caption.ts';

const CENTRE_X = 160;
const RADIUS = 88;

const AMOUNT: LinesStyle = { weight: 'bold', heightPx: 48, oneLineAtLeastPx: 28, atLeastPx: 28, overflow: 'shrink' };

const AMOUNT_TOP = 320;
const AMOUNT_ROOM = 128;

/** @param amount as it is to be read; empty where there is none */
export async function paidScreen(amount: string, tools: ImageTools, letterStyle: LetterStyle): Promise<Bitmap> {
  const bitmap = new Bitmap();
  const onGrid = letterStyle === 'grid' && amount !== '' ? gridCaption('', amount, AMOUNT_ROOM) : undefined;
  const lines = await fitLines(tools, onGrid ? '' : amount, AMOUNT, 288);
  const y = amount === '' ? 240 : 192;
  cover(bitmap, disc(CENTRE_X, y, RADIUS), BLACK);
  cover(bitmap, stroke(CENTRE_X - 40, y + 4, CENTRE_X - 12, y + 32, 18), WHITE);
  cover(bitmap, stroke(CENTRE_X - 12, y + 32, CENTRE_X + 42, y - 28, 18), WHITE);
  if (onGrid) stampCaption(bitmap, gridBlock(onGrid), AMOUNT_TOP);
  lines.images.forEach((line, i) => stampCentred(bitmap, line, AMOUNT_TOP + i * lines.stepPx));
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
