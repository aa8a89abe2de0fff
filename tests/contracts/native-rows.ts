/**
 * Rows of the fault matrix for displays that are set to `native`: deaf after each of the screens that they draw by
 * themselves. The struck QR comes right after such a screen, while the driver does not know its window, and the next
 * one right after the same screen again.
 */
import type { FirmwareVariant } from '../../shared/simulator/firmware-variant.ts';
import type { FaultRow, Hands } from './fault-rows.ts';

/** An undisturbed code of a few letters, from post to confirmed. */
const NATIVE_MS = 400;
/** While the driver learns a window. */
const FIRST_MORE_MS = 3_000;
const SECOND_MORE_MS = 500;
const WINDOWS_MS = [200, 600, 1_200, 1_800] as const;

interface OwnScreen {
  readonly name: string;
  readonly deafFor: (ms: number) => Partial<FirmwareVariant>;
  /** Brings it on the display, where it is not the struck QR itself. */
  readonly show?: (hands: Hands) => Promise<void>;
  readonly settings?: FaultRow['settings'];
}

const OWN_SCREENS: readonly OwnScreen[] = [
  { name: 'its own code', deafFor: (qr) => ({ nativeDeafMs: { qr } }) },
  {
    name: 'its own paid screen',
    deafFor: (success) => ({ nativeDeafMs: { success } }),
    show: (hands) => hands.clearQr('paid', 'success'),
  },
  {
    name: 'its own cancelled screen',
    deafFor: (cancel) => ({ nativeDeafMs: { cancel } }),
    show: (hands) => hands.clearQr('cancelled', 'cancel'),
  },
  {
    name: 'its own welcome screen',
    deafFor: (welcome) => ({ nativeDeafMs: { welcome } }),
    show: (hands) => hands.clearQr('closed', 'welcome'),
    settings: { welcome_text: 'Welcome' },
  },
  {
    name: 'startrotation, and draws codes',
    deafFor: (start) => ({ deafMs: { stop: 0, start, upload: 0 } }),
    show: (hands) => hands.clearQr(),
  },
];

function deafAfter({ name, deafFor, show, settings }: OwnScreen, ms: number): FaultRow {
  return {
    name: `firmware that is deaf for ${ms / 1_000} s after ${name}`,
    board: { variant: deafFor(ms) },
    settings: { draw: 'native', ...settings },
    ...(show && {
      before: async (hands) => {
        await hands.showQr();
        await show(hands);
      },
      after: show,
    }),
    agentReads: [],
    relayHears: { state: 'displayed' },
    attempts: 1,
    withinMs: NATIVE_MS + ms + FIRST_MORE_MS,
    nextWithinMs: NATIVE_MS + ms + SECOND_MORE_MS,
  };
}

export const NATIVE_ROWS: readonly FaultRow[] = OWN_SCREENS.flatMap((screen) =>
  WINDOWS_MS.map((ms) => deafAfter(screen, ms)),
);
