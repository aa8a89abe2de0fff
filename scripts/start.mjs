/**
 * `npm start`: installs what is missing, builds what is stale, runs the relay in this very process (so that Ctrl-C
 * reaches it).
 */
import { ensureBuilt } from './built.mjs';
import { ensureInstalled } from './ready.mjs';

ensureInstalled();
await ensureBuilt();
// The person who types this may have the keys, also where the output is piped; a log that is kept gets none.
process.argv.push('--show-first-run-keys');
await import('../dist/relay/main.js');
