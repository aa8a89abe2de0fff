/**
 * `npm run build:tray`: dist/tray/CounterQR.exe (Windows 10/11 x64), CounterQR-Setup.exe, which installs it,
 * CounterQR.msi, which deploys that, and counterqr-linux (the same program, for tests). `--linux`, `--windows` or
 * `--setup` builds one of them.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { isMain } from './is-main.mjs';
import { ensureInstalled, giveUp, root } from './ready.mjs';

const MAX_EXE_BYTES = 95_000_000;
const out = join(root, 'dist/tray');
export const windowsExe = join(out, 'CounterQR.exe');
export const setupExe = join(out, 'CounterQR-Setup.exe');
export const setupMsi = join(out, 'CounterQR.msi');
export const linuxBinary = join(out, 'counterqr-linux');

export const projectVersion = () => JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;

/** Imports wait until the packages are there. */
async function tools() {
  const names = ['toolchain', 'bundle', 'pack', 'dress', 'installer', 'package'];
  return Object.assign({}, ...(await Promise.all(names.map((name) => import(`./tray/${name}.mjs`)))));
}

/**
 * Base64 of the ed25519 public key that updates are signed with; a build without it takes the key from the settings
 * (docs/tray.md).
 */
const updateKeyOfBuild = () => process.env.COUNTERQR_UPDATE_KEY ?? '';

export async function buildLinux({ version = projectVersion(), output = linuxBinary } = {}) {
  const { ensureToolchain, bundleTray, pack } = await tools();
  await ensureToolchain();
  const script = await bundleTray('linux', { version, updateKey: updateKeyOfBuild() });
  await pack({ platform: 'linux', script, output });
  return output;
}

export async function buildWindows({ version = projectVersion(), output = windowsExe } = {}) {
  const { ensureToolchain, bundleTray, pack, dressedWindowsNode } = await tools();
  await ensureToolchain();
  const windowsBase = await dressedWindowsNode(version);
  const script = await bundleTray('win32', { version, updateKey: updateKeyOfBuild() });
  await pack({ platform: 'win32', script, windowsBase, output });
  const { size } = statSync(output);
  if (size > MAX_EXE_BYTES) throw new Error(`${output} has ${size} bytes; ${MAX_EXE_BYTES} are allowed.`);
  return output;
}

function report(path) {
  const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
  console.log(`${relative(root, path)}  ${(statSync(path).size / 1e6).toFixed(1)} MB  sha256 ${sha256.slice(0, 16)}…`);
}

/** What can be built alone. */
const PARTS = ['linux', 'windows', 'setup'];

async function main(args) {
  const options = Object.fromEntries(PARTS.map((part) => [part, { type: 'boolean' }]));
  const { values } = parseArgs({ args, options });
  ensureInstalled();
  mkdirSync(out, { recursive: true });
  const wants = (part) => values[part] === true || !PARTS.some((one) => values[one]);
  if (wants('linux')) report(await buildLinux());
  if (wants('windows') || wants('setup')) report(await buildWindows());
  if (wants('setup')) {
    const { makeInstaller, makePackage } = await tools();
    const version = projectVersion();
    report(await makeInstaller({ exe: windowsExe, version, output: setupExe }));
    report(await makePackage({ setup: setupExe, version, output: setupMsi }));
  }
  if (wants('windows') || wants('setup'))
    console.log(
      'These are NOT signed: Windows warns about them. Releases are signed with scripts/sign-tray.mjs (docs/tray.md).',
    );
}

if (isMain(import.meta.filename)) main(process.argv.slice(2)).catch((error) => giveUp(error.message));
