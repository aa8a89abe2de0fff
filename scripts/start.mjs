/**
 * `npm start`: installs what is missing, builds what is stale, runs the relay in this very process (so that Ctrl-C
 * reaches it).
 */
import { ensureBuilt } from './built.mjs';
import { ensureInstalled } from './ready.mjs';

ensureInstalled();
await ensureBuilt();
await import('../dist/relay/main.js');
