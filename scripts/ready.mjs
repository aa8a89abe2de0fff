/**
 * Gets a fresh clone ready with nothing but Node and npm: the right Node, the packages, a current build.
 * Only Node's builtins at the top, because this runs before anything is installed.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './lock.mjs';

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

const SOURCES = [
  'relay',
  'kiosk',
  'shared',
  'node',
  'tray',
  'sdk',
  'package-lock.json',
  'vite.config.ts',
  'scripts/build.mjs',
];

function* filesUnder(path) {
  const stack = [join(root, path)];
  while (stack.length > 0) {
    const next = stack.pop();
    if (!existsSync(next)) continue;
    let entries;
    try {
      entries = readdirSync(next, { withFileTypes: true });
    } catch {
      yield next;
      continue;
    }
    for (const entry of entries) {
      const full = join(next, entry.name);
      if (entry.isDirectory()) stack.push(full);
      else if (!/\.test\.ts$/.test(entry.name)) yield full;
    }
  }
}

/** Hash of all that goes into dist/, so that a second start builds nothing. */
export function sourceStamp() {
  const hash = createHash('sha256');
  for (const source of SOURCES)
    for (const file of [...filesUnder(source)].sort())
      hash.update(relative(root, file)).update('\0').update(readFileSync(file));
  return hash.digest('hex');
}

export const STAMP_FILE = join(root, 'dist', '.stamp');

const isBuilt = () => existsSync(STAMP_FILE) && readFileSync(STAMP_FILE, 'utf8') === sourceStamp();

/** Builds what is stale. `npm start` and `npm test` may run at once: the second waits for the first one's build. */
export async function ensureBuilt() {
  if (isBuilt()) return;
  // Outside dist/, which a build empties.
  const lockFile = join(root, 'node_modules', '.cache', 'counterqr', 'build.lock');
  await withLock(
    lockFile,
    async () => {
      if (isBuilt()) return;
      console.log('Building …');
      const { build } = await import('./build.mjs');
      await build();
    },
    { onWait: () => console.log('Waiting for another build of this folder …') },
  );
}
