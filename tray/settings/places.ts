/** Where the program keeps and finds things. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

export interface Places {
  /** The device's id and token, settings, logs, downloaded updates. */
  readonly dataFolder: string;
  readonly memoryFile: string;
  readonly logFile: string;
  readonly updateFolder: string;
}

/**
 * Installed for the whole PC, the data is the PC's too: whoever logs on drives the same display. The installer makes that folder and lets users
 * write there. Started without installation, the data belongs to the person.
 */
export function dataFolderOf(env: Readonly<Record<string, string | undefined>>, platform: NodeJS.Platform): string {
  if (platform !== 'win32') return join(env.XDG_DATA_HOME ?? join(homedir(), '.local/share'), 'counterqr');
  const shared = join(env.ProgramData ?? 'C:\\ProgramData', 'CounterQR');
  return existsSync(shared) ? shared : join(env.LOCALAPPDATA ?? homedir(), 'CounterQR');
}

export function placesIn(dataFolder: string): Places {
  return {
    dataFolder,
    memoryFile: join(dataFolder, 'device.json'),
    logFile: join(dataFolder, 'logs', 'counterqr.log'),
    updateFolder: join(dataFolder, 'update'),
  };
}

/** Files that may hold settings; the first that exists counts. */
export function settingsFiles(dataFolder: string, executable: string): readonly string[] {
  return [join(dirname(executable), 'counterqr.json'), join(dataFolder, 'settings.json')];
}
