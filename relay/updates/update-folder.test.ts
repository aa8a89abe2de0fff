import { createHash } from 'node:crypto';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isChosen, UpdateFolder } from './update-folder.ts';

const PLATFORM = 'win32-x64';
const devices = Array.from({ length: 1_000 }, (_, n) => `device_PC_${n.toString(16).padStart(6, '0')}`);

describe('whose turn it is', () => {
  const chosen = (version: string, percent: number): string[] => devices.filter((id) => isChosen(id, version, percent));

  it('is about the share that IT said, nobody at 0 and everybody at 100', () => {
    expect(chosen('1.1.0', 0)).toEqual([]);
    expect(chosen('1.1.0', 10).length).toBeGreaterThan(70);
    expect(chosen('1.1.0', 10).length).toBeLessThan(130);
    expect(chosen('1.1.0', 100)).toEqual(devices);
  });

  it('stays theirs while the share grows', () => {
    expect(chosen('1.1.0', 50)).toEqual(expect.arrayContaining(chosen('1.1.0', 10)));
  });

  it('begins with others in another version, so that it is not always the same who try first', () => {
    const both = chosen('1.2.0', 10).filter((id) => isChosen(id, '1.1.0', 10));
    expect(both.length).toBeLessThan(30);
  });
});

describe('the folder', () => {
  let folder: string;
  let updates: UpdateFolder;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'counterqr-updates-'));
    updates = new UpdateFolder(folder, pino({ enabled: false }));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const CONTENT = 'the program';
  const FILE = 'counterqr-1.1.0.exe';
  function release({ percent = 100, platform = PLATFORM, file = FILE } = {}): void {
    writeFileSync(join(folder, FILE), CONTENT);
    const manifest = JSON.stringify({
      product: 'counterqr-tray',
      version: '1.1.0',
      platform,
      file,
      bytes: CONTENT.length,
      sha256: createHash('sha256').update(CONTENT).digest('hex'),
      signed_at: '2026-01-01T00:00:00.000Z',
    });
    const signature = Buffer.alloc(64, 7).toString('base64');
    writeFileSync(join(folder, `${PLATFORM}.json`), JSON.stringify({ manifest, signature, percent }));
  }
  const offered = async (version: string): Promise<boolean> =>
    (await updates.offerFor(PLATFORM, version, devices[0] ?? '')) !== undefined;

  it('offers a newer version, and neither the same nor an older one', async () => {
    expect(await offered('1.0.0')).toBe(false);
    release();
    expect(await offered('1.0.9')).toBe(true);
    expect(await offered('1.1.0-rc.1')).toBe(true);
    expect(await offered('1.1.0')).toBe(false);
    expect(await offered('1.10.0')).toBe(false);
  });

  it('hears of a new share without a restart', async () => {
    release({ percent: 0 });
    expect(await offered('1.0.0')).toBe(false);
    release({ percent: 100 });
    expect(await offered('1.0.0')).toBe(true);
  });

  it('offers nothing while the file is not the one that was signed', async () => {
    release();
    appendFileSync(join(folder, FILE), 'more');
    expect(await offered('1.0.0')).toBe(false);
  });

  it('offers nothing that was signed for another platform', async () => {
    release({ platform: 'linux-x64' });
    expect(await offered('1.0.0')).toBe(false);
  });

  it('hands out the file that a manifest names, and no other', async () => {
    release();
    writeFileSync(join(folder, 'key.pem'), 'secret');
    const found = await updates.open(FILE);
    expect(found?.bytes).toBe(CONTENT.length);
    expect(Buffer.concat((await found?.stream.toArray()) as Buffer[]).toString()).toBe(CONTENT);
    for (const name of ['key.pem', `${PLATFORM}.json`, '../passwd', ''])
      expect(await updates.open(name)).toBeUndefined();
  });

  it('offers nothing whose manifest names a file outside', async () => {
    release({ file: '../counterqr-1.1.0.exe' });
    expect(await offered('1.0.0')).toBe(false);
  });
});
