/** Builds dist/ where it is stale; beside the installation of what the tests need (prepare.mjs). */
import { ensureBuilt } from '../built.mjs';

await ensureBuilt();
