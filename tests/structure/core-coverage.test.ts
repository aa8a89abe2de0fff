/** The queue's decisions have no branch that no test takes. Runs their tests once more, with V8 counting. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { removeFolder } from '../support/remove-folder.ts';

const root = join(import.meta.dirname, '../..');

interface Covered {
  readonly total: number;
  readonly covered: number;
}

it('covers every branch and line of relay/core', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'counterqr-coverage-'));
  try {
    const run = spawnSync(
      process.execPath,
      [
        join(root, 'node_modules/vitest/vitest.mjs'),
        ...['run', '--project', 'unit', '--reporter', 'dot', 'relay/core/', 'tests/contracts/store-memory.test.ts'],
        '--coverage',
        '--coverage.include=relay/core/**/*.ts',
        '--coverage.exclude=**/*.test.ts',
        '--coverage.reporter=json-summary',
        `--coverage.reportsDirectory=${folder}`,
      ],
      { cwd: root, encoding: 'utf8', env: { ...process.env, COUNTERQR_TEST_SUMMARY: join(folder, 'tests.json') } },
    );
    expect(run.status, run.stdout + run.stderr).toBe(0);
    const summary = JSON.parse(readFileSync(join(folder, 'coverage-summary.json'), 'utf8')) as Record<
      string,
      { branches: Covered; lines: Covered }
    >;
    const files = Object.entries(summary).filter(([name]) => name !== 'total');
    expect(files.length).toBeGreaterThan(10);
    const uncovered = files
      .filter(([, { branches, lines }]) => branches.covered < branches.total || lines.covered < lines.total)
      .map(([name, { branches }]) => `${name}: ${branches.covered} of ${branches.total} branches`);
    expect(uncovered).toEqual([]);
  } finally {
    removeFolder(folder);
  }
});
