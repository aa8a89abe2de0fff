import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writePolicies } from './chrome-policy.mjs';
import { readOptions } from './chrome-policy/options.mjs';
import { policiesFor } from './chrome-policy/policies.mjs';

let folder;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'counterqr-policy-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (...args) => writePolicies(readOptions(['--origin', 'https://pay.example', '--out', folder, ...args]));
const json = (...path) => JSON.parse(readFileSync(join(folder, ...path), 'utf8'));

/** Reads a .reg file back as Windows does: `{ key: { name: value } }`. */
function readReg(path) {
  const bytes = readFileSync(path);
  expect([...bytes.subarray(0, 2)]).toEqual([0xff, 0xfe]);
  const keys = {};
  let key;
  for (const line of bytes.subarray(2).toString('utf16le').split('\r\n').slice(1)) {
    const [, name] = /^\[([^-].*)\]$/.exec(line) ?? [];
    if (name) keys[(key = name)] = {};
    const [, item, text, number] = /^"([^"]+)"=(?:"(.*)"|dword:([0-9a-f]{8}))$/.exec(line) ?? [];
    if (item) keys[key][item] = number ? parseInt(number, 16) : text.replace(/\\(.)/g, '$1');
  }
  return keys;
}

/**
 * Names and types of Chromium's own definitions (chromeenterprise.google/policies). Chrome passes over a name that it
 * does not know.
 */
const DEFINED = {
  SerialAllowUsbDevicesForUrls: 'json',
  WebAppInstallForceList: 'json',
  WebAppSettings: 'json',
  TabDiscardingExceptions: 'list',
  BatterySaverModeAvailability: 'number',
  IntensiveWakeUpThrottlingEnabled: 'boolean',
};

it('each policy has the name and the type that Chromium gives it', () => {
  const options = { origin: 'https://pay.example', base: 'https://pay.example', name: 'PC-1', enrolKey: undefined };
  const policies = policiesFor(options);
  expect(Object.fromEntries(policies.map(({ policy, type }) => [policy, type]))).toEqual(DEFINED);
  const typeOf = (value) => (Array.isArray(value) ? (typeof value[0] === 'string' ? 'list' : 'json') : typeof value);
  for (const { policy, type, value } of policies) expect(typeOf(value), policy).toBe(type);
});

describe('one PC', () => {
  it('says the same on Linux and on Windows', () => {
    const keyFile = join(folder, 'key');
    writeFileSync(keyFile, '# enrol\nS3cret&key\n');
    write('--name-from', 'SHOWROOM-PC-01', '--enrol-key-file', keyFile, '--base-path', '/qr/');
    const linux = json('linux.json');
    expect(linux.WebAppInstallForceList[0].url).toBe(
      'https://pay.example/qr/kiosk/?name=SHOWROOM-PC-01#enrol=S3cret%26key',
    );
    // The standby window's key and name are the first one's, by the browser's storage.
    expect(linux.WebAppInstallForceList[1].url).toBe('https://pay.example/qr/kiosk/standby.html');
    expect(linux.WebAppSettings).toEqual(
      ['https://pay.example/qr/kiosk/', 'https://pay.example/qr/kiosk/standby.html'].map((manifest_id) => ({
        manifest_id,
        run_on_os_login: 'run_windowed',
      })),
    );
    expect(linux.SerialAllowUsbDevicesForUrls).toEqual([
      {
        devices: [0x303a, 0x1a86, 0x10c4, 0x0403, 0x067b].map((vendor_id) => ({ vendor_id })),
        urls: ['https://pay.example'],
      },
    ]);
    const chrome = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Google\\Chrome';
    const windows = readReg(join(folder, 'windows.reg'));
    expect(windows[`${chrome}\\TabDiscardingExceptions`]).toEqual({ 1: linux.TabDiscardingExceptions[0] });
    const asLinux = Object.fromEntries(
      Object.entries(windows[chrome]).map(([name, value]) => [
        name,
        typeof value === 'string' ? JSON.parse(value) : typeof linux[name] === 'boolean' ? value === 1 : value,
      ]),
    );
    expect({ ...asLinux, TabDiscardingExceptions: linux.TabDiscardingExceptions }).toEqual(linux);
  });

  it('gives Intune a row a policy, as well-formed XML', () => {
    write('--name-from', 'PC 1');
    const rows = json('intune.json');
    expect(rows.map(({ omaUri }) => omaUri.split('/').at(-1)).sort()).toEqual(Object.keys(json('linux.json')).sort());
    for (const { value } of rows) expect(value).toMatch(/^<(enabled|disabled)\/>(<data id="\w+" value="[^"<>]*"\/>)?$/);
  });

  it('keeps files that hold the key from other users', () => {
    write('--name-from', 'PC-1');
    expect(statSync(join(folder, 'linux.json')).mode & 0o077).toBe(0);
  });
});

it('makes a folder a PC from a list of names', () => {
  const list = join(folder, 'names.txt');
  writeFileSync(list, 'SALLE-É-1\r\n\n# the other counter\nPC-2\n');
  expect(write('--name-from', list)).toEqual([join(folder, 'SALLE-É-1'), join(folder, 'PC-2')]);
  expect(json('SALLE-É-1', 'linux.json').WebAppInstallForceList[0].url).toContain('name=SALLE-%C3%89-1');
});

it('fills in the name of the PC where the script runs', () => {
  write('--name-from', 'hostname');
  const target = join(folder, 'managed');
  execFileSync(join(folder, 'install-linux.sh'), [target]);
  const { WebAppInstallForceList } = json('managed', 'counterqr.json');
  expect(WebAppInstallForceList[0].url).toBe(`https://pay.example/kiosk/?name=${hostname()}`);
});

it('writes no rows for Intune when each PC has its own name: nothing would fill it in there', () => {
  write('--name-from', 'PC-1');
  const args = ['--origin', 'https://pay.example', '--out', folder, '--name-from', 'hostname'];
  const script = join(import.meta.dirname, 'chrome-policy.mjs');
  const said = execFileSync(process.execPath, [script, ...args], { encoding: 'utf8' });
  expect(said).toMatch(/^No intune\.json: .*Win32 app\.$/m);
  // Nor does that of the run before stay.
  expect(readdirSync(folder).sort()).toEqual([
    'README.md',
    'install-linux.sh',
    'install-windows.ps1',
    'linux.json',
    'windows.reg',
  ]);
});

it.each([
  [['--origin', 'http://pay.example', '--name-from', 'A'], /--origin must be like https/],
  [['--origin', 'http://localhost.pay.example', '--name-from', 'A'], /--origin must be like https/],
  [['--origin', 'http://notlocalhost', '--name-from', 'A'], /--origin must be like https/],
  [['--origin', 'https://pay.example/kiosk/', '--name-from', 'A'], /without a path/],
  [['--origin', 'https://pay.example', '--name-from', '../etc'], /not a computer's name/],
  [['--origin', 'https://pay.example', '--name-from', 'A', '--vendor-ids', 'xyz'], /hexadecimal/],
  [['--origin', 'https://pay.example', '--name-from', 'A', '--enrol-key-file', '/nowhere'], /enrol-key-file/],
  [['--origin', 'https://pay.example', '--nam', 'A'], /--nam/],
  [[], /npm run chrome-policy/],
])('refuses %j with one sentence and code 1', (args, sentence) => {
  const { status, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, 'chrome-policy.mjs'), ...args], {
    encoding: 'utf8',
  });
  expect(stderr).toMatch(sentence);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(status).toBe(1);
});
