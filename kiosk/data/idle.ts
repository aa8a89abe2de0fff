/** The one idea of idle: what a reload for an update, or the hand-back of the display to another window, must wait for. Pure. */
import type { StationView } from './station-view.ts';

/** The relay's promise: so long may a code be typed in, on the page or on the glass. */
export const CODE_LASTS_MS = 5 * 60_000;

export interface PageNow {
  readonly view: StationView;
  /** Somebody has begun to fill in the set-up form, or asked for it; one that nobody has touched yet keeps nothing waiting. */
  readonly isFillingIn: boolean;
  /** Since the page was given its last pairing code; infinite where there is none. */
  readonly codeAgeMs: number;
}

/** True while nothing is going on that a reload would spoil. */
export function isIdle({ view, isFillingIn, codeAgeMs }: PageNow): boolean {
  const working = ['received', 'preparing', 'uploading'].includes(view.command?.progress.stage ?? '');
  // Whatever is there is to be read by somebody: a pairing code for five minutes, a message as long as its sender asked for.
  const inUse = (view.glass?.screen ?? 'idle') !== 'idle' || view.qr?.progress.stage === 'displayed';
  const displayBusy = ['connecting', 'uploading', 'recovering'].includes(view.display.state);
  return !working && !inUse && !displayBusy && !isFillingIn && codeAgeMs >= CODE_LASTS_MS;
}
