/** A `mount` that only ends with 0 had a test fill the machine's own disk. */
import { existsSync, mkdirSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { removeFolder } from '../remove-folder.ts';
import { because } from '../requirements.ts';
import { fillDisk, mountSmallDisk } from './small-disk.ts';

const folder = mkdtempSync(join(tmpdir(), 'counterqr-small-disk-'));
const place = join(folder, 'disk');
mkdirSync(place);
const disk = mountSmallDisk(place);
const why = disk.kind === 'missing' ? disk.why : undefined;
afterAll(() => {
  if (disk.kind === 'mounted') disk.unmount();
  removeFolder(folder);
});

describe('a disk that is to be filled', () => {
  const noLinux = process.platform === 'linux' ? undefined : 'it needs Linux';

  it.skipIf(noLinux !== undefined)(`is not there because a program named mount says yes${because(noLinux)}`, () => {
    const [fake, elsewhere] = [join(folder, 'mount'), join(folder, 'elsewhere')];
    writeFileSync(fake, '#!/bin/sh\nexit 0\n', { mode: 0o755 });
    mkdirSync(elsewhere);
    expect(mountSmallDisk(elsewhere, [fake])).toEqual({
      kind: 'missing',
      why: `a small disk needs the right to mount one: ${fake} mounted none`,
    });
  });

  it('is left alone past 2 MB: it was no small one', () => {
    const path = join(folder, 'large');
    expect(() => fillDisk(path)).toThrow(`${path} took 2097152 bytes: it lies on no small disk.`);
    expect(statSync(path).size).toBe(2 << 20);
  });

  it.skipIf(why !== undefined)(`is full afterwards${because(why)}`, () => {
    fillDisk(join(place, 'filler'));
    expect(() => writeFileSync(join(place, 'more'), Buffer.alloc(8_192))).toThrow('ENOSPC');
    expect(existsSync(join(place, 'filler'))).toBe(true);
  });
});
