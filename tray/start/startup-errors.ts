/** Tells a person why the program does not start. In the background (log-in, installer) nobody is asked to click. */
import { messageOf } from '../../shared/wire/errors.ts';
import { SettingsError } from '../settings/settings.ts';

export const RUNS_ALREADY = 3;
/** What a version that was started by another one ends with when it was asked to, so that the other can tell it from one that does nothing. */
export const ASKED_TO_END = 10;
/** 0 ended as asked, 1 failed, 2 wrong settings, 3 runs already, 10 ended as asked, to the version that started it. */
export type EndCode = 0 | 1 | 2 | typeof RUNS_ALREADY | typeof ASKED_TO_END;

/** @returns the exit code that fits the error */
export async function explain(error: unknown, inBackground: boolean): Promise<EndCode> {
  await tell(messageOf(error), inBackground);
  return error instanceof SettingsError ? 2 : 1;
}

export async function tell(text: string, inBackground: boolean): Promise<void> {
  if (process.platform !== 'win32') process.stderr.write(`${text}\n`);
  else if (!inBackground) (await import('../ui/windows-box.ts')).showBox('Counter QR', text);
}
