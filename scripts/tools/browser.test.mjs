/** Which browser is taken, and that installing the packages downloads none. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { askFor } from '../tools.mjs';
import { BROWSERS } from './browser.mjs';

const [chromium] = BROWSERS;
const why = process.platform === 'win32' ? ' (skipped: Windows runs no shell scripts)' : '';

describe.skipIf(why !== '')(`the browser of the tests${why}`, () => {
  let folder;
  const program = (name, line) => {
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\necho '${line}'\n`, { mode: 0o755 });
    return path;
  };
  beforeAll(() => (folder = realpathSync(mkdtempSync(join(tmpdir(), 'counterqr browser ')))));
  afterEach(() => vi.unstubAllEnvs());
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is looked for by CHROME_PATH first, then where it is installed and on the path', () => {
    const named = program('mine', 'Chromium 150.0.0.0');
    const onPath = program('chromium', 'Chromium 150.0.0.0');
    vi.stubEnv('CHROME_PATH', named);
    vi.stubEnv('PATH', [folder, process.env.PATH].join(delimiter));
    const found = chromium.candidates();
    expect(found[0]).toBe(named);
    expect(found.indexOf(onPath)).toBeGreaterThan(0);
    expect(new Set(found).size).toBe(found.length);
  });

  it('is Playwright’s own only where there is no other', () => {
    const asked = (script) => {
      const env = { ...process.env, PLAYWRIGHT_BROWSERS_PATH: folder, CHROME_PATH: program('mine', 'Chromium') };
      const options = { encoding: 'utf8', env, cwd: import.meta.dirname };
      return execFileSync(process.execPath, ['--input-type=module', '--eval', script], options).trim();
    };
    const own = asked("import { chromium } from 'playwright'; console.log(chromium.executablePath())");
    expect(own.startsWith(folder)).toBe(true);
    const order = "import { BROWSERS } from './browser.mjs'; console.log(JSON.stringify(BROWSERS[0].candidates()))";
    expect(JSON.parse(asked(order))).not.toContain(own);
    mkdirSync(dirname(own), { recursive: true });
    writeFileSync(own, '');
    const found = JSON.parse(asked(order));
    expect(found[0]).toBe(join(folder, 'mine'));
    expect(found.at(-1)).toBe(own);
  });

  it('is not what only says so: Ubuntu has a chromium that names a snap', () => {
    const stub = program('stub', 'Command requires the chromium snap. Chromium 150.0.0.0');
    expect(askFor({ ...chromium, candidates: () => [stub] })).toEqual({
      why: `no Chromium: ${stub} did not show a page (Debian: chromium)`,
    });
  });

  it('shows a page in the version that it prints', () => {
    // As Chromium answers --version and --dump-dom.
    const good = join(folder, 'good');
    const answers = [
      'case "$*" in',
      '*--dump-dom*) echo "<html>Mozilla/5.0 Chrome/150.0.0.0 Safari/537.36 says 42</html>";;',
      '*) echo "Chromium 150.0.7871.100 built on Debian";;',
      'esac',
    ];
    writeFileSync(good, `#!/bin/sh\n${answers.join('\n')}\n`, { mode: 0o755 });
    expect(askFor({ ...chromium, candidates: () => [good] })).toEqual({ path: good, version: '150.0.7871.100' });
  });
});

it('installing the packages downloads no browser: neither of Playwright’s packages has a script to run', () => {
  const { packages } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package-lock.json'), 'utf8'));
  for (const name of ['playwright', 'playwright-core'])
    expect(packages[`node_modules/${name}`], name).toMatchObject({ version: expect.any(String) });
  const withScripts = Object.entries(packages).filter(([, entry]) => entry.hasInstallScript);
  expect(withScripts.filter(([path]) => path.includes('playwright'))).toEqual([]);
});
