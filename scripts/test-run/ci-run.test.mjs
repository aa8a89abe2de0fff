/**
 * .ci/run with a program in npm's place: both suites run, and the end says again what failed, where the time went, and
 * the sum.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { root } from '../ready.mjs';
import { noTool, tool } from '../tools.mjs';
import { reportLines } from './report.mjs';

const why = process.platform === 'linux' ? noTool('bash') : `the script is for Linux, this is ${process.platform}`;

/** What a suite prints at its end. */
const said = (failures, called) =>
  reportLines(
    { passed: 3, skipped: [], failures, files: [{ name: 'a.test.ts', ms: 1_000 }], times: [{ called, ms: 9_000 }] },
    [],
    9_000,
  ).join('\n');

function run(test, long) {
  const folder = mkdtempSync(join(tmpdir(), 'counterqr-ci-run-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'test'), `${test}\n`);
  writeFileSync(join(folder, 'long'), `${long}\n`);
  const npm = [
    '#!/bin/sh',
    `if [ "$1" = test ]; then file='${folder}/test'; else file='${folder}/long'; fi`,
    'cat "$file"',
    '! grep -q "^Failed:" "$file"',
  ];
  writeFileSync(join(folder, 'npm'), npm.join('\n'), { mode: 0o755 });
  const env = { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}` };
  const { status, stdout } = spawnSync(tool('bash'), [join(root, '.ci/run')], { encoding: 'utf8', env });
  return { status, end: stdout.slice(stdout.lastIndexOf('skipped\n\n') + 'skipped\n\n'.length).split('\n') };
}

it.skipIf(why !== undefined)(`adds up two suites that pass${why === undefined ? '' : ` (skipped: ${why})`}`, () => {
  expect(run(said([], 'unit'), said([], 'programs'))).toEqual({
    status: 0,
    end: [
      'npm test: 3 passed, 0 failed, 0 skipped',
      'Times: unit 9 s; all but the installation 9 s',
      'npm run test:long: 3 passed, 0 failed, 0 skipped',
      'Times: programs 9 s; all but the installation 9 s',
      '6 passed, 0 failed, 0 skipped',
      '',
    ],
  });
});

it.skipIf(why !== undefined)(
  `says again what failed, and nothing else of it${why === undefined ? '' : ` (skipped: ${why})`}`,
  () => {
    const failure = { name: 'a.test.ts > is right', at: 'a.test.ts:7', message: 'one\n\ntwo' };
    const { status, end } = run(said([failure], 'unit'), said([], 'programs'));
    expect(status).toBe(1);
    expect(end.slice(0, 7)).toEqual([
      '== npm run test',
      'Failed:',
      '  - a.test.ts > is right (a.test.ts:7)',
      '      one',
      '      ',
      '      two',
      '',
    ]);
    expect(end.slice(-2)).toEqual(['6 passed, 1 failed, 0 skipped', '']);
  },
);

it.skipIf(why !== undefined)(
  `fails when a suite broke before its end${why === undefined ? '' : ` (skipped: ${why})`}`,
  () => {
    const { status, end } = run(said([], 'unit'), 'npm: killed');
    expect(status).toBe(1);
    expect(end).toContain('npm run test:long: no counts: it broke before the end');
  },
);
