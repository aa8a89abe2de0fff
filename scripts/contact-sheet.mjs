/**
 * `npm run contact-sheet`: docs/pictures/captions-*.png, what customers see below their codes. Look at them, commit
 * them.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled, root } from './ready.mjs';

ensureInstalled();
const { status } = spawnSync(
  process.execPath,
  ['--import', 'tsx', join(root, 'tests/support/docs/contact-sheet.ts'), ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
);
process.exit(status ?? 1);
