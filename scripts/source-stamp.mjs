/** Whether dist/ is what the sources would build. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from './ready.mjs';

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

/** True when dist/ was made of today's sources. */
export const isBuilt = () => existsSync(STAMP_FILE) && readFileSync(STAMP_FILE, 'utf8') === sourceStamp();
