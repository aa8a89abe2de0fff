/**
 * `npm test` (everything essential) and `npm run test:long` (what takes minutes), from a fresh clone.
 * Extra arguments go to vitest: `npm test -- relay/`. `npm run test:long -- --all` adds those on probation (tests/long/probation.mjs).
 * Ends with a count that a machine can read: `N passed, N failed, N skipped`.
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
await ensureSystemPackages({ long });
await ensureChromium();

const all = process.argv.includes('--all');
const filters = process.argv.slice(2).filter((arg) => arg !== '--long' && arg !== '--all');

/**
 * Unit tests first, then whole programs, each two files at a time: the latter mostly wait for a 9600 baud wire.
 * Of the long ones, those that mostly wait run beside those that compute. The phases follow each other; what one holds runs side by side.
 */
const longPhases = [
  [
    ['long-real-time', '--maxWorkers=2'],
    ['long', '--maxWorkers=1'],
  ],
  ...(all ? [[['long-on-probation', '--maxWorkers=1']]] : []),
];
const phases = long ? longPhases : [[['unit', '--maxWorkers=2']], [['e2e', '--maxWorkers=2']]];

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
        summary = { passed: 0, failed: 1, skipped: [] };
      }
      if (status !== 0 && summary.failed === 0) summary.failed = 1;
      resolve(summary);
    });
  });
}

const total = { passed: 0, failed: 0, skipped: [] };
for (const phase of phases)
  for (const { passed, failed, skipped } of await Promise.all(phase.map(run))) {
    total.passed += passed;
    total.failed += failed;
    total.skipped.push(...skipped);
  }

if (long && !all && filters.length === 0)
  for (const name of ON_PROBATION)
    total.skipped.push({ name, why: 'on probation (tests/long/probation.mjs); npm run test:long -- --all runs it' });

if (total.skipped.length > 0) {
  console.log('\nSkipped:');
  for (const { name, why } of total.skipped) console.log(`  - ${name}: ${why}`);
}
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped.length} skipped`);
process.exit(total.failed > 0 ? 1 : 0);
