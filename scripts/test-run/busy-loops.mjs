/** Processes that compute without end, so that a test which is only quick enough on an idle machine fails. */
import { spawn } from 'node:child_process';

/** It ends by itself when its parent is gone, however that ended, and be it before the loop has begun. */
const LOOP = `
const parent = Number(process.argv[1]);
for (;;) {
  for (const until = Date.now() + 200; Date.now() < until; );
  if (process.ppid !== parent) process.exit();
}`;

/** @param {number} count @returns {{ pids: number[], stop: () => void }} */
export function startBusyLoops(count) {
  const loops = Array.from({ length: count }, () =>
    spawn(process.execPath, ['-e', LOOP, String(process.pid)], { stdio: 'ignore' }),
  );
  return { pids: loops.map(({ pid }) => pid), stop: () => loops.forEach((loop) => loop.kill('SIGKILL')) };
}
