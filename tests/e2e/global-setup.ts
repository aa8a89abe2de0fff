/**
 * Before end-to-end and long tests: the browser is found, dist/ is current, the rig's C files are compiled. Installs
 * nothing.
 */
import { ensureBuilt } from '../../scripts/built.mjs';
import { packagesAreCurrent } from '../../scripts/ready.mjs';
import { findChromium } from '../../scripts/chromium.mjs';
import { sandboxFlagsFor } from '../../scripts/tools/browser.mjs';
import { fakeUdevLibrary, ptyBridge } from '../support/simulator/compile.ts';
import { noSerialRig } from '../support/requirements.ts';

export default async function setup(): Promise<void> {
  // A copy of this folder that borrows node_modules (start.test.ts) would install the newer lock file's packages over
  // them, mid-run.
  if (!packagesAreCurrent()) throw new Error('node_modules is older than package-lock.json: run npm ci, or npm test.');
  const chromium = await findChromium();
  process.env['COUNTERQR_CHROMIUM'] = chromium ?? '';
  process.env['COUNTERQR_CHROMIUM_SANDBOX'] = chromium && sandboxFlagsFor(chromium).length === 0 ? 'yes' : 'no';
  await ensureBuilt();
  if (noSerialRig() === undefined) {
    fakeUdevLibrary();
    ptyBridge();
  }
}
