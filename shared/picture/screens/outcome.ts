/** How a payment ended, as a sign that needs no language: a tick on black, or a cross in a ring. */
import { fitLine, stampCentred } from '../text-layout.ts';
import { BLACK, Paper, WHITE } from '../bitmap.ts';
import type { Caption, ImageTools } from '../picture.ts';
import { cover, disc, stroke } from '../shapes.ts';
import { amountOf } from './amount.ts';

const CENTRE_X = 160;
const RADIUS = 88;

export async function paidScreen(caption: Caption | undefined, tools: ImageTools): Promise<Paper> {
  const paper = new Paper();
  const amount = await fitLine(tools, amountOf(caption), { heightPx: 48, weight: 'bold', leastHeightPx: 28 }, 288);
  const y = amount ? 192 : 240;
  cover(paper, disc(CENTRE_X, y, RADIUS), BLACK);
  cover(paper, stroke(CENTRE_X - 40, y + 4, CENTRE_X - 12, y + 32, 18), WHITE);
  cover(paper, stroke(CENTRE_X - 12, y + 32, CENTRE_X + 42, y - 28, 18), WHITE);
  if (amount) stampCentred(paper, amount, 320);
  return paper;
}

export function cancelledScreen(): Paper {
  const paper = new Paper();
  const y = 240;
  cover(paper, disc(CENTRE_X, y, RADIUS), BLACK);
  cover(paper, disc(CENTRE_X, y, RADIUS - 16), WHITE);
  cover(paper, stroke(CENTRE_X - 30, y - 30, CENTRE_X + 30, y + 30, 18), BLACK);
  cover(paper, stroke(CENTRE_X + 30, y - 30, CENTRE_X - 30, y + 30, 18), BLACK);
  return paper;
}
