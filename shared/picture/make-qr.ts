/**
 * A code as large as the time allows. Layout candidates are tried in order. The first whose bytes fit the budget and
 * are read back is taken; where none fits, the smallest that is read back; where none is read back, the one with the
 * largest modules, which a phone reads soonest.
 */
import { DISPLAY_WIDTH, MAX_JPEG_BYTES } from '../wire/display.ts';
import { budgetBytes, overBudget } from './budget.ts';
import { emvChecksum } from './emv.ts';
import type { PictureNote } from './notes.ts';
import type { Caption, ImageTools, MadePicture, MakeOptions } from './picture.ts';
import { layoutCandidates, type LayoutCandidate } from './layout-candidates.ts';
import type { CodeReader } from './qr/reader.ts';
import type { QrSymbol } from './qr/symbol.ts';
import { doubtOf, type Doubt, type Placed } from './qr/verify.ts';
import { captionBlock, NO_CAPTION, type CaptionBlock } from './screens/caption.ts';
import { captionRoom, qrSheet } from './screens/qr-screen.ts';
import { writePanel } from './write-panel.ts';

export interface Realm {
  readonly tools: ImageTools;
  readonly reader: CodeReader;
}

interface Draft {
  readonly jpeg: Uint8Array;
  readonly placed: Placed;
}

/** Undefined where the code has too many modules for the display. */
export async function makeQr(
  symbol: QrSymbol,
  caption: Caption | undefined,
  { settings, baudRate, signal }: MakeOptions,
  { tools, reader }: Realm,
): Promise<MadePicture | undefined> {
  const most = settings.size === 'large' ? MAX_JPEG_BYTES - 1 : budgetBytes(settings.budget_ms, baudRate);
  const captions = new Map<number, CaptionBlock>();
  const captionAt = async (modulePx: number): Promise<CaptionBlock> => {
    const known = captions.get(modulePx);
    if (known) return known;
    const block = await captionBlock(tools, caption, settings, captionRoom(symbol.matrix.size, modulePx));
    captions.set(modulePx, block);
    return block;
  };
  const hasCaption = settings.caption !== 'off' && tools.drawText !== undefined && isCaptioned(caption);
  const candidates = layoutCandidates(symbol.matrix, settings, hasCaption, DISPLAY_WIDTH);
  const draft = async (candidate: LayoutCandidate): Promise<Draft> => {
    signal?.throwIfAborted();
    const block = candidate.caption ? await captionAt(candidate.modulePx) : NO_CAPTION;
    const { bitmap, placed } = qrSheet(symbol, candidate.modulePx, block);
    return { jpeg: writePanel(bitmap, candidate.writing), placed };
  };
  let doubtful: MadePicture | undefined;
  const proven = async ({ jpeg, placed }: Draft): Promise<MadePicture | undefined> => {
    const doubt = await doubtOf(jpeg, placed, reader);
    if (doubt === undefined) return finished(jpeg, placed, undefined, most);
    if (placed.modulePx > (doubtful?.facts.module_px ?? 0)) doubtful = finished(jpeg, placed, doubt, most);
    return undefined;
  };
  const over: Draft[] = [];
  for (const candidate of candidates) {
    if (candidate.leastBytes > most * candidate.share) continue;
    const drafted = await draft(candidate);
    if (drafted.jpeg.length > most * candidate.share) {
      over.push(drafted);
      continue;
    }
    const made = await proven(drafted);
    if (made) return made;
  }
  // Nothing fits the budget: the candidate of the fewest bytes.
  const skipped = candidates.filter(({ leastBytes, share }) => leastBytes > most * share);
  let fewest = Math.min(...over.map(({ jpeg }) => jpeg.length));
  for (const candidate of skipped.sort((a, b) => a.leastBytes - b.leastBytes)) {
    if (candidate.leastBytes >= fewest) break;
    const drafted = await draft(candidate);
    over.push(drafted);
    fewest = Math.min(fewest, drafted.jpeg.length);
  }
  for (const drafted of over.sort((a, b) => a.jpeg.length - b.jpeg.length)) {
    const made = await proven(drafted);
    if (made) return made;
  }
  return doubtful;
}

const isCaptioned = (caption: Caption | undefined): boolean =>
  [caption?.customerName, caption?.amount].some((text) => text !== undefined && text.trim() !== '');

/** @param most bytes of the budget */
function finished(jpeg: Uint8Array, { symbol, modulePx }: Placed, doubt: Doubt | undefined, most: number): MadePicture {
  const { text, version } = symbol;
  const note: PictureNote | undefined = doubt ?? (emvChecksum(text) === 'wrong' ? 'emv_crc_mismatch' : undefined);
  return {
    jpeg,
    facts: {
      bytes: jpeg.length,
      module_px: modulePx,
      version,
      verified: doubt === undefined,
      ...(note ? { note } : {}),
      ...overBudget(jpeg.length, most),
    },
    payload: text,
  };
}
