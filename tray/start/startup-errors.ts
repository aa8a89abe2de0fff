/** Tells a person why the program does not start. In the background (log-in, installer) nobody is asked to click. */
import { messageOf } from '../../shared/wire/errors.ts';
import type { ExitCode } from '../exit-codes.ts';
import { SettingsError } from '../settings/settings.ts';

/** @returns the exit code that fits the error */
export async function reportStartupError(error: unknown, inBackground: boolean): Promise<ExitCode> {
  await showMessage(messageOf(error), inBackground);
  return error instanceof SettingsError ? 2 : 1;
}

export async function showMessage(text: string, inBackground: boolean): Promise<void> {
  if (process.platform !== 'win32') process.stderr.write(`${text}\n`);
  else if (!inBackground) (await import('../ui/windows-box.ts')).showBox('Counter QR', text);
}
