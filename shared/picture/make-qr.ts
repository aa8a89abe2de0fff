/**
 * A code as large as the time allows. Sheets are tried from the most wanted to the cheapest; the first whose bytes fit the budget
 * and are read back is taken, and where none fits, the cheapest that is read back.
 */
import { budgetBytes } from './budget.ts';
import type { Caption, ImageTools, MadePicture, MakeOptions } from './picture.ts';
import { moduleSizes } from './qr/place.ts';
import type { CodeReader } from './qr/reader.ts';
import type { QrSymbol } from './qr/symbol.ts';
import { doubtOf, type Doubt } from './qr/verify.ts';
import { captionLines, qrSheet, type CaptionLines } from './screens/qr-screen.ts';
import { DISPLAY_WIDTH } from './../display.ts';
import { writePanel, type Writing } from './write-panel.ts';

export interface Tools {
  readonly tools: ImageTools;
  readonly reader: CodeReader;
}

interface Plan {
  readonly modulePx: number;
  readonly writing: Writing;
  readonly lines: CaptionLines;
}

/** Ordinary coding of squares that do not meet the 8 px grid; lower qualities ring around them. */
const OFF_GRID_QUALITY = 35;

/** Undefined where the code has too many squares for the glass. */
export async function makeQr(
  symbol: QrSymbol,
  caption: Caption | undefined,
  options: MakeOptions,
  realm: Tools,
): Promise<(MadePicture & { readonly doubt: Doubt | undefined }) | undefined> {
  const { settings, baudRate, signal } = options;
  const most = budgetBytes(settings.budget_ms, baudRate);
  const lines = settings.caption === 'off' ? [] : await captionLines(realm.tools, caption);
  let last: (MadePicture & { readonly doubt: Doubt | undefined }) | undefined;
  for (const plan of plansFor(symbol, settings.size, settings.caption === 'always', lines)) {
    signal?.throwIfAborted();
    const { paper, placed } = qrSheet(symbol, plan.modulePx, plan.lines);
    const jpeg = writePanel(paper, plan.writing);
    const fits = jpeg.length <= most;
    if (!fits && last && (jpeg.length >= last.jpeg.length || last.doubt === undefined) && settings.size === 'large')
      continue;
    const doubt = await doubtOf(jpeg, placed, realm.tools, realm.reader);
    const made = {
      jpeg,
      facts: {
        bytes: jpeg.length,
        module_px: plan.modulePx,
        version: symbol.version,
        verified: doubt === undefined,
        ...(doubt ? { note: doubt } : {}),
      },
      payload: new TextDecoder().decode(symbol.payload),
      doubt,
    };
    if (doubt === undefined && (fits || settings.size === 'large')) return made;
    if (
      !last ||
      (last.doubt !== undefined && doubt === undefined) ||
      (last.doubt === doubt && jpeg.length < last.jpeg.length)
    )
      last = made;
  }
  return last;
}

function plansFor(symbol: QrSymbol, size: 'quick' | 'large' | 'auto', always: boolean, lines: CaptionLines): Plan[] {
  const sizes = moduleSizes(symbol.matrix, DISPLAY_WIDTH);
  const onGrid = sizes.filter((px) => px % 4 === 0);
  const wanted = size === 'quick' && onGrid.length > 0 ? onGrid : sizes;
  const captions: CaptionLines[] = always || lines.length === 0 ? [lines] : [lines, []];
  return wanted.flatMap((modulePx) =>
    captions.flatMap((shown) =>
      (modulePx % 4 === 0 ? (['crisp', 'fast'] as const) : [OFF_GRID_QUALITY]).map((writing) => ({
        modulePx,
        writing,
        lines: shown,
      })),
    ),
  );
}
