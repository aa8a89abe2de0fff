/** The tray's build itself: the same source gives the same bytes, and a release can be signed. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { buildLinux, buildWindows } from '../../scripts/build-tray.mjs';
import { isSigned, signerArguments, signFile, verifyFile } from '../../scripts/sign-tray.mjs';
import { bundleTray } from '../../scripts/tray/bundle.mjs';
import { because, which } from '../rig/requirements.ts';
import { noTrayBinary } from '../rig/tray/binary.ts';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'counterqr-build-'));
const at = (name: string): string => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const why = noTrayBinary();
describe.skipIf(why !== undefined)(`the tray's build${because(why)}`, () => {
  it.each([
    // pkg gives a Windows file its ending whether asked or not.
    ['Windows', buildWindows, '.exe'],
    ['Linux', buildLinux, ''],
  ] as const)('gives the same bytes twice, for %s', async (name, build, ending) => {
    const [one, two] = [
      await build({ output: at(`${name}-1${ending}`) }),
      await build({ output: at(`${name}-2${ending}`) }),
    ];
    expect(readFileSync(one).equals(readFileSync(two))).toBe(true);
  });

  it.each(['win32', 'linux'] as const)('has nothing of the machine in it that built it, for %s', async (platform) => {
    const script = Buffer.from(await bundleTray(platform, { version: '1.0.0', updateKey: '' }));
    expect(script.length).toBeGreaterThan(1_000_000);
    expect(script.includes(root)).toBe(false);
  });
});

const whyUnsigned = ['osslsigncode', 'openssl'].find((program) => which(program) === undefined);
describe.skipIf(whyUnsigned !== undefined)(
  `signing${because(whyUnsigned === undefined ? undefined : `no ${whyUnsigned}`)}`,
  () => {
    it('signs a Windows file, verifies it, and finds what was changed afterwards', () => {
      const openssl = (...args: readonly string[]): void => {
        const { status, stderr } = spawnSync('openssl', args, { encoding: 'utf8' });
        expect(status, stderr).toBe(0);
      };
      const key = ['-newkey', 'rsa:2048', '-nodes', '-keyout', at('key.pem')];
      const usage = ['-addext', 'extendedKeyUsage=codeSigning', '-addext', 'keyUsage=digitalSignature'];
      openssl('req', '-x509', ...key, '-out', at('cert.pem'), '-days', '2', '-subj', '/CN=Publisher', ...usage);
      writeFileSync(at('password'), 'p12-password');
      const p12 = ['-export', '-inkey', at('key.pem'), '-in', at('cert.pem'), '-out', at('cert.p12')];
      openssl('pkcs12', ...p12, '-passout', `file:${at('password')}`);

      // Any Windows file will do, and this one is small.
      const file = at('signed.dll');
      const addon = '@serialport/bindings-cpp/prebuilds/win32-x64/@serialport+bindings-cpp.node';
      copyFileSync(join(root, 'node_modules', addon), file);
      expect(isSigned(file)).toBe(false);
      signFile(file, signerArguments({ pkcs12: at('cert.p12'), passwordFile: at('password') }));
      expect(isSigned(file)).toBe(true);
      verifyFile(file, at('cert.pem'));

      const changed = readFileSync(file);
      changed[1_000] = (changed[1_000] ?? 0) ^ 1;
      writeFileSync(file, changed);
      expect(() => verifyFile(file, at('cert.pem'))).toThrow('not signed as it should be');
    });

    it('asks for a certificate in a file or on a token', () => {
      expect(() => signerArguments({})).toThrow('Name the certificate');
      expect(signerArguments({ pkcs11Module: 'm.so', pkcs11Cert: 'pkcs11:c', key: 'pkcs11:k' })).toEqual(
        '-pkcs11module m.so -pkcs11cert pkcs11:c -key pkcs11:k'.split(' '),
      );
    });
  },
);
