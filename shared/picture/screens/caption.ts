/** Who pays how much, in letters as large as the room allows. Money is never cut; a name may end in an ellipsis. */
import type { Bitmap } from '../bitmap.ts';
import { fitLines, type Lines, type LinesStyle } from '../fit-lines.ts';
import type { Caption, ImageTools } from '../picture.ts';
import { stampCentred } from '../text-layout.ts';
import { amountOf, type AmountStyle } from './amount.ts';

/** Drawn once and stamped on as many sheets as are tried. */
export interface CaptionBlock {
  readonly parts: readonly Lines[];
  readonly heightPx: number;
}

export const NO_CAPTION: CaptionBlock = { parts: [], heightPx: 0 };

const WIDTH_PX = 304;
/** Between name and amount. */
const GAP_PX = 4;
const NAME: LinesStyle = {
  weight: 'regular',
  heightPx: 30,
  oneLineAtLeastPx: 24,
  atLeastPx: 20,
  overflow: 'shorten',
};
const AMOUNT: LinesStyle = { weight: 'bold', heightPx: 48, oneLineAtLeastPx: 30, atLeastPx: 30, overflow: 'shrink' };
/** Tried one after the other until name and amount fit the room. */
const SCALES = [1, 0.9, 0.8, 0.7, 0.6, 0.5];

/** @param roomPx rows that it may take */
export async function captionBlock(
  tools: ImageTools,
  caption: Caption | undefined,
  style: AmountStyle,
  roomPx: number,
): Promise<CaptionBlock> {
  const amount = amountOf(caption, style);
  let block = NO_CAPTION;
  for (const scale of SCALES) {
    const parts = [
      await fitLines(tools, caption?.customerName ?? '', scaled(NAME, scale), WIDTH_PX),
      await fitLines(tools, amount, scaled(AMOUNT, scale), WIDTH_PX),
    ].filter(({ images }) => images.length > 0);
    const heightPx = parts.reduce((sum, part) => sum + part.heightPx, GAP_PX * Math.max(0, parts.length - 1));
    block = { parts, heightPx };
    if (heightPx <= roomPx) break;
  }
  return block;
}

const scaled = (style: LinesStyle, scale: number): LinesStyle => ({
  ...style,
  heightPx: Math.round(style.heightPx * scale),
  oneLineAtLeastPx: Math.round(style.oneLineAtLeastPx * scale),
  atLeastPx: Math.round(style.atLeastPx * Math.max(scale, 0.8)),
});

/** @param y of the first line's top, in px */
export function stampCaption(bitmap: Bitmap, { parts }: CaptionBlock, y: number): void {
  let top = y;
  for (const { images, stepPx, heightPx } of parts) {
    images.forEach((image, i) => stampCentred(bitmap, image, top + i * stepPx));
    top += heightPx + GAP_PX;
  }
}
