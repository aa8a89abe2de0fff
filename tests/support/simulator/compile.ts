/** Compiles the rig's two C files into a cache folder, once per content. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tool } from '../requirements.ts';

const CACHE = join(import.meta.dirname, '../../../node_modules/.cache/counterqr/rig');

/**
 * Where a library may lie that is named in LD_PRELOAD, which parts its names by spaces and colons: not in a clone with
 * a space in its path.
 */
export function preloadFolder(cache = CACHE, temporary = tmpdir()): string {
  const folders = [cache, join(temporary, `counterqr-rig-${process.getuid?.() ?? 0}`)];
  const folder = folders.find((path) => !/[\s:]/.test(path));
  if (folder === undefined)
    throw new Error(
      `LD_PRELOAD takes no path with a space or a colon; set TMPDIR to a folder without, not ${temporary}.`,
    );
  return folder;
}

function compile(source: string, folder: string, extension: string, flags: readonly string[]): string {
  const path = join(import.meta.dirname, source);
  const hash = createHash('sha256').update(readFileSync(path)).update(flags.join(' ')).digest('hex').slice(0, 16);
  const output = join(folder, `${source.replace(/\.c$/, '')}-${hash}${extension}`);
  if (existsSync(output)) return output;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Renamed into place, so that two runs at once never load half a file.
  const draft = `${output}.${process.pid}`;
  const compiler = tool('C compiler');
  const { status, stderr } = spawnSync(compiler, ['-O1', '-Wall', '-o', draft, path, ...flags], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${compiler} could not compile ${source}: ${stderr}`);
  renameSync(draft, output);
  return output;
}

/** The library that adds ports to Chromium's list. */
export const fakeUdevLibrary = (): string =>
  compile('fakeudev.c', preloadFolder(), '.so', ['-shared', '-fPIC', '-ldl']);
/** The program that holds one pseudo terminal. */
export const ptyBridge = (): string => compile('ptybridge.c', CACHE, '', []);
