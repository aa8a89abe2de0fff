/**
 * CounterQR.msi: the installer in a package of Windows Installer's kind, by wixl and msibuild (Debian packages `wixl`,
 * `msitools`). Each build is a product of its own that takes the place of the one before, so no two have the same
 * bytes; the installer in it does.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '../ready.mjs';
import { ensureTool } from '../system-packages.mjs';
import { tool } from '../tools.mjs';
import { makeIco } from './icon.mjs';

const MAX_MSI_BYTES = 25_000_000;
const SOURCE = join(root, 'scripts/tray/installer/counterqr.wxs');

/**
 * Windows Installer's bits of a custom action: a program in the package (2), run in the script that has the rights
 * (0x400), as SYSTEM (0x800), its command line out of the log (0x2000). 51 sets a property.
 */
const RUN_AS_SYSTEM = 2 + 0x400 + 0x800 + 0x2000;
const SET_PROPERTY = 51;
/** Properties that a person who is not the administrator may hand to the part that is. */
const SECURE = [
  ...['VERSION_BEFORE', 'NEWER_VERSION'],
  ...['START', 'RELAY', 'ENROL', 'NAME', 'PORT', 'VENDORIDS', 'BAUDRATES', 'SIGNALS', 'LANGUAGE'],
  ...['PROXY', 'CAFILE', 'UPDATE', 'UPDATEKEY'],
].join(';');

/** What wixl does not know, or says wrongly (0.101). */
const CORRECTIONS = [
  `UPDATE CustomAction SET Type = ${RUN_AS_SYSTEM} WHERE Source = 'Setup'`,
  `UPDATE CustomAction SET Type = ${SET_PROPERTY} WHERE Source = 'WHERE'`,
  `UPDATE CustomAction SET Type = ${SET_PROPERTY} WHERE Source = 'HOW'`,
  // The feature by its name instead of ALL: an old version that only makes room must not take everything away, also
  // under Wine, where it is not told that it makes room.
  "UPDATE `Upgrade` SET `Remove` = 'Everything' WHERE `ActionProperty` = 'VERSION_BEFORE'",
  `UPDATE \`Property\` SET \`Value\` = '${SECURE}' WHERE \`Property\` = 'SecureCustomProperties'`,
];

export function ensureWixl() {
  for (const name of ['wixl', 'msibuild'])
    ensureTool(name, 'The MSI is made by wixl and msibuild; install them, then run this again.');
}

function run(program, args) {
  const { status, stdout, stderr } = spawnSync(tool(program), args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} failed:\n${stdout}${stderr}`);
  return stdout;
}

/**
 * @param {{ setup: string, version: string, output: string }} options `setup`: the installer, signed where that is
 * wanted
 */
export async function makePackage({ setup, version, output }) {
  ensureWixl();
  const folder = mkdtempSync(join(tmpdir(), 'counterqr-msi-'));
  try {
    // wixl looks for files beside its source only.
    copyFileSync(SOURCE, join(folder, 'counterqr.wxs'));
    copyFileSync(setup, join(folder, 'setup.exe'));
    writeFileSync(join(folder, 'icon.ico'), await makeIco());
    mkdirSync(dirname(output), { recursive: true });
    const [major = 0, minor = 0, patch = 0] = version.split(/[.-]/).map(Number);
    const defines = { VERSION: `${major}.${minor}.${patch}`, NEXT: `${major}.${minor}.${patch + 1}` };
    const named = Object.entries(defines).flatMap(([name, value]) => ['-D', `${name}=${value}`]);
    run('wixl', ['--arch', 'x64', ...named, '--output', output, join(folder, 'counterqr.wxs')]);
    for (const query of CORRECTIONS) run('msibuild', [output, '-q', query]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const { size } = statSync(output);
  if (size > MAX_MSI_BYTES) throw new Error(`${output} has ${size} bytes; ${MAX_MSI_BYTES} are allowed.`);
  return output;
}
