import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { UpdateStore } from './update-store.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'counterqr-updates-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const manifest = (version: string, platform: 'win32-x64' | 'linux-x64', file: string) =>
  ({
    product: 'counterqr-tray',
    platform,
    version,
    file,
    bytes: 1,
    sha256: 'ab'.repeat(32),
    signed_at: '2026-03-01T08:00:00Z',
  }) as const;

it('keeps a version under the name by which the installer ends it, whatever the relay calls its file', async () => {
  const store = new UpdateStore(folder);
  expect(await store.prepareFolder(manifest('1.2.0', 'win32-x64', 'CounterQR-1.2.0.exe'))).toBe(
    join(folder, '1.2.0-abababababab', 'CounterQR.exe'),
  );
  expect(await store.prepareFolder(manifest('1.3.0', 'linux-x64', 'counterqr-linux-1.3.0'))).toBe(
    join(folder, '1.3.0-abababababab', 'CounterQR'),
  );
});
