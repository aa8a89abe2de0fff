/** `npm run migrate`: from lowdb to Redis, from a fresh clone as well. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt } from './built.mjs';
import { ensureInstalled, root } from './ready.mjs';

ensureInstalled();
await ensureBuilt();
const { status } = spawnSync(process.execPath, [join(root, 'dist/relay/migrate.js'), ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.exit(status ?? 1);
