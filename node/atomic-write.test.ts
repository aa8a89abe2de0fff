import { mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { removeFolder } from '../tests/support/remove-folder.ts';
import { because } from '../tests/support/requirements.ts';
import { atomicRename, atomicWrite, atomicWriteSync } from './atomic-write.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'counterqr-atomic-'));
});
afterAll(() => removeFolder(dir));

it('replaces a file as a whole, and leaves nothing beside it', async () => {
  const path = join(dir, 'settings.json');
  writeFileSync(path, 'old');
  await atomicWrite(path, 'new');
  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(readdirSync(dir)).toEqual(['settings.json']);
});

const noModes = process.platform === 'win32' ? 'Windows keeps no modes of files' : undefined;
it.skipIf(noModes !== undefined)(
  `is readable by its owner only, unless told otherwise${because(noModes)}`,
  async () => {
    await atomicWrite(join(dir, 'secret'), 'x');
    await atomicWrite(join(dir, 'public'), new Uint8Array([1]), { mode: 0o644 });
    expect(['secret', 'public'].map((name) => statSync(join(dir, name)).mode & 0o777)).toEqual([0o600, 0o644]);
  },
);

it('leaves the old file and nothing else when it fails', async () => {
  const path = join(dir, 'folder');
  mkdirSync(path);
  writeFileSync(join(path, 'content'), '');
  await expect(atomicWrite(path, 'x')).rejects.toThrow();
  expect(readdirSync(path)).toEqual(['content']);
  expect(readdirSync(dir).filter((name) => name.includes('.tmp'))).toEqual([]);
});

it('the form that does not wait does the same', () => {
  const path = join(dir, 'addon');
  writeFileSync(path, 'old');
  atomicWriteSync(path, 'new', { mode: 0o644 });
  expect(readFileSync(path, 'utf8')).toBe('new');
  if (process.platform !== 'win32') atomicWriteSync(path, 'secret');
  if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
  mkdirSync(join(dir, 'full', 'content'), { recursive: true });
  expect(() => atomicWriteSync(join(dir, 'full'), 'x')).toThrow();
  expect(readdirSync(join(dir, 'full'))).toEqual(['content']);
  expect(readdirSync(dir).filter((name) => name.includes('.tmp'))).toEqual([]);
});

it('a file takes another one’s name, and its content with it', async () => {
  const [from, to] = [join(dir, 'update.part'), join(dir, 'update')];
  writeFileSync(from, 'new');
  writeFileSync(to, 'old');
  await atomicRename(from, to);
  expect(readFileSync(to, 'utf8')).toBe('new');
  expect(readdirSync(dir)).not.toContain('update.part');
});

it('of writers at the same moment each is whole', async () => {
  const path = join(dir, 'contended');
  const texts = Array.from({ length: 8 }, (_, nth) => String(nth).repeat(10_000));
  await Promise.all(texts.map((text) => atomicWrite(path, text)));
  expect(texts).toContain(readFileSync(path, 'utf8'));
});
