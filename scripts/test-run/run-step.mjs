/**
 * One project of vitest.config.ts in a process of its own; what it found comes by a file (scripts/vitest-summary.mjs).
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { root } from '../ready.mjs';

/**
 * @typedef {{ name: string, at?: string, message: string }} Failure
 * @typedef {{ passed: number, skipped: { name: string, why: string }[], failures: Failure[], files: { name: string, ms:
 * number }[] }} Summary
 */

const cache = join(root, 'node_modules/.cache/counterqr');

/**
 * A group of its own for each, where there are groups: vitest ends at once when it is interrupted, and its workers do
 * not end with it.
 */
const IN_A_GROUP = process.platform !== 'win32';
const running = new Set();

/** Ends what is running, with all that it has started, as Ctrl-C in a terminal does. */
export function stopSteps() {
  for (const child of running) {
    try {
      if (IN_A_GROUP) process.kill(-child.pid, 'SIGINT');
      else child.kill('SIGINT');
    } catch {
      // It has ended by itself.
    }
  }
}

/** @param {() => void} [first] what is to be done before the steps are stopped */
export function stopWithUs(first = () => undefined) {
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.on(signal, () => {
      first();
      stopSteps();
    });
}

/**
 * @param {import('./plan.mjs').Step} step
 * @param {readonly string[]} filters as vitest takes them: parts of file names, and options
 * @returns {Promise<Summary & { ms: number }>}
 */
export function runStep({ project, workers, priority }, filters) {
  mkdirSync(cache, { recursive: true });
  const file = join(cache, `summary-${project}.json`);
  rmSync(file, { force: true });
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const args = [vitest, 'run', '--project', project, '--passWithNoTests', `--maxWorkers=${workers}`, ...filters];
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: IN_A_GROUP,
      env: { ...process.env, COUNTERQR_TEST_SUMMARY: file },
    });
    running.add(child);
    // Its workers are started later, and have it from their parent.
    if (priority === 'low') setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
    child.on('close', (status, signal) => {
      running.delete(child);
      const summary = summaryIn(file);
      if (status !== 0 && summary.failures.length === 0)
        summary.failures.push({ name: project, message: `vitest ended with ${status ?? signal} and named no test` });
      resolve({ ...summary, ms: performance.now() - startedAt });
    });
  });
}

/** @returns {Summary} */
function summaryIn(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { passed: 0, skipped: [], failures: [], files: [] };
  }
}
