/** Before end-to-end and long tests: the browser is found, dist/ is current, the rig's C files are compiled. Installs nothing. */
import { ensureBuilt } from '../../scripts/ready.mjs';
import { findChromium } from '../../scripts/chromium.mjs';
import { fakeUdevLibrary, ptyBridge } from '../rig/compile.ts';
import { noSerialRig } from '../rig/requirements.ts';

export default async function setup(): Promise<void> {
  process.env['COUNTERQR_CHROMIUM'] = (await findChromium()) ?? '';
  await ensureBuilt();
  if (noSerialRig() === undefined) {
    fakeUdevLibrary();
    ptyBridge();
  }
}
