/**
 * One process at a time, by a file that holds its process id. Only Node's builtins: this runs before anything is
 * installed.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** True when the lock is ours now. A lock whose process is gone is taken away, for the next try. */
function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  try {
    const owner = Number(readFileSync(file, 'utf8'));
    if (owner > 0 && !isAlive(owner)) rmSync(file, { force: true });
  } catch {
    // Gone between the two looks.
  }
  return false;
}

/**
 * Runs `work` while holding the lock. `onWait` is called once if somebody else holds it.
 * @throws Error when it is still held after `limitMs`
 */
export async function withLock(file, work, { pollMs = 200, limitMs = 5 * 60_000, onWait = () => undefined } = {}) {
  mkdirSync(dirname(file), { recursive: true });
  const deadline = performance.now() + limitMs;
  for (let waits = 0; !take(file); waits++) {
    if (performance.now() > deadline) throw new Error(`Another process has held ${file} for ${limitMs / 1000} s.`);
    if (waits === 0) onWait();
    await sleep(pollMs);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}
