/** What the installer asks the executable to do. */
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { isAlive, lockOwner } from '../instance/single-instance.ts';
import { askToQuit, isRunning } from '../instance/windows-instance.ts';
import type { Places } from '../settings/paths.ts';
import type { EndCode } from './startup-errors.ts';

/** Time for a picture under way to be given up, the port to be closed and the last reports to be sent. */
const QUIT_TIMEOUT_MS = 15_000;
const LOOK_EVERY_MS = 100;

export const lockFileOf = (places: Places): string => join(places.dataFolder, 'running.lock');

export function tellWhetherRunning(places: Places): EndCode {
  if (process.platform === 'win32') return isRunning() ? 0 : 1;
  const owner = lockOwner(lockFileOf(places));
  return owner !== undefined && isAlive(owner) ? 0 : 1;
}

export async function quitRunning(places: Places): Promise<EndCode> {
  if (process.platform === 'win32') return (await askToQuit(QUIT_TIMEOUT_MS)) ? 0 : 1;
  const owner = lockOwner(lockFileOf(places));
  if (owner === undefined || !isAlive(owner)) return 0;
  process.kill(owner, 'SIGTERM');
  for (let waitedMs = 0; waitedMs < QUIT_TIMEOUT_MS; waitedMs += LOOK_EVERY_MS) {
    if (!isAlive(owner)) return 0;
    await sleep(LOOK_EVERY_MS);
  }
  return 1;
}
