/**
 * Text as images: one line cut to fit, or a block in the largest letters that its box allows. Letters come from the
 * realm.
 */
import type { Bitmap } from './bitmap.ts';
import { LINE_BOX, TEXT_BASELINE, TEXT_LINE, type ImageTools } from './picture.ts';
import { flatten, toGrey, type GreyImage } from './raster.ts';
import { piecesOf, wrap } from './wrap.ts';

export type Weight = 'regular' | 'bold';

interface LineStyle {
  readonly heightPx: number;
  readonly weight: Weight;
  /** Shrinks down to this before it is cut. */
  readonly leastHeightPx?: number;
}

export interface TextLine extends GreyImage {
  /** Rows above the line that its letters stand on. */
  readonly baseline: number;
}

/** Undefined where there is nothing to be seen, or the realm draws no text. */
export async function drawLine(
  tools: ImageTools,
  text: string,
  heightPx: number,
  weight: Weight,
): Promise<TextLine | undefined> {
  const raster = text.trim() === '' ? undefined : await tools.drawText?.(text, heightPx, weight);
  const line = raster && trimmed(toGrey(flatten(raster)));
  return line && withoutSpareTop(line, heightPx);
}

/** One line, not wider than `maxWidth`: first smaller, then shortened. Undefined where there is nothing to be seen. */
export async function fitLine(
  tools: ImageTools,
  text: string,
  { heightPx, weight, leastHeightPx = heightPx }: LineStyle,
  maxWidth: number,
): Promise<TextLine | undefined> {
  let image = await drawLine(tools, text, heightPx, weight);
  if (!image || image.width <= maxWidth) return image;
  const height = Math.max(leastHeightPx, Math.floor((heightPx * maxWidth) / image.width));
  image = await drawLine(tools, text, height, weight);
  const letters = [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);
  while (image && image.width > maxWidth && letters.length > 1) {
    letters.length = Math.max(1, Math.min(letters.length - 1, Math.floor((letters.length * maxWidth) / image.width)));
    image = await drawLine(tools, `${letters.join('').trimEnd()}…`, height, weight);
  }
  return image;
}

interface BlockStyle {
  readonly width: number;
  readonly height: number;
  readonly largestPx: number;
  readonly leastPx: number;
  readonly weight: Weight;
}

/** Of a line's height. */
const LINE_STEP = 1.25;
const MEASURED_AT_PX = 40;

export interface Block {
  readonly lines: readonly GreyImage[];
  /** From one line's top to the next one's, in px. */
  readonly step: number;
}

/** Several lines; what does not fit even in the smallest letters ends in an ellipsis. */
export async function fitBlock(tools: ImageTools, text: string, style: BlockStyle): Promise<Block> {
  const { width, height, largestPx, leastPx, weight } = style;
  const pieces = piecesOf(text);
  const measured = new Map<string, number>();
  for (const piece of [' ', ...pieces.map(({ text: each }) => each)])
    if (!measured.has(piece)) measured.set(piece, (await tools.drawText?.(piece, MEASURED_AT_PX, weight))?.width ?? 0);
  const widthAt = (px: number) => (piece: string) => ((measured.get(piece) ?? 0) * px) / MEASURED_AT_PX;
  let px = largestPx;
  let lines = wrap(pieces, widthAt(px), width);
  const fits = (): boolean => lines !== undefined && lines.length * px * LINE_STEP <= height;
  while (px > leastPx && !fits()) lines = wrap(pieces, widthAt(--px), width);
  const room = Math.max(1, Math.floor(height / (px * LINE_STEP)));
  const all = lines ?? [text];
  const kept = all.length > room ? [...all.slice(0, room - 1), all.slice(room - 1).join(' ')] : all;
  const drawn: GreyImage[] = [];
  for (const line of kept) {
    const image = await fitLine(tools, line, { heightPx: px, weight }, width);
    if (image) drawn.push(image);
  }
  return { lines: drawn, step: Math.round(px * LINE_STEP) };
}

/** Columns without ink at both ends are left off, so that centring is by what is seen. */
function trimmed({ width, height, grey }: GreyImage): GreyImage | undefined {
  const inked = (column: number): boolean => {
    for (let row = 0; row < height; row++) if (grey[row * width + column] < 250) return true;
    return false;
  };
  let left = 0;
  while (left < width && !inked(left)) left++;
  if (left === width) return undefined;
  let right = width;
  while (!inked(right - 1)) right--;
  const cut = new Uint8Array((right - left) * height);
  for (let row = 0; row < height; row++)
    cut.set(grey.subarray(row * width + left, row * width + right), row * (right - left));
  return { width: right - left, height, grey: cut };
}

/** Most letters leave the room for marks over marks empty. */
function withoutSpareTop({ width, height, grey }: GreyImage, heightPx: number): TextLine {
  const most = Math.round((TEXT_LINE - LINE_BOX) * heightPx);
  let empty = 0;
  while (empty < most && grey.subarray(empty * width, (empty + 1) * width).every((level) => level >= 250)) empty++;
  const baseline = Math.round(heightPx * TEXT_BASELINE) - empty;
  return { width, height: height - empty, grey: grey.subarray(empty * width), baseline };
}

/** @param y top of the line */
export function stampCentred(bitmap: Bitmap, image: GreyImage, y: number): void {
  bitmap.stamp(image, Math.round((bitmap.width - image.width) / 2), y);
}

/** Centred in both directions. @param y of the box, in px; its height beside it */
export function stampBlock(bitmap: Bitmap, { lines, step }: Block, y: number, height: number): void {
  // A line's image has its spare room below; without it the block looks centred.
  const spare = Math.round(step * (LINE_BOX / LINE_STEP - 1));
  let top = y + Math.round((height - lines.length * step - spare) / 2);
  for (const line of lines) {
    stampCentred(bitmap, line, top);
    top += step;
  }
}
