/** Compiles the rig's two C files into a cache folder, once per content. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';

const CACHE = join(import.meta.dirname, '../../node_modules/.cache/counterqr/rig');

function compile(source: string, extension: string, flags: readonly string[]): string {
  const path = join(import.meta.dirname, source);
  const hash = createHash('sha256').update(readFileSync(path)).update(flags.join(' ')).digest('hex').slice(0, 16);
  const output = join(CACHE, `${source.replace(/\.c$/, '')}-${hash}${extension}`);
  if (existsSync(output)) return output;
  mkdirSync(CACHE, { recursive: true });
  // Renamed into place, so that two runs at once never load half a file.
  const draft = `${output}.${process.pid}`;
  const { status, stderr } = spawnSync('gcc', ['-O1', '-Wall', '-o', draft, path, ...flags], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`gcc could not compile ${source}: ${stderr}`);
  renameSync(draft, output);
  return output;
}

/** The library that adds ports to Chromium's list. */
export const fakeUdevLibrary = (): string => compile('fakeudev.c', '.so', ['-shared', '-fPIC', '-ldl']);
/** The program that holds one pseudo terminal. */
export const ptyBridge = (): string => compile('ptybridge.c', '', []);
