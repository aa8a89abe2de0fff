/**
 * Gets a fresh clone ready with nothing but Node and npm: the right Node and the packages. The build is built.mjs's.
 * Only Node's builtins at the top, because this runs before anything is installed.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** One sentence for the person in front of it, then exit code 1. */
export function giveUp(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

export function ensureNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    giveUp(
      `Counter QR needs Node 20.19 or newer; this is ${process.version}. Install a newer Node and run this again.`,
    );
}

/** True when every required package of the lock file is there in the locked version. */
export function packagesAreCurrent() {
  try {
    const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
    const there = JSON.parse(readFileSync(join(root, 'node_modules/.package-lock.json'), 'utf8')).packages;
    return Object.entries(wanted).every(
      ([path, { version, optional, devOptional, link }]) =>
        path === '' || link || there[path]?.version === version || optional || devOptional,
    );
  } catch {
    return false;
  }
}

/** Runs npm as the same npm that started us, which is not on every machine a program that spawn finds. */
export function npm(args, options = {}) {
  const cli = process.env.npm_execpath;
  return cli && /\.c?js$/.test(cli)
    ? spawnSync(process.execPath, [cli, ...args], { cwd: root, stdio: 'inherit', ...options })
    : spawnSync('npm', args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32', ...options });
}

export function ensureInstalled() {
  ensureNode();
  if (packagesAreCurrent()) return;
  console.log('Installing packages (once) …');
  // NODE_ENV=production would leave out what the build needs.
  const { status } = npm(['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']);
  if (status !== 0) giveUp('npm could not install the packages; see its message above.');
}
