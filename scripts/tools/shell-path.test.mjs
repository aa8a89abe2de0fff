/** In a shell, too, a program of the right name that is something else is looked past. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pathWithTools } from './shell-path.mjs';

const why = process.platform === 'win32' ? ' (skipped: Windows runs no shell scripts)' : '';

describe.skipIf(why !== '')(`the path of a shell${why}`, () => {
  let folder;
  const program = (place, name, line) => {
    mkdirSync(join(folder, place), { recursive: true });
    const path = join(folder, place, name);
    writeFileSync(path, `#!/bin/sh\necho '${line}'\n`, { mode: 0o755 });
    return path;
  };
  beforeEach(() => (folder = realpathSync(mkdtempSync(join(tmpdir(), 'counterqr path ')))));
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });

  it('has the tool before what hides it, and nothing else', () => {
    program('fakes', 'php', 'a fake');
    program('fakes', 'curl', 'what was found');
    const php = program('real', 'php', 'the real one');
    vi.stubEnv('PATH', [join(folder, 'fakes'), join(folder, 'real'), process.env.PATH].join(delimiter));
    const found = { PHP: php, curl: join(folder, 'fakes/curl') };
    const find = (name) => found[name];
    for (let turn = 0; turn < 2; turn++) {
      const PATH = pathWithTools(find, join(folder, 'cache'));
      const { stdout } = spawnSync('/bin/sh', ['-c', 'php; curl'], { encoding: 'utf8', env: { PATH } });
      expect(stdout).toBe('the real one\nwhat was found\n');
    }
    expect(readdirSync(join(folder, 'cache')).map((name) => readdirSync(join(folder, 'cache', name)))).toEqual([
      ['php'],
    ]);
  });

  it('is as it was where nothing is hidden', () => {
    const php = program('real', 'php', 'the real one');
    vi.stubEnv('PATH', [join(folder, 'real'), process.env.PATH].join(delimiter));
    const find = (name) => (name === 'PHP' ? php : undefined);
    expect(pathWithTools(find, join(folder, 'cache'))).toBe(process.env.PATH);
    expect(existsSync(join(folder, 'cache'))).toBe(false);
  });
});
