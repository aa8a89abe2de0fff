/** CounterQR-Setup.exe as its build makes it, once per content: packing 93 MB into 24 takes a minute of CPU. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { buildWindows } from '../../../scripts/build-tray.mjs';
import { bundleTray } from '../../../scripts/tray/bundle.mjs';
import { makeInstaller } from '../../../scripts/tray/installer.mjs';
import { ensureToolchain } from '../../../scripts/tray/toolchain.mjs';

const root = join(import.meta.dirname, '../../..');
const CACHE = join(root, 'node_modules/.cache/counterqr/tray-setup');

export interface WindowsBuild {
  readonly exe: string;
  readonly setup: string;
}

const TRAY_SCRIPTS = join(root, 'scripts/tray');
/** Beside the program itself, what decides what comes out. */
const SOURCES = [
  ...['installer.mjs', 'dress.mjs', 'pack.mjs', 'icon.mjs', 'toolchain/package-lock.json'],
  ...readdirSync(join(TRAY_SCRIPTS, 'installer')).map((name) => `installer/${name}`),
];

export async function windowsBuild(version = '1.0.0'): Promise<WindowsBuild> {
  await ensureToolchain();
  const hash = createHash('sha256').update(await bundleTray('win32', { version, updateKey: '' }));
  for (const source of SOURCES) hash.update(readFileSync(join(TRAY_SCRIPTS, source)));
  const folder = join(CACHE, hash.digest('hex').slice(0, 16));
  const kept = { exe: join(folder, 'CounterQR.exe'), setup: join(folder, 'CounterQR-Setup.exe') };
  if (existsSync(kept.setup)) return kept;
  const draft = join(CACHE, `draft-${process.pid}`);
  mkdirSync(draft, { recursive: true });
  const exe = await buildWindows({ version, output: join(draft, 'CounterQR.exe') });
  await makeInstaller({ exe, version, output: join(draft, 'CounterQR-Setup.exe') });
  renameSync(draft, folder);
  return kept;
}
