/**
 * `npm test` (everything essential) and `npm run test:long` (what takes minutes), from a fresh clone.
 * Extra arguments go to vitest: `npm test -- relay/`.
 * Ends with a count that a machine can read: `N passed, N failed, N skipped`.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, root } from './ready.mjs';

ensureInstalled();
await ensureBuilt();

const { ensureChromium } = await import('./chromium.mjs');
const { ensureSystemPackages } = await import('./system-packages.mjs');
const long = process.argv.includes('--long');
await ensureSystemPackages({ long });
await ensureChromium();

const filters = process.argv.slice(2).filter((arg) => arg !== '--long');

/** Unit tests first and alone, then whole programs, two files at a time: they mostly wait for a 9600 baud wire. */
const phases = long ? [['long']] : [['unit'], ['e2e', '--maxWorkers=2']];

const cache = join(root, 'node_modules/.cache/counterqr');
mkdirSync(cache, { recursive: true });

const total = { passed: 0, failed: 0, skipped: [] };
for (const [project, ...options] of phases) {
  const file = join(cache, `summary-${project}.json`);
  rmSync(file, { force: true });
  const { status } = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--project',
      project,
      '--passWithNoTests',
      ...options,
      ...filters,
    ],
    { cwd: root, stdio: 'inherit', env: { ...process.env, COUNTERQR_TEST_SUMMARY: file } },
  );
  let summary;
  try {
    summary = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    summary = { passed: 0, failed: 1, skipped: [] };
  }
  if (status !== 0 && summary.failed === 0) summary.failed = 1;
  total.passed += summary.passed;
  total.failed += summary.failed;
  total.skipped.push(...summary.skipped);
}

if (total.skipped.length > 0) {
  console.log('\nSkipped:');
  for (const { name, why } of total.skipped) console.log(`  - ${name}: ${why}`);
}
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped.length} skipped`);
process.exit(total.failed > 0 ? 1 : 0);
