import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readIfThere } from './read-if-there.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'counterqr-read-'))));
afterEach(() => rmSync(folder, { recursive: true }));

it('tells an empty file from none, and a file that cannot be read from both', async () => {
  writeFileSync(join(folder, 'empty'), '');
  expect(await readIfThere(join(folder, 'empty'))).toBe('');
  expect(await readIfThere(join(folder, 'none'))).toBeUndefined();
  await expect(readIfThere(folder)).rejects.toThrow('EISDIR');
});
