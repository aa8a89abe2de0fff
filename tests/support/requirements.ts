/** What a test may need of the machine, and the sentence to skip with where it is not there. */
import { accessSync, constants } from 'node:fs';
import { noTool } from '../../scripts/tools.mjs';

export { findTool, noTool, tool } from '../../scripts/tools.mjs';
export { pathWithTools } from '../../scripts/tools/shell-path.mjs';

/** Absolute path of the browser, set by tests/e2e/global-setup.ts. */
export const chromiumPath = (): string | undefined => process.env['COUNTERQR_CHROMIUM'] || undefined;

/** Whether that browser starts within its sandbox here, found out by tests/e2e/global-setup.ts. */
export const hasSandbox = (): boolean => process.env['COUNTERQR_CHROMIUM_SANDBOX'] === 'yes';

/** Folders in which Debian's Chromium, Chrome and Chrome for Testing look for policies that IT sets. */
export const POLICY_FOLDERS = [
  '/etc/chromium/policies/managed',
  '/etc/opt/chrome/policies/managed',
  '/etc/opt/chrome_for_testing/policies/managed',
];

export const noBrowser = (): string | undefined =>
  chromiumPath() === undefined ? (noTool('Chromium') ?? 'no Chrome or Chromium on this machine') : undefined;

/** Why there is no simulated display behind a pseudo terminal here, or undefined when there can be. */
export function noPty(): string | undefined {
  if (process.platform !== 'linux') return `pseudo terminals need Linux, this is ${process.platform}`;
  return noTool('C compiler');
}

/** Why a browser cannot be given a simulated serial port here, or undefined when it can. */
export function noSerialRig(): string | undefined {
  if (process.platform !== 'linux') return `simulated serial ports need Linux, this is ${process.platform}`;
  const missing = noBrowser() ?? noTool('C compiler', 'libudev header');
  if (missing !== undefined) return missing;
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
