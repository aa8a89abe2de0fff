/** A name or an amount in one line or two, in the largest letters that a width allows. */
import { LINE_BOX, type ImageTools } from './picture.ts';
import { drawLine, fitLine, type TextLine, type Weight } from './text-layout.ts';
import { breaksOf } from './break-in-two.ts';
import { piecesOf, type Piece } from './wrap.ts';

export interface LinesStyle {
  readonly weight: Weight;
  readonly heightPx: number;
  /** Two lines are taken when one would be lower than this. */
  readonly oneLineAtLeastPx: number;
  /** What is lower than this even in two lines: a name is shortened, money never is. */
  readonly atLeastPx: number;
  readonly overflow: 'shorten' | 'shrink';
}

export interface Lines {
  readonly images: readonly TextLine[];
  /** From one line's top to the next one's, in px. */
  readonly stepPx: number;
  /** Of all lines, the spare room of the last left off; in px. */
  readonly heightPx: number;
}

const NO_LINES: Lines = { images: [], stepPx: 0, heightPx: 0 };
/** Of a line's height: from baseline to baseline. */
const STEP = 1.25;
/** No letters are lower than this; in px. */
const LOWEST_PX = 8;

/** Not wider than `maxWidth`. Empty where there is nothing to be seen. */
export async function fitLines(tools: ImageTools, text: string, style: LinesStyle, maxWidth: number): Promise<Lines> {
  const { heightPx, weight, oneLineAtLeastPx, atLeastPx, overflow } = style;
  const whole = await drawLine(tools, text, heightPx, weight);
  if (!whole) return NO_LINES;
  const heightFor = (width: number): number => Math.min(heightPx, Math.floor((heightPx * maxWidth) / width));
  const oneLinePx = heightFor(whole.width);
  if (oneLinePx === heightPx) return stacked([whole], heightPx);
  const halves = oneLinePx >= oneLineAtLeastPx ? undefined : await halvesOf(tools, breakable(text, style), style);
  const twoLinesPx = halves ? heightFor(halves.width) : 0;
  const lines = halves && twoLinesPx > oneLinePx ? halves.lines : [text];
  const fitting = Math.max(oneLinePx, twoLinesPx, LOWEST_PX);
  const px = overflow === 'shorten' ? Math.max(fitting, atLeastPx) : fitting;
  const images: TextLine[] = [];
  for (const line of lines) {
    const image = await (overflow === 'shorten'
      ? fitLine(tools, line, { heightPx: px, weight }, maxWidth)
      : drawnWithin(tools, line, { heightPx: px, weight }, maxWidth));
    if (image) images.push(image);
  }
  return stacked(images, px);
}

/** Letters are hinted and rounded, so that a line may be a little wider than its share. */
async function drawnWithin(
  tools: ImageTools,
  text: string,
  { heightPx, weight }: Pick<LinesStyle, 'heightPx' | 'weight'>,
  maxWidth: number,
): Promise<TextLine | undefined> {
  for (let px = heightPx; ; px--) {
    const image = await drawLine(tools, text, px, weight);
    if (!image || image.width <= maxWidth || px <= LOWEST_PX) return image;
  }
}

function stacked(images: readonly TextLine[], heightPx: number): Lines {
  const stepPx = Math.round(heightPx * STEP);
  const last = images.at(-1)?.height ?? 0;
  return { images, stepPx, heightPx: (images.length - 1) * stepPx + Math.round(last * (STEP / LINE_BOX)) };
}

interface Halves {
  readonly lines: readonly [string, string];
  /** Of the wider one, at the style's height. */
  readonly width: number;
}

/** The break that leaves the wider line narrowest. Undefined where a text has no place for one. */
async function halvesOf(
  tools: ImageTools,
  pieces: readonly Piece[],
  { heightPx, weight }: LinesStyle,
): Promise<Halves | undefined> {
  let best: Halves | undefined;
  for (const lines of breaksOf(pieces)) {
    const widths = [];
    for (const line of lines) widths.push((await drawLine(tools, line, heightPx, weight))?.width ?? 0);
    const width = Math.max(...widths);
    if (!best || width < best.width) best = { lines, width };
  }
  return best;
}

/** A name of one word is hyphenated rather than cut; a number is not. */
function breakable(text: string, { overflow }: LinesStyle): readonly Piece[] {
  const pieces = piecesOf(text);
  if (pieces.length > 1 || overflow === 'shrink') return pieces;
  const letters = [...new Intl.Segmenter().segment(text.trim())].map(({ segment }) => segment);
  const middle = Math.ceil(letters.length / 2);
  const [start, end] = [letters.slice(0, middle).join(''), letters.slice(middle).join('')];
  return letters.length < 4 ? pieces : [{ text: `${start}-`, gap: '' }, { text: end, gap: '' }]; // prettier-ignore
}
