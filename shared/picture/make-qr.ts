/**
 * A code as large as the time allows: plans are tried in order; the first whose bytes fit the budget and are read back is taken,
 * and where none fits, the smallest that is read back.
 */
import { DISPLAY_WIDTH, MAX_JPEG_BYTES } from '../display.ts';
import { budgetBytes } from './budget.ts';
import { emvChecksum } from './emv.ts';
import type { PictureNote } from './notes.ts';
import type { Caption, ImageTools, MadePicture, MakeOptions } from './picture.ts';
import { plansFor } from './plans.ts';
import type { CodeReader } from './qr/reader.ts';
import type { QrSymbol } from './qr/symbol.ts';
import { doubtOf, type Doubt } from './qr/verify.ts';
import { captionLines, qrSheet } from './screens/qr-screen.ts';
import { writePanel } from './write-panel.ts';

export interface Realm {
  readonly tools: ImageTools;
  readonly reader: CodeReader;
}

interface Attempt {
  readonly jpeg: Uint8Array;
  readonly modulePx: number;
  readonly doubt: Doubt | undefined;
}

/** Undefined where the code has too many squares for the glass. */
export async function makeQr(
  symbol: QrSymbol,
  caption: Caption | undefined,
  { settings, baudRate, signal }: MakeOptions,
  { tools, reader }: Realm,
): Promise<MadePicture | undefined> {
  const most = settings.size === 'large' ? MAX_JPEG_BYTES - 1 : budgetBytes(settings.budget_ms, baudRate);
  const lines = settings.caption === 'off' ? [] : await captionLines(tools, caption);
  const plans = plansFor(symbol.matrix, settings, lines.length > 0, DISPLAY_WIDTH);
  let best: Attempt | undefined;
  // Twice through: what cannot fit is only coded when nothing does.
  for (const hopeless of [false, true])
    for (const plan of plans) {
      const limit = most * plan.share;
      if (plan.leastBytes > limit !== hopeless) continue;
      if (best?.doubt === undefined && best && plan.leastBytes >= best.jpeg.length) continue;
      signal?.throwIfAborted();
      const { paper, placed } = qrSheet(symbol, plan.modulePx, plan.caption ? lines : []);
      const jpeg = writePanel(paper, plan.writing);
      if (best?.doubt === undefined && best && jpeg.length >= best.jpeg.length) continue;
      const attempt = { jpeg, modulePx: plan.modulePx, doubt: await doubtOf(jpeg, placed, tools, reader) };
      if (attempt.doubt === undefined && jpeg.length <= limit) return finished(attempt, symbol);
      if (!best || best.doubt !== undefined || attempt.doubt === undefined) best = attempt;
    }
  return best && finished(best, symbol);
}

function finished({ jpeg, modulePx, doubt }: Attempt, { text, version }: QrSymbol): MadePicture {
  const note: PictureNote | undefined = doubt ?? (emvChecksum(text) === 'wrong' ? 'emv_crc_mismatch' : undefined);
  return {
    jpeg,
    facts: {
      bytes: jpeg.length,
      module_px: modulePx,
      version,
      verified: doubt === undefined,
      ...(note ? { note } : {}),
    },
    payload: text,
  };
}
