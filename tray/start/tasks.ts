/** What the installer asks the executable to do. */
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { isAlive, lockOwner } from '../instance/single-instance.ts';
import { askToQuit, isRunning } from '../instance/windows-instance.ts';
import type { Paths } from '../settings/paths.ts';
import type { ExitCode } from '../exit-codes.ts';

/** Time for a picture under way to be given up, the port to be closed and the last reports to be sent. */
const QUIT_TIMEOUT_MS = 15_000;
const LOOK_EVERY_MS = 100;

export const lockFileOf = (paths: Paths): string => join(paths.dataFolder, 'running.lock');

export function isRunningTask(paths: Paths): ExitCode {
  if (process.platform === 'win32') return isRunning() ? 0 : 1;
  const owner = lockOwner(lockFileOf(paths));
  return owner !== undefined && isAlive(owner) ? 0 : 1;
}

export async function quitRunning(paths: Paths): Promise<ExitCode> {
  if (process.platform === 'win32') return (await askToQuit(QUIT_TIMEOUT_MS)) ? 0 : 1;
  const owner = lockOwner(lockFileOf(paths));
  if (owner === undefined || !isAlive(owner)) return 0;
  process.kill(owner, 'SIGTERM');
  for (let waitedMs = 0; waitedMs < QUIT_TIMEOUT_MS; waitedMs += LOOK_EVERY_MS) {
    if (!isAlive(owner)) return 0;
    await sleep(LOOK_EVERY_MS);
  }
  return 1;
}
