/**
 * Whether a script was started by itself, not imported. By the files, because a folder may have two names: a link in
 * the path, a drive's letter in either case.
 */
import { realpathSync } from 'node:fs';

/** @param {string} file the script's own `import.meta.filename` */
export function isMain(file) {
  try {
    return realpathSync.native(process.argv[1] ?? '') === realpathSync.native(file);
  } catch {
    return false;
  }
}
