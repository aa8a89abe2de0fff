/** Where the program keeps and finds things. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

export interface Places {
  /** The device's id and token, settings, logs. */
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

/** @param named whether the folder was given on the command line; then everything is in there */
export function placesIn(dataFolder: string, named: boolean): Places {
  const { LOCALAPPDATA } = process.env;
  return {
    dataFolder,
    memoryFile: join(dataFolder, 'device.json'),
    logFile: join(dataFolder, 'logs', 'counterqr.log'),
    // Programs, so not where everybody on this PC may write.
    updateFolder:
      named || LOCALAPPDATA === undefined ? join(dataFolder, 'update') : join(LOCALAPPDATA, 'CounterQR', 'update'),
  };
}

/** Files that may hold settings; the first that exists counts. */
export function settingsFiles(dataFolder: string, programFolder: string): readonly string[] {
  return [join(programFolder, 'counterqr.json'), join(dataFolder, 'settings.json')];
}
