/**
 * The ways in which a code may be drawn, from the most wanted to the cheapest. Large modules come first, then the
 * caption. `fast` is for codes that are over the budget otherwise.
 */
import type { PictureSettings } from '../wire/picture.ts';
import { moduleSizes } from './qr/place.ts';
import type { QrMatrix } from './qr/symbol.ts';
import type { Writing } from './write-panel.ts';

/** What of the caption is on the sheet: the amount is kept before the name. */
export type CaptionShare = 'all' | 'amount' | 'none';

export interface LayoutCandidate {
  readonly modulePx: number;
  readonly caption: CaptionShare;
  readonly writing: Writing;
  /** Of the budget, how much it may take. */
  readonly share: number;
  /** Surely more bytes than this; saves coding what cannot fit. */
  readonly leastBytes: number;
}

/**
 * Nothing larger is drawn. Only versions 1 to 4 have room for 9 to 13 px. Those take four times the bytes and were read
 * less often than 8 px, whose edges meet the blocks and whose finder patterns are shaded (docs/picture.md).
 */
const LARGEST_PX = 8;
const SOFT_LETTERS_SHARE = 0.25;
/** Of ordinary coding, which writes modules of whole blocks exactly and letters softly. */
const SOFT_LETTERS_QUALITY = 60;
/** Tried when no other way was read back, in the smallest modules above 2 px: no blurred camera reads 2 px. */
const LAST_RESORT_QUALITY = 70;
const UNREAD_PX = 2;

/** @param shares what may be on the sheet, the most wanted first */
export function layoutCandidates(
  matrix: QrMatrix,
  { size, caption }: PictureSettings,
  shares: readonly CaptionShare[],
  displayWidth: number,
): readonly LayoutCandidate[] {
  const sizes = sizesFor(matrix, size, displayWidth);
  const captions: readonly CaptionShare[] = caption === 'always' ? shares.slice(0, 1) : shares;
  const candidates = sizes.flatMap((modulePx) =>
    captions.flatMap((share) =>
      encodingsFor(modulePx, share !== 'none').map(({ writing, soft }) => ({
        ...candidateFor(matrix, modulePx, share, writing),
        share: soft ? SOFT_LETTERS_SHARE : 1,
      })),
    ),
  );
  candidates.sort(
    (a, b) =>
      b.modulePx - a.modulePx ||
      shares.indexOf(a.caption) - shares.indexOf(b.caption) ||
      rank(a.writing) - rank(b.writing),
  );
  const lastResort = sizes.findLast((px) => px > UNREAD_PX) ?? sizes.at(-1);
  if (lastResort !== undefined)
    candidates.push(candidateFor(matrix, lastResort, captions[captions.length - 1], LAST_RESORT_QUALITY));
  return candidates;
}

/** Largest first. `quick`: only those that the encoder writes in few bytes, where there are any. */
function sizesFor(matrix: QrMatrix, size: PictureSettings['size'], displayWidth: number): readonly number[] {
  const fitting = moduleSizes(matrix, displayWidth).filter((px) => px <= LARGEST_PX);
  // Modules below 4 px are hard to read and take no fewer bytes; they are for codes that have no other way.
  const sizes = fitting.some((px) => px >= 4) ? fitting.filter((px) => px >= 4) : fitting;
  const cheap = sizes.filter((px) => px === 4 || px === 8);
  return size === 'quick' && cheap.length > 0 ? cheap : sizes;
}

/**
 * A block holds four modules of 4 px or one of 8 px. `crisp` writes both in the fewest bytes; `fast` writes 4 px in
 * fewer still. Other sizes have edges anywhere in a block, which takes the finer table. Letters with soft edges are for
 * quick wires only.
 */
function encodingsFor(
  modulePx: number,
  caption: boolean,
): readonly { readonly writing: Writing; readonly soft?: true }[] {
  if (modulePx === 4)
    return [...(caption ? [{ writing: 'fine', soft: true } as const] : []), { writing: 'crisp' }, { writing: 'fast' }];
  if (modulePx !== 8) return [{ writing: 'fine' }];
  return [...(caption ? [{ writing: SOFT_LETTERS_QUALITY, soft: true } as const] : []), { writing: 'crisp' }];
}

/** Of several ways to write the same sheet, the finest first. */
const rank = (writing: Writing): number => (writing === 'fast' ? 2 : writing === 'crisp' ? 1 : 0);

/** Headers, tables, and the blocks of an empty sheet. */
const EMPTY_BYTES = 500;
const CAPTION_BYTES = 120;

/**
 * Bits a module, fewer than were ever seen. A module of a whole block costs one difference of levels. Others cost their
 * edges: at 5 px and more 7 bits for each pixel of a side, fewer where edges are grey. The estimate spares the search
 * of a sheet that cannot fit.
 */
function leastBits(modulePx: number, writing: Writing): number {
  if (modulePx === 8) return 2;
  if (modulePx > 4) return (Number.isInteger(modulePx) ? 6 : 4.5) * modulePx;
  return writing === 'fast' ? 4.5 : 1.35 * modulePx;
}

function candidateFor(matrix: QrMatrix, modulePx: number, caption: CaptionShare, writing: Writing): LayoutCandidate {
  const squares = (matrix.dark.length * leastBits(modulePx, writing)) / 8;
  return {
    modulePx,
    caption,
    writing,
    share: 1,
    leastBytes: EMPTY_BYTES + (caption === 'none' ? 0 : CAPTION_BYTES) + squares,
  };
}
