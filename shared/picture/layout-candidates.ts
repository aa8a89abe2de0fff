/**
 * In which ways a code may be drawn, from the most wanted to the cheapest. Large squares come first, up to what reading needs, then
 * the caption; `fast` is for what is over the budget otherwise.
 */
import type { PictureSettings } from '../wire/schemas.ts';
import { moduleSizes } from './qr/place.ts';
import type { QrMatrix } from './qr/symbol.ts';
import type { Writing } from './write-panel.ts';

export interface Plan {
  readonly modulePx: number;
  readonly caption: boolean;
  readonly writing: Writing;
  /** Of the budget, how much it may take. */
  readonly share: number;
  /** Surely more bytes than this; saves coding what cannot fit. */
  readonly leastBytes: number;
}

/**
 * Nothing larger is drawn: squares of 9 to 13 px, which only versions 1 to 4 have room for, take four times the bytes, and captures of
 * them were read less than of 8 px, whose edges meet the blocks and whose eyes are shaded (docs/picture.md).
 */
const LARGEST_PX = 8;
const LUXURY_SHARE = 0.25;
/** Of ordinary coding, which writes squares of whole blocks exactly and letters softly. */
const SOFT_LETTERS_QUALITY = 60;
/** What is tried when no other way was read back: in the smallest squares, but those of 2 px, which no soft camera reads, only where none else fit. */
const LAST_RESORT_QUALITY = 70;
const FAINT_PX = 2;

export function plansFor(
  matrix: QrMatrix,
  { size, caption }: PictureSettings,
  hasCaption: boolean,
  displayWidth: number,
): readonly Plan[] {
  const sizes = sizesFor(matrix, size, displayWidth);
  const captions = !hasCaption ? [false] : caption === 'always' ? [true] : [true, false];
  const plans = sizes.flatMap((modulePx) =>
    captions.flatMap((withCaption) =>
      writingsFor(modulePx, withCaption).map(({ writing, luxury }) => ({
        ...plan(matrix, modulePx, withCaption, writing),
        share: luxury ? LUXURY_SHARE : 1,
      })),
    ),
  );
  plans.sort(
    (a, b) => b.modulePx - a.modulePx || Number(b.caption) - Number(a.caption) || rank(a.writing) - rank(b.writing),
  );
  const lastResort = sizes.findLast((px) => px > FAINT_PX) ?? sizes.at(-1);
  if (lastResort !== undefined)
    plans.push(plan(matrix, lastResort, caption === 'always' && hasCaption, LAST_RESORT_QUALITY));
  return plans;
}

/** Largest first. `quick`: only those that the encoder writes in few bytes, where there are any. */
function sizesFor(matrix: QrMatrix, size: PictureSettings['size'], displayWidth: number): readonly number[] {
  const fitting = moduleSizes(matrix, displayWidth).filter((px) => px <= LARGEST_PX);
  // Squares below 4 px are hard to read and take no fewer bytes; they are for codes that have no other way.
  const sizes = fitting.some((px) => px >= 4) ? fitting.filter((px) => px >= 4) : fitting;
  const cheap = sizes.filter((px) => px === 4 || px === 8);
  return size === 'quick' && cheap.length > 0 ? cheap : sizes;
}

/**
 * Squares of 4 px are four to a block and those of 8 px a block each: `crisp` writes them in fewest bytes, `fast` in fewer still where
 * every block holds four. All others have edges anywhere, which takes the finer table. A caption in soft letters is a luxury, for
 * wires on which nobody waits for it.
 */
function writingsFor(
  modulePx: number,
  caption: boolean,
): readonly { readonly writing: Writing; readonly luxury?: true }[] {
  if (modulePx === 4)
    return [
      ...(caption ? [{ writing: 'fine', luxury: true } as const] : []),
      { writing: 'crisp' },
      { writing: 'fast' },
    ];
  if (modulePx !== 8) return [{ writing: 'fine' }];
  return [...(caption ? [{ writing: SOFT_LETTERS_QUALITY, luxury: true } as const] : []), { writing: 'crisp' }];
}

/** Of several ways to write the same sheet, the finest first. */
const rank = (writing: Writing): number => (writing === 'fast' ? 2 : writing === 'crisp' ? 1 : 0);

/** Headers, tables, and the blocks of an empty sheet. */
const EMPTY_BYTES = 500;
const CAPTION_BYTES = 250;

/**
 * Bits a square, fewer than ever seen: a whole block is a difference of levels, elsewhere it is edges as well, which at 5 px and more are
 * 7 bits and more for each pixel of a square's side, fewer where they are grey. To search such a sheet's blocks for nothing takes longer than all else together.
 */
function leastBits(modulePx: number, writing: Writing): number {
  if (modulePx === 8) return 2;
  if (modulePx > 4) return (Number.isInteger(modulePx) ? 6 : 4.5) * modulePx;
  return writing === 'fast' ? 4.5 : 1.35 * modulePx;
}

function plan(matrix: QrMatrix, modulePx: number, caption: boolean, writing: Writing): Plan {
  const squares = (matrix.dark.length * leastBits(modulePx, writing)) / 8;
  return { modulePx, caption, writing, share: 1, leastBytes: EMPTY_BYTES + (caption ? CAPTION_BYTES : 0) + squares };
}
