/** A current build, for anyone who starts something from dist/. */
import { join } from 'node:path';
import { build } from './build.mjs';
import { withLock } from './lock.mjs';
import { root } from './ready.mjs';
import { isBuilt } from './source-stamp.mjs';

/** Builds what is stale. `npm start` and `npm test` may run at once: the second waits for the first one's build. */
export async function ensureBuilt() {
  if (isBuilt()) return;
  // Outside dist/, which a build empties.
  const lockFile = join(root, 'node_modules', '.cache', 'counterqr', 'build.lock');
  await withLock(
    lockFile,
    async () => {
      if (isBuilt()) return;
      console.log('Building …');
      await build();
    },
    { onWait: () => console.log('Waiting for another build of this folder …') },
  );
}
