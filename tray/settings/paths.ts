/** Where the program keeps and finds things. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

export interface Paths {
  /** The device's id and token, logs. */
  readonly dataFolder: string;
  /**
   * Settings of the data folder's owner. Undefined where every user of the PC writes: one would decide for the
   * next which relay and updates to trust.
   */
  readonly settingsFile: string | undefined;
  readonly memoryFile: string;
  readonly logFile: string;
  readonly updateFolder: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Installed for the whole PC, the data is the PC's too: anyone who logs on drives the same display. The installer makes
 * that folder and lets users write there. Started without installation, the data belongs to the person.
 * @param requestedFolder the folder of the command line; then everything is in there
 */
export function pathsOf(requestedFolder: string | undefined, env: Environment, platform: NodeJS.Platform): Paths {
  if (requestedFolder !== undefined) return pathsIn(requestedFolder);
  if (platform !== 'win32') return pathsIn(join(env.XDG_DATA_HOME ?? join(homedir(), '.local/share'), 'counterqr'));
  const personal = join(env.LOCALAPPDATA ?? homedir(), 'CounterQR');
  const shared = join(env.ProgramData ?? 'C:\\ProgramData', 'CounterQR');
  if (!existsSync(shared)) return pathsIn(personal);
  // Updates are programs, so they are not kept where everybody on this PC may write either.
  return { ...pathsIn(shared), settingsFile: undefined, updateFolder: join(personal, 'update') };
}

const pathsIn = (dataFolder: string): Paths => ({
  dataFolder,
  settingsFile: join(dataFolder, 'settings.json'),
  memoryFile: join(dataFolder, 'device.json'),
  logFile: join(dataFolder, 'logs', 'counterqr.log'),
  updateFolder: join(dataFolder, 'update'),
});
