/** What CONTRIBUTING.md and the public CI promise to whoever carries on: commits that are there and hold these files, and the steps of .ci/run. */
import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../rig/guide.ts';
import { because, which } from '../rig/requirements.ts';
import { stepsOfWorkflow, workflow } from '../rig/workflow.ts';

const contributing = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');
const git = (...args: string[]): string =>
  execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

function noHistory(): string | undefined {
  if (which('git') === undefined) return 'no git on this machine';
  try {
    return git('rev-parse', '--is-shallow-repository').trim() === 'true' ? 'a shallow clone has no history' : undefined;
  } catch {
    return 'this folder is no clone of its own';
  }
}

const why = noHistory();

describe('CONTRIBUTING.md', () => {
  const sections = contributing.split(/^### /m).slice(1);
  const commitsIn = (text: string) =>
    [...text.matchAll(/`git show ':\/([^']+)' -- ([^`]+)`/g)].map(([, title = '', paths = '']) => ({
      title,
      paths: paths.split(' '),
    }));

  it.each(['a command', 'a screen', 'a store', 'a transport'])('shows by a commit how to add %s', (what) => {
    const section = sections.find((text) => text.startsWith(what)) ?? '';
    expect(commitsIn(section)).not.toHaveLength(0);
  });

  const all = commitsIn(contributing);
  it.skipIf(why !== undefined).each(all)(`$title is a commit with these files${because(why)}`, ({ title, paths }) => {
    const hash = git('log', '--format=%H %s')
      .split('\n')
      .find((line) => line.slice(41).startsWith(title))
      ?.slice(0, 40);
    expect(hash, `no commit begins with: ${title}`).toBeDefined();
    const files = git('show', '--format=', '--name-only', hash ?? '').split('\n');
    for (const path of paths) {
      expect(
        files.some((file) => file === path || file.startsWith(`${path}/`)),
        `${path} is not in it`,
      ).toBe(true);
      expect(existsSync(join(root, path)), `${path} is no longer there`).toBe(true);
    }
  });
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
  it('runs what .ci/run runs, after what it needs', () => {
    expect(stepsOfWorkflow().filter((step) => !step.startsWith('git config '))).toEqual([
      'npm ci',
      'npm run check',
      '.ci/run',
    ]);
    accessSync(join(root, '.ci/run'), constants.X_OK);
  });

  it('has no step that this suite does not see, and a Node that the package takes', () => {
    const text = workflow();
    // Steps of several lines would be read by nobody here.
    expect(text).not.toMatch(/run: *[|>]/);
    expect(text.match(/^ +(?:- )?run: ./gm)).toHaveLength(stepsOfWorkflow().length);
    expect([...text.matchAll(/uses: (\S+)/g)].map((match) => match[1])).toEqual(['actions/checkout@v7']);
    const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { engines: { node: string } };
    const image = /image: node:(\d+)-bookworm/.exec(text)?.[1];
    expect(`>=${image}.`).toBe(engines.node.slice(0, 5));
    expect(text).not.toContain('\t');
  });
});
