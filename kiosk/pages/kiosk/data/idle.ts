/** What a reload for an update, or handing the display back to another window, must wait for. Pure. */
import type { StationView } from './station-view.ts';

/** How long the relay accepts a pairing code, in ms. */
export const CODE_LASTS_MS = 5 * 60_000;

export interface PageNow {
  readonly view: StationView;
  /** Somebody is filling in the set-up form, or opened it. A form that nobody has touched delays nothing. */
  readonly isFillingIn: boolean;
  /** Time since the last pairing code, in ms; infinite where there is none. */
  readonly codeAgeMs: number;
}

/** The display is being checked, or a person is asked to scan the code on it. */
export const isChecking = ({ check }: Pick<StationView, 'check'>): boolean =>
  check !== undefined && (check.stage === 'looking' || check.stage === 'scan');

/**
 * True while another window may take the display over: nothing is under way, nobody is reading or typing. An unstable
 * connection is no reason to wait: the advice about it stands in the main page.
 */
export function mayHandBack({ view, isFillingIn, codeAgeMs }: PageNow): boolean {
  const working = ['received', 'preparing', 'uploading'].includes(view.command?.progress.stage ?? '');
  // Somebody reads what is there: a pairing code for five minutes, a message as long as its sender asked for.
  const inUse = (view.screen?.screen ?? 'idle') !== 'idle' || view.qr?.progress.stage === 'displayed';
  return !working && !isChecking(view) && !inUse && !isFillingIn && codeAgeMs >= CODE_LASTS_MS;
}

/** True while a reload disturbs nothing: the display is neither being detected nor receiving its idle picture. */
export function isIdle(page: PageNow): boolean {
  return mayHandBack(page) && !['connecting', 'uploading', 'recovering'].includes(page.view.display.state);
}
