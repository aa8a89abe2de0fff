import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isAllowed, lockedTimes, refusedIn, report, rowsOf } from './licences.mjs';

it.each([
  ['MIT', true],
  ['(MIT OR CC0-1.0)', true],
  ['GPL-3.0 OR MIT', true],
  ['MIT AND Apache-2.0', true],
  ['MIT AND GPL-3.0', false],
  ['(MIT AND GPL-3.0) OR ISC', false],
  ['GPL-3.0-only', false],
  ['LGPL-2.1', false],
  ['SEE LICENSE IN LICENSE', false],
  ['unknown', false],
])('%s: allowed is %s', (licence, allowed) => expect(isAllowed(licence)).toBe(allowed));

const lock = {
  packages: {
    '': { version: '0.1.0' },
    'node_modules/good': { version: '1.0.0', license: 'MIT' },
    'node_modules/good/node_modules/@a/inner': { version: '2.0.0' },
    'node_modules/tool': { version: '3.0.0', license: 'GPL-3.0', dev: true },
    'node_modules/bad': { version: '4.0.0', license: 'GPL-3.0' },
    'node_modules/nameless': { version: '5.0.0' },
  },
};
const licenceAt = (path) => (path.endsWith('inner') ? [{ type: 'BSD-3-Clause' }] : undefined);

it('refuses what the product may not hold, and only that', () => {
  const rows = rowsOf(lock, licenceAt, new Map([['node_modules/good', Date.UTC(2026, 0, 5)]]));
  expect(rows.map(({ name, licence, kind }) => [name, licence, kind])).toEqual([
    ['@a/inner', 'BSD-3-Clause', 'product'],
    ['bad', 'GPL-3.0', 'product'],
    ['good', 'MIT', 'product'],
    ['nameless', 'unknown', 'product'],
    ['tool', 'GPL-3.0', 'development'],
  ]);
  expect(refusedIn(rows).map(({ name }) => name)).toEqual(['bad', 'nameless']);
  expect(report(rows)).toMatch(/good +1\.0\.0 +MIT +2026-01-05/);
  expect(report(rows)).toContain('bad 4.0.0 has the licence GPL-3.0, which is not allowed in the product.');
});

it('reads the day of a version from the commit that locked it', () => {
  const blame = [
    'committer-time 100',
    '\t    "node_modules/good": {',
    'committer-time 200',
    '\t      "version": "1.0.0",',
    'committer-time 300',
    '\t      "resolved": "x",',
  ].join('\n');
  expect(lockedTimes(blame)).toEqual(new Map([['node_modules/good', 200_000]]));
});

it('what is installed here passes', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, 'licences.mjs')], {
    encoding: 'utf8',
    timeout: 90_000,
  });
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^ koa +\d+\.\d+\.\d+ +MIT +\d{4}-\d\d-\d\d$/m);
});
