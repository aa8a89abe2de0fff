import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { removeFolder } from '../tests/support/remove-folder.ts';
import { extractAddon } from './native-addon.ts';

const bytes = Buffer.from('a compiled addon');
const addon = {
  name: 'serialport',
  sha256: createHash('sha256').update(bytes).digest('hex'),
  brotliBase64: brotliCompressSync(bytes).toString('base64'),
};

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'counterqr-addon-'));
});
afterAll(() => removeFolder(dir));

it('is written whole, once, and anew when what lies there is not it', () => {
  const folder = join(dir, 'native');
  const path = extractAddon(addon, folder);
  expect(readFileSync(path)).toEqual(bytes);
  writeFileSync(path, bytes.subarray(0, 5));
  expect(extractAddon(addon, folder)).toBe(path);
  expect(readFileSync(path)).toEqual(bytes);
  expect(readdirSync(folder)).toHaveLength(1);
});
