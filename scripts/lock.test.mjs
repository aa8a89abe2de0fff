import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { withLock } from './lock.mjs';

let folder;
let file;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'counterqr-lock-'));
  file = join(folder, 'cache', 'build.lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('lets the second wait until the first is done', async () => {
  const order = [];
  let finish;
  const first = withLock(file, async () => {
    order.push('first begins');
    await new Promise((resolve) => (finish = resolve));
    order.push('first ends');
  });
  const second = withLock(file, () => order.push('second'), { pollMs: 1, onWait: () => finish() });
  await Promise.all([first, second]);
  expect(order).toEqual(['first begins', 'first ends', 'second']);
  expect(existsSync(file)).toBe(false);
});

it('takes over from a process that died holding it', async () => {
  const { stdout } = spawnSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' });
  await withLock(file, () => undefined);
  writeFileSync(file, stdout.trim());
  expect(await withLock(file, () => 'done', { pollMs: 1 })).toBe('done');
});

it('lets go when the work fails', async () => {
  await expect(withLock(file, () => Promise.reject(new Error('broken build')))).rejects.toThrow('broken build');
  expect(existsSync(file)).toBe(false);
});

it('gives up with a sentence that names the file', async () => {
  await withLock(file, async () => {
    await expect(withLock(file, () => undefined, { pollMs: 1, limitMs: 5 })).rejects.toThrow(file);
  });
});
