/** What a test may need of the machine, and the sentence to skip with where it is not there. */
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** First executable of this name on PATH, or where servers are kept, which is not on everyone's PATH. */
export function which(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** Absolute path of the browser, set by tests/e2e/global-setup.ts. */
export const chromiumPath = (): string | undefined => process.env['COUNTERQR_CHROMIUM'] || undefined;

/** Folders in which Debian's Chromium, Chrome and Chrome for Testing look for policies that IT sets. */
export const POLICY_FOLDERS = [
  '/etc/chromium/policies/managed',
  '/etc/opt/chrome/policies/managed',
  '/etc/opt/chrome_for_testing/policies/managed',
];

export const noBrowser = (): string | undefined =>
  chromiumPath() === undefined ? 'no Chrome or Chromium on this machine' : undefined;

/** Why there is no simulated display behind a pseudo terminal here, or undefined when there can be. */
export function noPty(): string | undefined {
  if (process.platform !== 'linux') return `pseudo terminals need Linux, this is ${process.platform}`;
  return which('gcc') === undefined ? 'no C compiler (gcc)' : undefined;
}

/** Why a browser cannot be given a simulated serial port here, or undefined when it can. */
export function noSerialRig(): string | undefined {
  if (process.platform !== 'linux') return `simulated serial ports need Linux, this is ${process.platform}`;
  if (noBrowser() !== undefined) return noBrowser();
  if (which('gcc') === undefined) return 'no C compiler (gcc)';
  if (!existsSync('/usr/include/libudev.h')) return 'no libudev header (libudev-dev)';
  if (process.getuid?.() !== 0) {
    try {
      accessSync(POLICY_FOLDERS[0] ?? '/', constants.W_OK);
    } catch {
      return `only root may write the browser policy that grants the port (${POLICY_FOLDERS[0]})`;
    }
  }
  return undefined;
}

/** ` (skipped: reason)`, for the title of a test that cannot run here. */
export const because = (reason: string | undefined): string => (reason === undefined ? '' : ` (skipped: ${reason})`);
