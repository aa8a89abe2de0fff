/** What the installer asks the executable to do. */
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { owningProcess } from '../../node/lock-file.ts';
import { isAlive } from '../../node/lock-owner.ts';
import type { ExitCode } from '../exit-codes.ts';
import { askToQuit, isRunning } from '../instance/windows-instance.ts';
import type { Paths } from '../settings/paths.ts';

/** Time to abandon a picture under way, to close the port and to send the last reports. */
const QUIT_TIMEOUT_MS = 15_000;
const LOOK_EVERY_MS = 100;

export const lockFileOf = (paths: Paths): string => join(paths.dataFolder, 'running.lock');

/** Whether some program drives the display of this PC now. */
export async function isProgramRunning(paths: Paths): Promise<boolean> {
  if (process.platform === 'win32') return isRunning();
  return (await owningProcess(lockFileOf(paths))) !== undefined;
}

export const isRunningTask = async (paths: Paths): Promise<ExitCode> => ((await isProgramRunning(paths)) ? 0 : 1);

export async function quitRunning(paths: Paths): Promise<ExitCode> {
  if (process.platform === 'win32') return (await askToQuit(QUIT_TIMEOUT_MS)) ? 0 : 1;
  const owner = await owningProcess(lockFileOf(paths));
  if (owner === undefined) return 0;
  process.kill(owner, 'SIGTERM');
  for (let waitedMs = 0; waitedMs < QUIT_TIMEOUT_MS; waitedMs += LOOK_EVERY_MS) {
    if (!isAlive(owner)) return 0;
    await sleep(LOOK_EVERY_MS);
  }
  return 1;
}
