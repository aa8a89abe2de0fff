/** Only one program drives the display of a PC. */
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { hasCode } from '../store/has-code.ts';

export interface Instance {
  release(): void;
}

/** Elsewhere than on Windows: a file with the owner's process id. @returns undefined when another program runs */
export function acquireLockFile(path: string): Instance | undefined {
  mkdirSync(dirname(path), { recursive: true });
  for (let attempt = 0; attempt < 2; attempt++)
    try {
      const file = openSync(path, 'wx');
      writeSync(file, String(process.pid));
      closeSync(file);
      return { release: () => rmSync(path, { force: true }) };
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
      const owner = lockOwner(path);
      if (owner !== undefined && isAlive(owner)) return undefined;
      // Left behind by a crash or a power cut.
      rmSync(path, { force: true });
    }
  return undefined;
}

export function lockOwner(path: string): number | undefined {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return pid !== process.pid;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}
