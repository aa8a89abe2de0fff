/** Where the program keeps and finds things. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

export interface Places {
  /** The device's id and token, logs. */
  readonly dataFolder: string;
  /** Settings of whoever owns the data folder. Undefined where every user of the PC writes: one would decide for the next which relay and updates to trust. */
  readonly settingsFile: string | undefined;
  readonly memoryFile: string;
  readonly logFile: string;
  readonly updateFolder: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Installed for the whole PC, the data is the PC's too: whoever logs on drives the same display. The installer makes that folder and lets users
 * write there. Started without installation, the data belongs to the person.
 * @param named the folder of the command line; then everything is in there
 */
export function placesOf(named: string | undefined, env: Environment, platform: NodeJS.Platform): Places {
  if (named !== undefined) return placesIn(named);
  if (platform !== 'win32') return placesIn(join(env.XDG_DATA_HOME ?? join(homedir(), '.local/share'), 'counterqr'));
  const personal = join(env.LOCALAPPDATA ?? homedir(), 'CounterQR');
  const shared = join(env.ProgramData ?? 'C:\\ProgramData', 'CounterQR');
  if (!existsSync(shared)) return placesIn(personal);
  // Updates are programs, so they are not kept where everybody on this PC may write either.
  return { ...placesIn(shared), settingsFile: undefined, updateFolder: join(personal, 'update') };
}

const placesIn = (dataFolder: string): Places => ({
  dataFolder,
  settingsFile: join(dataFolder, 'settings.json'),
  memoryFile: join(dataFolder, 'device.json'),
  logFile: join(dataFolder, 'logs', 'counterqr.log'),
  updateFolder: join(dataFolder, 'update'),
});
