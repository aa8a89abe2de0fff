/**
 * Signs CounterQR.exe, CounterQR-Setup.exe and CounterQR.msi for Windows with osslsigncode (Debian package of that
 * name). Each carries the one before, so each is signed before the next is packed.
 *
 *   node scripts/sign-tray.mjs --pkcs12 cert.p12 [--password-file FILE] [--timestamp URL] node scripts/sign-tray.mjs
 *   --pkcs11-module /usr/lib/…/module.so --pkcs11-cert 'pkcs11:…' --key 'pkcs11:…' [--password-file FILE] [--timestamp
 *   URL] node scripts/sign-tray.mjs --verify --ca-file ROOT.pem
 */
import { spawnSync } from 'node:child_process';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { projectVersion, setupExe, setupMsi, windowsExe } from './build-tray.mjs';
import { isMain } from './is-main.mjs';
import { giveUp } from './ready.mjs';
import { ensureTool } from './system-packages.mjs';
import { tool } from './tools.mjs';
import { makeInstaller } from './tray/installer.mjs';
import { makePackage } from './tray/package.mjs';

const DESCRIPTION = 'Counter QR';

export const ensureOsslsigncode = () =>
  ensureTool('osslsigncode', 'Signing takes osslsigncode; install it, then run this again.');

function run(args) {
  const { status, stdout, stderr } = spawnSync(tool('osslsigncode'), args, { encoding: 'utf8' });
  return { ok: status === 0, said: `${stdout}${stderr}`.trim() };
}

/** The arguments that say who signs. @throws Error when neither a file nor a token is named */
export function signerArguments({ pkcs12, pkcs11Module, pkcs11Cert, key, passwordFile }) {
  const password = passwordFile === undefined ? [] : ['-readpass', passwordFile];
  if (pkcs12 !== undefined) return ['-pkcs12', pkcs12, ...password];
  if (pkcs11Module !== undefined && pkcs11Cert !== undefined && key !== undefined)
    return ['-pkcs11module', pkcs11Module, '-pkcs11cert', pkcs11Cert, '-key', key, ...password];
  throw new Error('Name the certificate: --pkcs12 FILE, or --pkcs11-module, --pkcs11-cert and --key of a token.');
}

/** Signs one file in place. @param {string[]} signer see signerArguments */
export function signFile(path, signer, timestamp) {
  const draft = `${path}.signed`;
  rmSync(draft, { force: true });
  const stamp = timestamp === undefined ? [] : ['-ts', timestamp];
  const { ok, said } = run([
    'sign',
    '-h',
    'sha256',
    '-n',
    DESCRIPTION,
    ...signer,
    ...stamp,
    '-in',
    path,
    '-out',
    draft,
  ]);
  if (!ok || !existsSync(draft)) throw new Error(`osslsigncode could not sign ${path}: ${said}`);
  renameSync(draft, path);
}

/** Whether a file bears a signature, no matter whose. */
export const isSigned = (path) => !/No signature found|has no signature/i.test(run(['verify', '-in', path]).said);

/** @throws Error unless the signature is whole and leads to one of these authorities */
export function verifyFile(path, caFile) {
  const { ok, said } = run(['verify', '-CAfile', caFile, '-in', path]);
  if (!ok) throw new Error(`${path} is not signed as it should be: ${said.split('\n').slice(-3).join(' ')}`);
}

async function main(args) {
  const text = { type: 'string' };
  const { values } = parseArgs({
    args,
    options: {
      pkcs12: text,
      'pkcs11-module': text,
      'pkcs11-cert': text,
      key: text,
      'password-file': text,
      timestamp: text,
      verify: { type: 'boolean' },
      'ca-file': text,
    },
  });
  ensureOsslsigncode();
  if (!existsSync(windowsExe)) throw new Error(`${windowsExe} is not there; run npm run build:tray first.`);
  if (values.verify) {
    if (values['ca-file'] === undefined) throw new Error('Name the authorities to trust: --ca-file ROOT.pem.');
    for (const path of [windowsExe, setupExe, setupMsi]) verifyFile(path, values['ca-file']);
    console.log('All three files are signed.');
    return;
  }
  const signer = signerArguments({
    pkcs12: values.pkcs12,
    pkcs11Module: values['pkcs11-module'],
    pkcs11Cert: values['pkcs11-cert'],
    key: values.key,
    passwordFile: values['password-file'],
  });
  if (values.timestamp === undefined)
    console.log(
      'Without --timestamp the signature ends with the certificate; releases should name a time stamp server.',
    );
  if (isSigned(windowsExe)) throw new Error(`${windowsExe} is signed already; build it anew before signing it.`);
  signFile(windowsExe, signer, values.timestamp);
  await makeInstaller({ exe: windowsExe, version: projectVersion(), output: setupExe });
  signFile(setupExe, signer, values.timestamp);
  await makePackage({ setup: setupExe, version: projectVersion(), output: setupMsi });
  signFile(setupMsi, signer, values.timestamp);
  for (const path of [windowsExe, setupExe, setupMsi]) console.log(`Signed: ${path}`);
}

if (isMain(import.meta.filename)) main(process.argv.slice(2)).catch((error) => giveUp(error.message));
