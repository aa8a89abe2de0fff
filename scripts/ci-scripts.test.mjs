/**
 * .ci/prepare and .ci/as-user with programs in the place of those that would change this machine: which they call, and
 * as whom.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { noTool, tool } from './tools.mjs';

const root = join(import.meta.dirname, '..');
const why = process.platform === 'linux' ? noTool('bash') : `the scripts are for Linux, this is ${process.platform}`;
const POLICIES = ['/etc/chromium', '/etc/opt/chrome', '/etc/opt/chrome_for_testing'];

describe.skipIf(why !== undefined)(
  `the scripts of the public CI${why === undefined ? '' : ` (skipped: ${why})`}`,
  () => {
    let folder;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'counterqr-ci-'));
      mkdirSync(join(folder, 'bin'));
      writeFileSync(join(folder, 'asked'), '');
      for (const name of ['useradd', 'chown', 'install', 'git', 'runuser']) stub(name);
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    const stub = (name, ...lines) =>
      writeFileSync(
        join(folder, 'bin', name),
        ['#!/bin/sh', `echo "${name} $*" >> "${join(folder, 'asked')}"`, ...lines, ''].join('\n'),
        { mode: 0o755 },
      );
    /** `id` answers as for root or for an ordinary user. */
    const be = (who, userExists) =>
      writeFileSync(
        join(folder, 'bin/id'),
        [
          '#!/bin/sh',
          'case "$1" in',
          `-u) echo ${who === 'root' ? 0 : 1000};;`,
          `-un) echo ${who};;`,
          `*) exit ${userExists ? 0 : 1};;`,
          'esac',
          '',
        ].join('\n'),
        { mode: 0o755 },
      );
    function run(script, ...args) {
      const env = { ...process.env, PATH: `${join(folder, 'bin')}:${process.env.PATH}` };
      const { status, stdout, stderr } = spawnSync(tool('bash'), [join(root, '.ci', script), ...args], {
        encoding: 'utf8',
        env,
      });
      expect(status, stderr).toBe(0);
      return { stdout, asked: readFileSync(join(folder, 'asked'), 'utf8').trim().split('\n') };
    }
    const folders = (before, owner) =>
      POLICIES.map((path) => `${before}install -d -o ${owner} ${path}/policies ${path}/policies/managed`);

    it('as root: a user is made, who owns the clone and the policies and may install packages', () => {
      be('root', false);
      const { asked } = run('prepare');
      expect(asked).toEqual([
        'useradd --create-home --shell /bin/bash counterqr-ci',
        'install -m 440 /dev/stdin /etc/sudoers.d/counterqr-ci',
        'chown -R counterqr-ci .',
        `git config --global --add safe.directory ${root}`,
        ...folders('', 'counterqr-ci'),
        'install -d -m 1777 /tmp/.X11-unix',
      ]);
    });

    it('as a user who may become root: the policies are that user’s, nobody else is made', () => {
      be('runner', false);
      stub('sudo');
      const { asked } = run('prepare');
      expect(asked).toEqual([
        'sudo -n true',
        ...folders('sudo -n ', 'runner'),
        'sudo -n install -d -m 1777 /tmp/.X11-unix',
      ]);
    });

    it('as a user who may not: nothing is done, and it says what is skipped', () => {
      be('runner', false);
      stub('sudo', 'exit 1');
      const { asked, stdout } = run('prepare');
      expect(asked).toEqual(['sudo -n true']);
      expect(stdout).toBe("No root here: tests that need the browser's policies are skipped.\n");
    });

    it('a command runs as that user where there is one, else as the one who asks', () => {
      be('root', true);
      const { asked } = run('as-user', 'echo', 'two words');
      expect(asked).toHaveLength(1);
      expect(asked[0]).toMatch(/^runuser -u counterqr-ci -- env HOME=\/home\/counterqr-ci .* echo two words$/);
      be('root', false);
      expect(run('as-user', 'echo', 'two words').stdout).toBe('two words\n');
      be('runner', true);
      expect(run('as-user', 'echo', 'two words').stdout).toBe('two words\n');
    });
  },
);
