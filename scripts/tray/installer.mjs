/** CounterQR-Setup.exe: the executable, packed by NSIS (Debian package `nsis`). Same input, same bytes. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, copyFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '../ready.mjs';
import { ensureTool } from '../system-packages.mjs';
import { tool } from '../tools.mjs';
import { makeIco } from './icon.mjs';

const MAX_SETUP_BYTES = 25_000_000;
const SCRIPT = join(root, 'scripts/tray/installer/counterqr.nsi');
/** The packed file's time travels in the installer, so it is always the same: 2000-01-01. */
const FIXED_TIME_SECONDS = 946_684_800;

export const ensureMakensis = () =>
  ensureTool('makensis', 'The installer is packed by makensis; install it, then run this again.');

/** @param {{ exe: string, version: string, output: string }} options */
export async function makeInstaller({ exe, version, output }) {
  ensureMakensis();
  const folder = mkdtempSync(join(tmpdir(), 'counterqr-setup-'));
  try {
    const packed = join(folder, 'CounterQR.exe');
    copyFileSync(exe, packed);
    utimesSync(packed, FIXED_TIME_SECONDS, FIXED_TIME_SECONDS);
    const icon = join(folder, 'icon.ico');
    writeFileSync(icon, await makeIco());
    mkdirSync(dirname(output), { recursive: true });
    const numbers = [...version.split('-')[0].split('.'), '0', '0', '0', '0'].slice(0, 4).join('.');
    const defines = { VERSION: version, VERSION_NUMBERS: numbers, EXE: packed, ICON: icon, OUTPUT: output };
    const args = [
      '-V2',
      '-WX',
      '-INPUTCHARSET',
      'UTF8',
      ...Object.entries(defines).map(([k, v]) => `-D${k}=${v}`),
      SCRIPT,
    ];
    const { status, stdout, stderr } = spawnSync(tool('makensis'), args, {
      encoding: 'utf8',
      env: { ...process.env, SOURCE_DATE_EPOCH: String(FIXED_TIME_SECONDS), TZ: 'UTC' },
    });
    if (status !== 0) throw new Error(`makensis failed:\n${stdout}${stderr}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const { size } = statSync(output);
  if (size > MAX_SETUP_BYTES) throw new Error(`${output} has ${size} bytes; ${MAX_SETUP_BYTES} are allowed.`);
  return output;
}
