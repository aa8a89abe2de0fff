/**
 * Makes executables with pkg's SEA mode: a Node binary that carries the script. pkg wants to download Node from
 * nodejs.org; its cache is filled beforehand with the binaries from npm, in a home folder of its own, so it has nothing
 * to download.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { withLock } from '../lock.mjs';
import { root } from '../ready.mjs';
import { cacheFolder, linuxNode, NODE_VERSION, toolPath } from './toolchain.mjs';

const home = join(cacheFolder, 'pkg-home');
const seaCache = join(home, '.pkg-cache/sea');

/** pkg takes a cached binary when it finds the archive, the binary and a `.ok` file beside each. */
function seed(archive, binary, content) {
  mkdirSync(dirname(binary), { recursive: true });
  writeFileSync(archive, '');
  writeFileSync(`${archive}.ok`, '');
  if (typeof content === 'string') copyFileSync(content, binary);
  else writeFileSync(binary, content);
  writeFileSync(`${binary}.ok`, '');
}

/**
 * @param {{ platform: 'win32' | 'linux', script: Uint8Array, windowsBase?: Uint8Array, output: string }} options
 *   `windowsBase`: node.exe with icon, version and subsystem set.
 */
export async function pack(options) {
  // One home folder, so one at a time; test files run side by side.
  await withLock(join(root, 'node_modules/.cache/counterqr/tray-pack.lock'), () => packAlone(options));
}

function packAlone({ platform, script, windowsBase, output }) {
  const base = join(seaCache, `node-v${NODE_VERSION}-linux-x64`);
  seed(`${base}.tar.gz`, join(base, 'bin/node'), linuxNode);
  if (platform === 'win32') {
    const windows = join(seaCache, `node-v${NODE_VERSION}-win-x64`);
    seed(`${windows}.zip`, `${windows}.exe`, windowsBase);
  }
  const entry = join(home, 'counterqr.cjs');
  writeFileSync(entry, script);
  rmSync(output, { force: true });
  mkdirSync(dirname(output), { recursive: true });
  const target = `node${NODE_VERSION}-${platform === 'win32' ? 'win' : 'linux'}-x64`;
  // pkg's host must be the same Node as the target: the blob's format changes between patch releases.
  const args = [toolPath('@yao-pkg/pkg/lib-es5/bin.js'), entry, '--sea', '--target', target, '--output', output];
  const log = execFileSync(linuxNode, args, {
    cwd: home,
    env: { ...process.env, HOME: home, NODE_OPTIONS: '' },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  assertCarries(output, script, log);
}

/** pkg may exit with 0 and leave a plain node binary; so the product is looked at, not the exit code. */
function assertCarries(output, script, log) {
  const file = existsSync(output) ? readFileSync(output) : Buffer.alloc(0);
  const fuseIsSet = file.includes('NODE_SEA_FUSE_' + 'fce680ab2cc467b6e072b8b5df1996b2:1');
  if (
    statSync(output, { throwIfNoEntry: false }) === undefined ||
    !fuseIsSet ||
    !file.includes(script.subarray(0, 4096))
  )
    throw new Error(`pkg left no working executable at ${output}. It said:\n${log}`);
}
