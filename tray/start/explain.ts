/** Tells a person why the program does not start. In the background (log-in, installer) nobody is asked to click. */
import { messageOf } from '../../shared/errors.ts';
import { showBox } from '../face/windows-box.ts';
import { SettingsError } from '../settings/settings.ts';

/** 0 ended as asked, 1 failed, 2 wrong settings, 3 runs already. */
export type EndCode = 0 | 1 | 2 | 3;

/** @returns the exit code that fits the error */
export function explain(error: unknown, inBackground: boolean): EndCode {
  tell(messageOf(error), inBackground);
  return error instanceof SettingsError ? 2 : 1;
}

export function tell(text: string, inBackground: boolean): void {
  if (process.platform !== 'win32') process.stderr.write(`${text}\n`);
  else if (!inBackground) showBox('Counter QR', text);
}
