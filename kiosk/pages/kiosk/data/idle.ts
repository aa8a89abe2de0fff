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

/**
 * True while another window may take the display over: nothing is under way, nobody is reading or typing. A display that keeps coming
 * and going is no reason to wait: what helps against that stands in the main page, to which the display is to go back.
 */
export function mayHandBack({ view, isFillingIn, codeAgeMs }: PageNow): boolean {
  const working = ['received', 'preparing', 'uploading'].includes(view.command?.progress.stage ?? '');
  // Whatever is there is to be read by somebody: a pairing code for five minutes, a message as long as its sender asked for.
  const inUse = (view.glass?.screen ?? 'idle') !== 'idle' || view.qr?.progress.stage === 'displayed';
  return !working && !inUse && !isFillingIn && codeAgeMs >= CODE_LASTS_MS;
}

/** True while a reload would spoil nothing, either: the display is neither being found nor given its idle picture just now. */
export function isIdle(page: PageNow): boolean {
  return mayHandBack(page) && !['connecting', 'uploading', 'recovering'].includes(page.view.display.state);
}
