/**
 * What CONTRIBUTING.md and the public CI promise to the next developer: files that are there, and the steps of .ci/run.
 */
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../support/docs/guide.ts';
import { stepsIn, workflow } from '../support/docs/workflow.ts';

const contributing = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');

describe('CONTRIBUTING.md', () => {
  const sections = contributing.split(/^### /m).slice(1);

  it.each(['a command', 'a screen', 'a store', 'a transport'])('names the files in which to add %s', (what) => {
    const section = sections.find((text) => text.startsWith(what)) ?? '';
    const files = [...section.matchAll(/`((?:shared|relay|kiosk|tray|tests|docs)\/[\w./-]+\.\w+)`/g)].map(
      (match) => match[1] ?? '',
    );
    expect(files.length).toBeGreaterThan(2);
    for (const file of files) expect(existsSync(join(root, file)), `${file} is not there`).toBe(true);
  });

  it('refers to no commit by its title', () => expect(contributing).not.toContain('git show'));
});

it('README.md says of each figure by what it was measured, and that is there', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const rows = readme.split('| Promise')[1]?.split('\n\n')[0]?.split('\n').slice(2) ?? [];
  expect(rows.length).toBeGreaterThan(5);
  for (const row of rows) {
    const by = row.split('|').at(-2)?.trim() ?? '';
    const part = /^`npm run bench (\w+)`$/.exec(by)?.[1];
    const file = part === undefined ? /^`(tests\/[\w./-]+)`$/.exec(by)?.[1] : `tests/bench/parts/${part}.ts`;
    expect(
      by === '`npm run soak -- --faults 10000 --speedup`' || (file !== undefined && existsSync(join(root, file))),
      row,
    ).toBe(true);
  }
});

describe('.github/workflows/ci.yml', () => {
  const jobs = workflow()
    .split(/^jobs:$/m)[1]
    ?.split(/^ {2}(?=\w+:$)/m)
    .slice(1);

  it.each(jobs ?? [])('runs what .ci/run runs, after what it needs, as an ordinary user: %s', (job) => {
    const steps = stepsIn(job).filter((step) => !step.startsWith('apt-get '));
    const asUser = ['npm ci', 'npm run check', '.ci/run'].map((command) => `.ci/as-user ${command}`);
    expect(steps).toEqual(['.ci/prepare', ...asUser]);
    for (const script of ['run', 'prepare', 'as-user']) accessSync(join(root, '.ci', script), constants.X_OK);
  });

  it('runs on Ubuntu 24.04 and, from their own images, on Debian 12 and 13', () => {
    const text = workflow();
    expect([...text.matchAll(/^ {2}(\w+):\n(?: .*\n|\n)*? {4}runs-on: (\S+)$/gm)].map(([, ...job]) => job)).toEqual([
      ['ubuntu', 'ubuntu-24.04'],
      ['debian', 'ubuntu-24.04'],
    ]);
    expect(text).toContain("image: ['debian:12', 'debian:13']");
    expect(text).toContain('image: ${{ matrix.image }}');
  });

  it('has no step that this suite does not see, and a Node that the package takes', () => {
    const text = workflow();
    // Steps of several lines would be read by nobody here.
    expect(text).not.toMatch(/run: *[|>]/);
    expect(text.match(/^ +(?:- )?run: ./gm)).toHaveLength(stepsIn(text).length);
    const actions = ['actions/checkout@v7', 'actions/setup-node@v6'];
    expect([...text.matchAll(/uses: (\S+)/g)].map((match) => match[1])).toEqual([...actions, ...actions]);
    const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { engines: { node: string } };
    const versions = [...text.matchAll(/node-version: (\d+)$/gm)].map((match) => `>=${match[1]}.`);
    expect(versions).toEqual(Array(2).fill(engines.node.slice(0, 5)));
    expect(text).not.toContain('\t');
  });
});
