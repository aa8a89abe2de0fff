/** Started through a link in its path (macOS has /tmp as one), a script did nothing at all and ended well. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

it.each(['chrome-policy.mjs', 'sign-update.mjs'])('%s works when its folder is reached by another name', (script) => {
  const folder = mkdtempSync(join(tmpdir(), 'counterqr linked '));
  try {
    // A junction is the link that Windows lets everybody make.
    symlinkSync(root, join(folder, 'clone'), 'junction');
    const { status, stderr } = spawnSync(process.execPath, [join(folder, 'clone/scripts', script)], {
      encoding: 'utf8',
    });
    expect(stderr).toMatch(/--origin|Usage/);
    expect(status).toBe(1);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it('a script that is imported does nothing by itself', () => {
  const url = new URL('./chrome-policy.mjs', import.meta.url).href;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', `await import('${url}')`],
    {
      encoding: 'utf8',
    },
  );
  expect([status, stdout, stderr]).toEqual([0, '', '']);
});
