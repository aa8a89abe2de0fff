/**
 * `npm test` (everything essential) and `npm run test:long` (what takes minutes), from a fresh clone.
 * Extra arguments go to vitest: `npm test -- relay/`. `npm run test:long -- --all` adds those on probation (tests/long/probation.mjs).
 * Ends with what was skipped and what failed, and why, and with a count that a machine can read: `N passed, N failed, N skipped`.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ON_PROBATION } from '../tests/long/probation.mjs';
import { ensureBuilt, ensureInstalled, root } from './ready.mjs';

ensureInstalled();
await ensureBuilt();

const { ensureChromium } = await import('./chromium.mjs');
const { ensureSystemPackages } = await import('./system-packages.mjs');
const long = process.argv.includes('--long');
const { toolsOf } = await import('./tools.mjs');
await ensureSystemPackages({ long });
await ensureChromium();
// Asked once: the tests are told what was found.
toolsOf({ long });

const all = process.argv.includes('--all');
const filters = process.argv.slice(2).filter((arg) => arg !== '--long' && arg !== '--all');

/**
 * Phases follow each other; a phase's lanes run side by side, what is in a lane one after the other, which suits two cores.
 * Unit tests come first, then whole programs, each two files at a time: the latter mostly wait for a 9600 baud wire.
 * Of the long ones, those that mostly wait and then those that must follow them share a lane beside those that kill, install and update programs.
 */
const longPhases = [
  [
    [
      ['long-real-time', '--maxWorkers=2'],
      ['long-afterwards', '--maxWorkers=1'],
    ],
    [['long', '--maxWorkers=1']],
  ],
  ...(all ? [[[['long-on-probation', '--maxWorkers=1']]]] : []),
];
const phases = long ? longPhases : [[[['unit', '--maxWorkers=2']]], [[['e2e', '--maxWorkers=2']]]];

const cache = join(root, 'node_modules/.cache/counterqr');
mkdirSync(cache, { recursive: true });

function run([project, ...options]) {
  const file = join(cache, `summary-${project}.json`);
  rmSync(file, { force: true });
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const args = [vitest, 'run', '--project', project, '--passWithNoTests', ...options, ...filters];
  const env = { ...process.env, COUNTERQR_TEST_SUMMARY: file };
  return new Promise((resolve) => {
    spawn(process.execPath, args, { cwd: root, stdio: 'inherit', env }).on('close', (status) => {
      let summary;
      try {
        summary = JSON.parse(readFileSync(file, 'utf8'));
      } catch {
        summary = { passed: 0, skipped: [], failures: [] };
      }
      if (status !== 0 && summary.failures.length === 0)
        summary.failures.push({ name: project, message: `vitest ended with ${status} and named no test` });
      resolve(summary);
    });
  });
}

const total = { passed: 0, skipped: [], failures: [] };
async function runLane(lane) {
  for (const project of lane) {
    const { passed, skipped, failures } = await run(project);
    total.passed += passed;
    total.skipped.push(...skipped);
    total.failures.push(...failures);
  }
}
for (const phase of phases) await Promise.all(phase.map(runLane));

if (long && !all && filters.length === 0)
  for (const name of ON_PROBATION)
    total.skipped.push({ name, why: 'on probation (tests/long/probation.mjs); npm run test:long -- --all runs it' });

if (total.skipped.length > 0) {
  console.log('\nSkipped:');
  for (const { name, why } of total.skipped) console.log(`  - ${name}: ${why}`);
}
if (total.failures.length > 0) {
  console.log('\nFailed:');
  for (const { name, at, message } of total.failures) {
    console.log(`  - ${name}${at ? ` (${at})` : ''}`);
    for (const line of message.split('\n')) console.log(`      ${line}`);
  }
}
console.log(`\n${total.passed} passed, ${total.failures.length} failed, ${total.skipped.length} skipped`);
process.exit(total.failures.length > 0 ? 1 : 0);
