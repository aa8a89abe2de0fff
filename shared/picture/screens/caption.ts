/** Who pays how much, in letters as large as the room allows. Money is never cut; a name may end in an ellipsis. */
import type { Bitmap } from '../bitmap.ts';
import { fitLines, type LinesStyle } from '../fit-lines.ts';
import { CELL_PX, gridCaption, type GridCaption } from '../grid-letters/grid-caption.ts';
import type { Caption, ImageTools } from '../picture.ts';
import type { GreyImage } from '../raster.ts';
import { amountOf, type AmountStyle } from './amount.ts';

/** Drawn once and stamped on as many sheets as are tried. */
export interface CaptionBlock {
  readonly lines: readonly CaptionLine[];
  readonly heightPx: number;
}

interface CaptionLine {
  readonly image: GreyImage;
  /** From the block's top. */
  readonly y: number;
  /** It lies on multiples of this. */
  readonly gridPx: 1 | typeof CELL_PX;
}

/** `grid`: cells of 4 px where the letters are known on the grid. `smooth`: by the realm's fonts. */
export type LetterStyle = 'grid' | 'smooth';

export const NO_CAPTION: CaptionBlock = { lines: [], heightPx: 0 };

const WIDTH_PX = 304;
/** Of the JPEG's blocks. */
const BLOCK_PX = 8;
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

export interface CaptionText {
  readonly name: string;
  /** As it is to be read. */
  readonly amount: string;
}

export const captionText = (caption: Caption | undefined, style: AmountStyle): CaptionText => ({
  name: caption?.customerName?.trim() ?? '',
  amount: amountOf(caption, style),
});

/** @param roomPx rows that it may take */
export async function captionBlock(
  tools: ImageTools,
  { name, amount }: CaptionText,
  roomPx: number,
  letterStyle: LetterStyle,
): Promise<CaptionBlock> {
  if (letterStyle === 'grid') {
    const onGrid = gridCaption(name, amount, roomPx);
    const block = onGrid ? gridBlock(onGrid) : await mixedBlock(tools, name, amount, roomPx);
    if (block) return block;
  }
  let block = NO_CAPTION;
  for (const scale of SCALES) {
    block = await smoothBlock(tools, { name, amount }, scale, letterStyle);
    if (block.heightPx <= roomPx) break;
  }
  return block;
}

/** A name in another script above money on the grid. */
async function mixedBlock(
  tools: ImageTools,
  name: string,
  amount: string,
  roomPx: number,
): Promise<CaptionBlock | undefined> {
  const money = gridCaption('', amount, roomPx);
  if (!money || money.lines.length === 0) return undefined;
  const below = gridBlock(money);
  for (const scale of SCALES) {
    const above = await smoothBlock(tools, { name, amount: '' }, scale, 'grid');
    const start = roundedUp(above.heightPx + GAP_PX, BLOCK_PX);
    if (start + below.heightPx > roomPx) continue;
    const lines = [...above.lines, ...below.lines.map((line) => ({ ...line, y: line.y + start }))];
    return { lines, heightPx: start + below.heightPx };
  }
  return undefined;
}

/** Among letters on the grid its lines stand on edges of blocks: half as many of their lowest pixels come out faint. */
async function smoothBlock(
  tools: ImageTools,
  { name, amount }: CaptionText,
  scale: number,
  beside: LetterStyle,
): Promise<CaptionBlock> {
  const rowsPx = beside === 'grid' ? BLOCK_PX : 1;
  const lines: CaptionLine[] = [];
  let bottom = -GAP_PX;
  for (const [text, style] of [
    [name, NAME],
    [amount, AMOUNT],
  ] as const) {
    const { images, stepPx, heightPx } = await fitLines(tools, text, scaled(style, scale), WIDTH_PX);
    let top = bottom + GAP_PX;
    for (const image of images) {
      const y = roundedUp(top + image.baseline, rowsPx) - image.baseline;
      lines.push({ image, y, gridPx: 1 });
      top = y + stepPx;
    }
    // `top` is where one more line would begin.
    if (images.length > 0) bottom = top + heightPx - images.length * stepPx;
  }
  return { lines, heightPx: Math.max(0, bottom) };
}

const roundedUp = (px: number, grid: number): number => Math.ceil(px / grid) * grid;

const scaled = (style: LinesStyle, scale: number): LinesStyle => ({
  ...style,
  heightPx: Math.round(style.heightPx * scale),
  oneLineAtLeastPx: Math.round(style.oneLineAtLeastPx * scale),
  atLeastPx: Math.round(style.atLeastPx * Math.max(scale, 0.8)),
});

export function gridBlock({ lines, height }: GridCaption): CaptionBlock {
  const drawn = lines.map(({ line, row }) => {
    const [width, rows] = [line.width * CELL_PX, (line.bottom - line.top) * CELL_PX];
    const grey = new Uint8Array(width * rows).fill(255);
    for (const [column, cellRow] of line.cells)
      for (let y = 0; y < CELL_PX; y++) {
        const at = ((cellRow - line.top) * CELL_PX + y) * width + column * CELL_PX;
        grey.fill(0, at, at + CELL_PX);
      }
    return { image: { width, height: rows, grey }, y: (row + line.top) * CELL_PX, gridPx: CELL_PX } as const;
  });
  return { lines: drawn, heightPx: height * CELL_PX };
}

/** @param top of the first line, in px */
export function stampCaption(bitmap: Bitmap, { lines }: CaptionBlock, top: number): void {
  const snapped = (px: number, grid: number): number => Math.floor(px / grid) * grid;
  for (const { image, y, gridPx } of lines)
    bitmap.stamp(image, snapped((bitmap.width - image.width) / 2, gridPx), Math.round(top / BLOCK_PX) * BLOCK_PX + y);
}
