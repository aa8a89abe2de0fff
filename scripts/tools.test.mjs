/**
 * A machine that nobody prepared has programs of the right name that are something else: a stand-in for ImageMagick's
 * convert, Ubuntu's word about a snap, Windows' word about its shop. Here each of them only prints a line, and says yes
 * to everything.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { candidates } from './tools/ask.mjs';
import { askAgain, askFor, findTool, noTool, TOOLS, tableOf, tool, toolsOf } from './tools.mjs';

/** What programs say of themselves, all in one line. */
const LINE =
  'ImageMagick 7.1.2 nginx version: nginx/1.26.3 PHP 8.4 Python 3.13.1 curl 8.14 GNU tar) 1.35 OpenSSL 3.5.1 Redis server v=7.0.15 ' +
  'X Server 21.1 -displayfd git version 2.47 systemd 257 logrotate 3.22 gcc 14.2.0 Usage: wine Chrome/150.0 osslsigncode 2.9 --token-label 42';

const why = process.platform === 'win32' ? ' (skipped: Windows runs no shell scripts)' : '';

describe.skipIf(why !== '')(`a program that only prints a line${why}`, () => {
  let folder;
  const fake = (name, lines = [LINE]) => {
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\n${lines.map((line) => `echo "${line}"`).join('\n')}\n`, { mode: 0o755 });
    return path;
  };
  const onPath = (...folders) => vi.stubEnv('PATH', [...folders, process.env.PATH].join(delimiter));

  beforeEach(() => {
    folder = join(realpathSync(mkdtempSync(join(tmpdir(), 'counterqr tools '))), 'with a space');
    mkdirSync(folder);
    askAgain();
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    askAgain();
    rmSync(join(folder, '..'), { recursive: true, force: true });
  });

  it.each(TOOLS)('is not taken for $name', ({ check }) => {
    const one = fake('one', [LINE, 'wine-10.0', 'Wine 10.0', '2.6.1', '5.2 42', '42 5.2']);
    expect(check(one, () => one)).toBeUndefined();
    // Nor is one that says no to everything.
    writeFileSync(one, `#!/bin/sh\necho no\nexit 1\n`);
    expect(check(one, () => one)).toBeUndefined();
  });

  it('is looked past where the real one is on the path behind it', ({ skip }) => {
    const [real] = candidates('git');
    skip(real === undefined, noTool('git'));
    fake('git');
    onPath(folder);
    expect(candidates('git').slice(0, 2)).toEqual([join(folder, 'git'), real]);
    expect(findTool('git')).toBe(real);
  });

  it('is named, with what it did not do, where there is no other', () => {
    const path = fake('convert');
    const answer = askFor({ ...TOOLS.find(({ name }) => name === 'ImageMagick'), candidates: () => [path] });
    expect(answer).toEqual({
      why: `no ImageMagick: ${path} did not turn a JPEG of one pixel into that pixel (Debian: imagemagick)`,
    });
    expect(tableOf([{ name: 'ImageMagick', ...answer }])).toEqual([`  missing  ImageMagick  ${answer.why}`]);
  });

  it('is not there at all: the reason says so, and anyone who insists is told it', () => {
    vi.stubEnv('PATH', folder);
    vi.stubEnv('CHROME_PATH', '');
    expect(noTool('PHP')).toBe('no PHP on this machine (Debian: php-cli)');
    expect(() => tool('PHP')).toThrow('no PHP on this machine');
    expect(findTool('PHP')).toBeUndefined();
  });
});

describe('what npm test found', () => {
  const findIn = (env) => {
    const script = `import { findTool } from '${new URL('./tools.mjs', import.meta.url).href}'; console.log(findTool('git'));`;
    const args = ['--input-type=module', '-e', script];
    return spawnSync(process.execPath, args, { encoding: 'utf8', env: { ...process.env, ...env } }).stdout.trim();
  };
  const COUNTERQR_TOOLS = JSON.stringify({
    searchedPath: process.env.PATH,
    found: [['git', { path: '/found/before/git', version: '2.47' }]],
  });

  it('is not asked for again by what it starts', () => {
    expect(findIn({ COUNTERQR_TOOLS })).toBe('/found/before/git');
  });

  it('is not believed on another path', () => {
    expect(findIn({ COUNTERQR_TOOLS, PATH: `${process.env.PATH}${delimiter}${tmpdir()}` })).not.toBe(
      '/found/before/git',
    );
  });

  it('is handed on, the reasons with it', () => {
    vi.stubEnv('COUNTERQR_TOOLS', '');
    const rows = toolsOf();
    const handedOn = JSON.parse(process.env.COUNTERQR_TOOLS);
    expect(handedOn.searchedPath).toBe(process.env.PATH);
    expect(handedOn.found.map(([name]) => name)).toEqual(expect.arrayContaining(rows.map(({ name }) => name)));
    for (const { path, why } of rows) expect((path === undefined) !== (why === undefined)).toBe(true);
    vi.unstubAllEnvs();
  });
});

describe('the table', () => {
  it('names each tool once, and what it has to do', () => {
    const names = TOOLS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, proof, packages } of TOOLS)
      expect([name, proof.length > 8, packages.length > 0]).toEqual([name, true, true]);
  });

  it('knows no tool by chance', () => {
    expect(() => findTool('no-such-tool')).toThrow('scripts/tools.mjs has no tool “no-such-tool”.');
  });

  it('finds what is there', ({ skip }) => {
    const why = noTool('git');
    skip(why !== undefined, why);
    // A path, and no bare name.
    expect(existsSync(findTool('git'))).toBe(true);
  });
});
