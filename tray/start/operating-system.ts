/** The PC's system as the tray tells it to the relay: `Windows 11 (10.0.22631)`. */
import { systemName } from '../../shared/wire/system-name.ts';

const NAMES: Readonly<Record<string, string>> = { linux: 'Linux' };
/** Windows 11 goes on counting where 10 ended; its builds begin here. */
const FIRST_WINDOWS_11_BUILD = 22_000;

/** @param release as `os.release()` says it */
export function operatingSystem(platform: string, release: string): string | undefined {
  // Its kernel has a count of its own.
  if (platform === 'darwin') return systemName(`macOS (Darwin ${release})`);
  if (platform !== 'win32') return systemName(`${NAMES[platform] ?? platform} ${release}`);
  const [major = '', , build = '0'] = release.split('.');
  const name = Number(build) >= FIRST_WINDOWS_11_BUILD ? '11' : major;
  return systemName(`Windows ${name} (${release})`);
}
