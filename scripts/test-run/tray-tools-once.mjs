/** Installs what builds the tray, which is 90 MB, while other tests run (prepare.mjs). */
import { ensureToolchain } from '../tray/toolchain.mjs';

await ensureToolchain();
