/**
 * The tray's build itself: `npm run build:tray` as a developer runs it, then the same once more elsewhere. The same
 * source gives the same executables and the same installer, byte for byte.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  buildLinux,
  buildWindows,
  linuxBinary,
  projectVersion,
  setupExe,
  setupMsi,
  windowsExe,
} from '../../../scripts/build-tray.mjs';
import { bundleTray } from '../../../scripts/tray/bundle.mjs';
import { makeIco } from '../../../scripts/tray/icon.mjs';
import { makeInstaller } from '../../../scripts/tray/installer.mjs';
import { toolPath } from '../../../scripts/tray/toolchain.mjs';
import { because, noTool } from '../../support/requirements.ts';
import { noTrayBinary } from '../../support/tray/binary.ts';
import { removeFolder } from '../../support/remove-folder.ts';

/** What is used of resedit, which only the build's own folder of tools has. */
interface Resedit {
  readonly NtExecutable: { from(bytes: Buffer): object };
  readonly NtExecutableResource: { from(program: object): { readonly entries: readonly object[] } };
  readonly Resource: { readonly IconGroupEntry: { fromEntries(entries: readonly object[]): readonly IconGroup[] } };
}
interface IconGroup {
  readonly icons: readonly { readonly width: number }[];
  getIconItemsFromEntries(entries: readonly object[]): readonly { readonly bin: ArrayBuffer }[];
}

const root = join(import.meta.dirname, '../../..');
const why = noTrayBinary() ?? noTool('makensis', 'wixl', 'msibuild');

describe.skipIf(why !== undefined)(`the tray's build${because(why)}`, () => {
  // Another folder, whose path is longer: neither may be told from the bytes.
  const folder = mkdtempSync(join(tmpdir(), 'counterqr-build-somewhere-else-'));
  let said: string;

  beforeAll(async () => {
    for (const path of [windowsExe, setupExe, setupMsi, linuxBinary]) rmSync(path, { force: true });
    const build = [join(root, 'scripts/build-tray.mjs')];
    said = (await promisify(execFile)(process.execPath, build, { cwd: root })).stdout;
    mkdirSync(join(folder, 'again'));
  }, 10 * 60_000);
  afterAll(() => removeFolder(folder));

  const again = (name: string): string => join(folder, 'again', name);
  const same = (one: string, two: string): boolean => readFileSync(one).equals(readFileSync(two));

  it('makes what Windows needs, small enough, and says that nothing of it is signed', () => {
    for (const [path, mostMb] of [
      [windowsExe, 95],
      [setupExe, 25],
      [setupMsi, 25],
    ] as const)
      expect(statSync(path).size, path).toBeLessThan(mostMb * 1_000_000);
    expect(said).toContain('These are NOT signed: Windows warns about them.');
  });

  it('has the one icon that is drawn for it, in each of its sizes', async () => {
    const { NtExecutable, NtExecutableResource, Resource } = (await import(
      toolPath('resedit/dist/index.js')
    )) as Resedit;
    const { entries } = NtExecutableResource.from(NtExecutable.from(readFileSync(windowsExe)));
    const groups = Resource.IconGroupEntry.fromEntries(entries);
    expect(groups).toHaveLength(1);
    const ico = await makeIco();
    const images = groups[0]?.getIconItemsFromEntries(entries).map(({ bin }) => Buffer.from(bin)) ?? [];
    expect(images).toHaveLength(ico.readUInt16LE(4));
    // The pictures follow one another in the file, after its header of 6 bytes and 16 for each.
    expect(Buffer.concat(images).equals(ico.subarray(6 + 16 * images.length))).toBe(true);
  });

  it('gives the same executable for Windows once more', async () => {
    // pkg gives a Windows file its ending whether asked or not.
    expect(same(await buildWindows({ output: again('CounterQR.exe') }), windowsExe)).toBe(true);
  });

  it('gives the same installer once more', async () => {
    const output = again('CounterQR-Setup.exe');
    await makeInstaller({ exe: again('CounterQR.exe'), version: projectVersion(), output });
    expect(same(output, setupExe)).toBe(true);
  });

  it('gives the same executable for Linux once more', async () => {
    expect(same(await buildLinux({ output: again('counterqr-linux') }), linuxBinary)).toBe(true);
  });

  it.each(['win32', 'linux'] as const)('has nothing of the machine in it that built it, for %s', async (platform) => {
    const script = Buffer.from(await bundleTray(platform, { version: '1.0.0', updateKey: '' }));
    expect(script.length).toBeGreaterThan(1_000_000);
    expect(script.includes(root)).toBe(false);
  });
});
