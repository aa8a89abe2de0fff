/**
 * In which ways a code may be drawn, from the most wanted to the cheapest. Far readable squares come first, then the caption, then
 * squares beyond what reading needs; `fast` is for what is over the budget otherwise.
 */
import type { PictureSettings } from '../schemas.ts';
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

/** From this size on a larger one is worth less than a caption, and no long wait: it is taken where the wire is quick. */
const READ_FROM_AFAR_PX = 8;
const LUXURY_SHARE = 0.25;
/** Of ordinary coding: below 45 it rings around the squares, which zbar takes for more squares. */
const ORDINARY_QUALITY = 50;
/** What is tried when no other way was read back. */
const LAST_RESORT_QUALITY = 70;

export function plansFor(
  matrix: QrMatrix,
  { size, caption }: PictureSettings,
  hasCaption: boolean,
  displayWidth: number,
): readonly Plan[] {
  const sizes = sizesFor(matrix, size, displayWidth);
  const enough = size === 'large' ? Infinity : READ_FROM_AFAR_PX;
  const captions = !hasCaption ? [false] : caption === 'always' ? [true] : [true, false];
  const plans = sizes.flatMap((modulePx) =>
    captions.flatMap((withCaption) =>
      writingsFor(modulePx).map((writing) => ({
        ...plan(matrix, modulePx, withCaption, writing),
        share: modulePx > enough ? LUXURY_SHARE : 1,
      })),
    ),
  );
  const capped = (px: number): number => Math.min(px, enough);
  plans.sort(
    (a, b) =>
      capped(b.modulePx) - capped(a.modulePx) ||
      Number(b.caption) - Number(a.caption) ||
      b.modulePx - a.modulePx ||
      rank(a.writing) - rank(b.writing),
  );
  const smallest = sizes.at(-1);
  if (smallest !== undefined)
    plans.push(plan(matrix, smallest, caption === 'always' && hasCaption, LAST_RESORT_QUALITY));
  return plans;
}

/** Largest first. `quick`: only those that the encoder writes in few bytes, where there are any. */
function sizesFor(matrix: QrMatrix, size: PictureSettings['size'], displayWidth: number): readonly number[] {
  const fitting = moduleSizes(matrix, displayWidth);
  // Squares below 4 px are hard to read and take no fewer bytes; they are for codes that have no other way.
  const sizes = fitting.some((px) => px >= 4) ? fitting.filter((px) => px >= 4) : fitting;
  const cheap = sizes.filter((px) => px === 4 || px === 8);
  return size === 'quick' && cheap.length > 0 ? cheap : sizes;
}

/**
 * The panel encoder is for squares that meet the blocks: four of them in each, or whole blocks. Others come out of it with edges that
 * zbar does not read at full size, however few bytes they take; they are coded in the ordinary way or not drawn. The looser table
 * pays only where every block holds four squares.
 */
function writingsFor(modulePx: number): readonly Writing[] {
  if (modulePx === 4) return ['crisp', 'fast'];
  return modulePx % 8 === 0 ? ['crisp'] : [ORDINARY_QUALITY];
}

const rank = (writing: Writing): number => (writing === 'crisp' ? 0 : writing === 'fast' ? 1 : 2);

/** Headers, tables, and the blocks of an empty sheet. */
const EMPTY_BYTES = 500;
const CAPTION_BYTES = 250;

/** Bits a square, fewer than ever seen: a whole block is a difference of levels, elsewhere it is edges as well. */
function leastBits(modulePx: number, writing: Writing): number {
  if (typeof writing === 'number') return 3 * modulePx;
  if (modulePx % 8 === 0) return 2;
  return writing === 'fast' ? 5 : 1.5 * modulePx;
}

function plan(matrix: QrMatrix, modulePx: number, caption: boolean, writing: Writing): Plan {
  const squares = (matrix.dark.length * leastBits(modulePx, writing)) / 8;
  return { modulePx, caption, writing, share: 1, leastBytes: EMPTY_BYTES + (caption ? CAPTION_BYTES : 0) + squares };
}
