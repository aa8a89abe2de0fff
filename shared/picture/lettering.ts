/** Lines of text: cut to fit, centred. Letters come from the realm (ImageTools); here is only where they go. */
import type { Paper } from './paper.ts';
import type { ImageTools } from './picture.ts';
import { flatten, toGrey, type GreyImage } from './raster.ts';

export interface LineStyle {
  readonly heightPx: number;
  readonly weight: 'regular' | 'bold';
  /** Shrinks down to this before it is cut. */
  readonly leastHeightPx?: number;
}

/** One line, not wider than `maxWidth`: first smaller, then shortened. Undefined where the realm draws no text. */
export async function fitLine(
  tools: ImageTools,
  text: string,
  { heightPx, weight, leastHeightPx = heightPx }: LineStyle,
  maxWidth: number,
): Promise<GreyImage | undefined> {
  if (!tools.drawText || text.trim() === '') return undefined;
  const draw = async (line: string, height: number): Promise<GreyImage | undefined> => {
    const raster = await tools.drawText?.(line, height, weight);
    return raster && trimmed(toGrey(flatten(raster)));
  };
  let image = await draw(text, heightPx);
  if (!image || image.width <= maxWidth) return image;
  const height = Math.max(leastHeightPx, Math.floor((heightPx * maxWidth) / image.width));
  image = await draw(text, height);
  const letters = [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);
  while (image && image.width > maxWidth && letters.length > 1) {
    const keep = Math.min(letters.length - 1, Math.floor((letters.length * maxWidth) / image.width));
    letters.length = Math.max(1, keep);
    image = await draw(`${letters.join('').trimEnd()}…`, height);
  }
  return image;
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

/** @param y top of the line */
export function stampCentred(paper: Paper, image: GreyImage, y: number): void {
  paper.stamp(image, Math.round((paper.width - image.width) / 2), y);
}
