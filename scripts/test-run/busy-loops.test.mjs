/** The busy loops compute, and end however the one that started them ended. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { startBusyLoops } from './busy-loops.mjs';

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function untilGone(pids) {
  const deadline = performance.now() + 20_000;
  while (pids.some(isAlive) && performance.now() < deadline) await sleep(20);
  expect(pids.filter(isAlive)).toEqual([]);
}

it('stops them', async () => {
  const { pids, stop } = startBusyLoops(2);
  expect(pids).toHaveLength(2);
  expect(pids.every(isAlive)).toBe(true);
  stop();
  await untilGone(pids);
});

it('they end by themselves when the one that started them was killed', async () => {
  const module = JSON.stringify(join(import.meta.dirname, 'busy-loops.mjs'));
  const child = spawn(process.execPath, [
    '--input-type=module',
    '-e',
    `import { startBusyLoops } from ${module}; console.log(startBusyLoops(1).pids.join());`,
  ]);
  const [said] = await once(child.stdout, 'data');
  const pids = String(said).split(',').map(Number);
  expect(pids.every(isAlive)).toBe(true);
  child.kill('SIGKILL');
  await untilGone(pids);
});
