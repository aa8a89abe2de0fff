/** Only one program drives the display of a PC. Elsewhere than on Windows a lock file says so. */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LockTaken, takeLock } from '../../node/lock-file.ts';

export interface Instance {
  /** Lets another program drive the display. */
  release(): Promise<void>;
}

/** @returns undefined when another program runs */
export async function acquireLockFile(path: string): Promise<Instance | undefined> {
  await mkdir(dirname(path), { recursive: true });
  try {
    return await takeLock(path);
  } catch (error) {
    if (error instanceof LockTaken) return undefined;
    throw error;
  }
}
