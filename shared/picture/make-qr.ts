/**
 * A code as large as the time allows. Layout candidates are tried in order. The first whose bytes fit the budget and
 * are read back is taken; where none fits, the smallest that is read back; where none is read back, the one with the
 * largest modules, which a phone reads soonest.
 */
import { DISPLAY_WIDTH, MAX_JPEG_BYTES } from '../wire/display.ts';
import type { PictureFacts } from '../wire/picture.ts';
import { budgetBytes, overBudget } from './budget.ts';
import { emvNote } from './emv.ts';
import type { PictureNote } from './notes.ts';
import type { Caption, ImageTools, MadePicture, MakeOptions } from './picture.ts';
import { layoutCandidates, type CaptionShare, type LayoutCandidate } from './layout-candidates.ts';
import type { CodeReader } from './qr/reader.ts';
import type { QrSymbol } from './qr/symbol.ts';
import { doubtOf, type Doubt, type Placed } from './qr/verify.ts';
import { captionBlock, captionText, NO_CAPTION, type CaptionBlock, type CaptionText } from './screens/caption.ts';
import { captionRoom, qrSheet } from './screens/qr-screen.ts';
import { writePanel } from './write-panel.ts';

export interface Realm {
  readonly tools: ImageTools;
  readonly reader: CodeReader;
}

interface Draft {
  readonly jpeg: Uint8Array;
  readonly placed: Placed;
  /** What of the caption is on it; nothing where there was none. */
  readonly shown: Pick<PictureFacts, 'caption'>;
}

const SHOWN: Readonly<Record<CaptionShare, boolean | 'amount'>> = { all: true, amount: 'amount', none: false };
const NO_SHARES: readonly CaptionShare[] = ['none'];

/** Undefined where the code has too many modules for the display. */
export async function makeQr(
  symbol: QrSymbol,
  caption: Caption | undefined,
  { settings, baudRate, signal }: MakeOptions,
  { tools, reader }: Realm,
): Promise<MadePicture | undefined> {
  const most = settings.size === 'large' ? MAX_JPEG_BYTES - 1 : budgetBytes(settings.budget_ms, baudRate);
  const text = captionText(caption, settings);
  const shares = settings.caption === 'off' ? NO_SHARES : sharesOf(text);
  const candidates = layoutCandidates(symbol.matrix, settings, shares, DISPLAY_WIDTH);
  const captionOf = captionsBySize(symbol.matrix.size, text, tools);
  const draft = async (candidate: LayoutCandidate): Promise<Draft> => {
    signal?.throwIfAborted();
    const { bitmap, placed } = qrSheet(symbol, candidate.modulePx, await captionOf(candidate));
    const shown = shares.length > 1 ? { caption: SHOWN[candidate.caption] } : {};
    return { jpeg: writePanel(bitmap, candidate.writing), placed, shown };
  };
  let doubtful: MadePicture | undefined;
  const proven = async (drafted: Draft): Promise<MadePicture | undefined> => {
    const { jpeg, placed } = drafted;
    const doubt = await doubtOf(jpeg, placed, reader);
    if (doubt === undefined) return finished(drafted, undefined, most);
    if (placed.modulePx > (doubtful?.facts.module_px ?? 0)) doubtful = finished(drafted, doubt, most);
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
  // Nothing fits the budget: the candidate of the fewest bytes, and so without what may be left out of the caption.
  const leastCaption = candidates.at(-1)?.caption;
  const skipped = candidates.filter(
    ({ leastBytes, share, caption: shown }) => leastBytes > most * share && shown === leastCaption,
  );
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

const sharesOf = ({ name, amount }: CaptionText): readonly CaptionShare[] => {
  if (name === '' && amount === '') return NO_SHARES;
  return name === '' || amount === '' ? ['all', 'none'] : ['all', 'amount', 'none'];
};

/** Each drawn once, as large as the room below the code allows; on the grid where the encoder has blocks for that. */
function captionsBySize(
  modules: number,
  text: CaptionText,
  tools: ImageTools,
): (candidate: LayoutCandidate) => Promise<CaptionBlock> {
  const drawn = new Map<string, Promise<CaptionBlock>>();
  return ({ caption, modulePx, writing }) => {
    if (caption === 'none') return Promise.resolve(NO_CAPTION);
    const letterStyle = writing === 'crisp' || writing === 'fast' ? 'grid' : 'smooth';
    const key = `${caption} ${modulePx} ${letterStyle}`;
    const shown = caption === 'amount' ? { ...text, name: '' } : text;
    const block = drawn.get(key) ?? captionBlock(tools, shown, captionRoom(modules, modulePx), letterStyle);
    drawn.set(key, block);
    return block;
  };
}

/** @param most bytes of the budget */
function finished({ jpeg, placed, shown }: Draft, doubt: Doubt | undefined, most: number): MadePicture {
  const { symbol, modulePx } = placed;
  const { text, version } = symbol;
  const note: PictureNote | undefined = doubt ?? emvNote(text);
  return {
    jpeg,
    facts: {
      bytes: jpeg.length,
      module_px: modulePx,
      version,
      verified: doubt === undefined,
      ...shown,
      ...(note ? { note } : {}),
      ...overBudget(jpeg.length, most),
    },
    payload: text,
  };
}
