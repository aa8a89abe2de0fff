/** What `npm test` prints first on a machine that has little and lets nobody install: here an empty path. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { TOOLS } from './tools.mjs';

const script = new URL('./system-packages.mjs', import.meta.url).href;

it('prints the whole table when something is missing, each line with its reason, and installs nothing without apt-get', () => {
  const PATH = mkdtempSync(join(tmpdir(), 'counterqr empty '));
  try {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--input-type=module', '-e', `await (await import('${script}')).ensureSystemPackages()`],
      { encoding: 'utf8', env: { ...process.env, PATH, CHROME_PATH: '', COUNTERQR_TOOLS: '' } },
    );
    expect([status, stderr]).toEqual([0, '']);
    const [title, ...rows] = stdout.trimEnd().split('\n');
    expect(title).toBe('What this machine has; tests that need what is missing are skipped:');
    const names = TOOLS.filter(({ suite }) => suite === undefined).map(({ name }) => name);
    for (const name of names) expect(rows.filter((row) => row.slice(11).startsWith(`${name}  `))).toHaveLength(1);
    const curl = rows.find((row) => row.slice(11).startsWith('curl '));
    expect(curl).toMatch(/^ {2}missing {2}curl +no curl on this machine \(Debian: curl\)$/);
  } finally {
    rmSync(PATH, { recursive: true, force: true });
  }
});

it('prints the table when only the browser is missing', () => {
  const found = TOOLS.map(({ name }) => [
    name,
    name === 'Chromium'
      ? { why: 'no Chromium on this machine (Debian: chromium)' }
      : { path: '/bin/x', version: '1.0' },
  ]);
  const COUNTERQR_TOOLS = JSON.stringify({ searchedPath: process.env.PATH, found });
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', `await (await import('${script}')).ensureSystemPackages()`],
    { encoding: 'utf8', env: { ...process.env, COUNTERQR_TOOLS } },
  );
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^What this machine has; .*:\n/);
  expect(stdout).toMatch(/^ {2}missing {2}Chromium +no Chromium on this machine/m);
  expect(stdout).not.toContain('Installing');
});
