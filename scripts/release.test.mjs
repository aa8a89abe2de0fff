/** A release of a repository made for the test: what is in it, its tag, and what it refuses. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { noTool, tool } from './tools.mjs';
import { notesOf, release } from './release.mjs';

const CHANGELOG = `# Changelog

## Unreleased

- Not yet.

## 0.2.0 (2026-11-30)

- A thing.

### To do

1. Upgrade.

## 0.1.0

First release.
`;
const why = noTool('git');

describe('the notes of a release', () => {
  it('are the version’s own part of the changelog', () => {
    expect(notesOf(CHANGELOG, '0.2.0')).toBe('- A thing.\n\n### To do\n\n1. Upgrade.\n');
    expect(notesOf(CHANGELOG, '0.1.0')).toBe('First release.\n');
  });

  it('are not invented', () => {
    expect(() => notesOf(CHANGELOG, '0.3.0')).toThrow('no part “## 0.3.0”');
    // A version is no pattern, and no beginning of another one.
    expect(() => notesOf(CHANGELOG, '0.2')).toThrow('no part');
    expect(() => notesOf('## 1.0.0\n\n## 0.9.0\n\nOld.\n', '1.0.0')).toThrow('says nothing');
  });
});

describe.skipIf(why !== undefined)(`a release${why === undefined ? '' : ` (skipped: ${why})`}`, () => {
  let folder;
  const git = (...args) =>
    execFileSync(tool('git'), args, {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
    }).trim();
  const write = (name, text) => {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  };
  const pack = (to) => writeFileSync(join(to, 'counterqr-0.2.0.tgz'), 'tarball');
  const make = (more = {}) => release({ folder, version: '0.2.0', mode: 'tag', pack, ...more });
  const released = (name) => readFileSync(join(folder, 'dist/release', name), 'utf8');

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'counterqr release '));
    git('init', '--quiet');
    git('config', 'user.name', 'Test');
    git('config', 'user.email', 'test@example.org');
    git('config', 'tag.gpgSign', 'false');
    write('package.json', JSON.stringify({ version: '0.2.0' }));
    write('CHANGELOG.md', CHANGELOG);
    write('.gitignore', 'dist/\n');
    git('add', '.');
    git('commit', '--quiet', '--no-gpg-sign', '--message', 'All');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('has a tag with the notes on this commit, the files, and checksums that hold', async () => {
    write('dist/tray/CounterQR.msi', 'installer');
    write('dist/release/old.tgz', 'of a release before');
    expect(await make()).toMatchObject({ tag: 'v0.2.0', files: ['CounterQR.msi', 'NOTES.md', 'counterqr-0.2.0.tgz'] });
    expect(git('rev-list', '--max-count=1', 'v0.2.0')).toBe(git('rev-parse', 'HEAD'));
    expect(git('tag', '--list', '--format=%(contents)', 'v0.2.0')).toBe(
      'Counter QR 0.2.0\n\n- A thing.\n\n### To do\n\n1. Upgrade.',
    );
    const sums = released('SHA256SUMS').trimEnd().split('\n');
    expect(sums.map((line) => line.split('  ')[1])).toEqual(['CounterQR.msi', 'NOTES.md', 'counterqr-0.2.0.tgz']);
    for (const line of sums) {
      const [sum, name] = line.split('  ');
      expect(createHash('sha256').update(released(name)).digest('hex')).toBe(sum);
    }
    expect(existsSync(join(folder, 'dist/release/old.tgz'))).toBe(false);
  });

  it('has no tag in a dry run, and all the rest', async () => {
    await make({ mode: 'dry-run' });
    expect(git('tag', '--list')).toBe('');
    expect(released('NOTES.md')).toContain('A thing.');
    expect(released('SHA256SUMS')).toContain('counterqr-0.2.0.tgz');
  });

  it.each([
    ['what is no version', () => make({ version: 'v0.2.0' }), 'no version'],
    ['another version than the program’s', () => make({ version: '0.1.0' }), 'package.json says 0.2.0'],
    ['a version that has a tag', () => (git('tag', 'v0.2.0'), make()), 'a tag v0.2.0 already'],
    ['an SDK that was not packed', () => make({ pack: () => undefined }), 'no tarball'],
  ])('refuses %s, and makes no tag', async (_what, act, sentence) => {
    const before = git('tag', '--list');
    await expect(async () => act()).rejects.toThrow(sentence);
    expect(git('tag', '--list')).toBe(sentence.includes('already') ? 'v0.2.0' : before);
  });

  it('refuses what is not committed', async () => {
    write('new.txt', 'not committed');
    await expect(make()).rejects.toThrow('not committed');
    expect(git('tag', '--list')).toBe('');
  });

  it('refuses an installer that was built before this commit', async () => {
    write('dist/tray/CounterQR-Setup.exe', 'old');
    const before = new Date(Date.now() - 86_400_000);
    utimesSync(join(folder, 'dist/tray/CounterQR-Setup.exe'), before, before);
    await expect(make()).rejects.toThrow('CounterQR-Setup.exe is older than this commit');
    expect(git('tag', '--list')).toBe('');
  });
});
