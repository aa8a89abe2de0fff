/**
 * `npm run tray:soak -- --hours 8`: a counter's day in real time with the tray's Linux executable (tests/soak/tray.ts).
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt } from './built.mjs';
import { ensureInstalled, root } from './ready.mjs';

ensureInstalled();
await ensureBuilt();
const { status } = spawnSync(
  process.execPath,
  ['--import', 'tsx', join(root, 'tests/soak/tray.ts'), ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
);
process.exit(status ?? 1);
