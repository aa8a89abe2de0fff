/**
 * A PATH for shells and scripts, which call programs by their names: where the first of a name is not the tool, the
 * tool stands before it.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, symlinkSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findTool } from '../tools.mjs';
import { candidates } from './ask.mjs';

const CACHE = join(dirname(fileURLToPath(import.meta.url)), '../../node_modules/.cache/counterqr/tools');
/** What the guides' blocks and the scripts of deploy/ call. */
const IN_SHELLS = ['bash', 'tar', 'curl', 'git', 'openssl', 'nginx', 'PHP', 'Python', 'logrotate'];

function linkTo(path, folder) {
  try {
    symlinkSync(path, join(folder, basename(path)));
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
}

/** @param {(name: string) => string | undefined} find path of a tool; @param {string} cache a folder for links */
export function pathWithTools(find = findTool, cache = CACHE) {
  const path = process.env.PATH ?? '';
  if (process.platform === 'win32') return path;
  const hidden = IN_SHELLS.map(find).filter((tool) => tool !== undefined && candidates(basename(tool))[0] !== tool);
  if (hidden.length === 0) return path;
  const folder = join(cache, createHash('sha256').update(hidden.join('\0')).digest('hex').slice(0, 16));
  mkdirSync(folder, { recursive: true });
  for (const tool of hidden) linkTo(tool, folder);
  return [folder, path].join(delimiter);
}
