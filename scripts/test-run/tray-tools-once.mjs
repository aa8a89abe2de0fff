/** Installs what builds the tray, which is 90 MB, beside apt-get (prepare.mjs). */
import { ensureToolchain } from '../tray/toolchain.mjs';

await ensureToolchain();
