/**
 * How a release is signed: with a certificate in a file or on a token. Looked at by osslsigncode, and by what Windows
 * looks at: every byte.
 */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isSigned, signerArguments, signFile, verifyFile } from '../../../scripts/sign-tray.mjs';
import { because } from '../../support/requirements.ts';
import { noPublisher, noToken, Publisher } from '../../support/tray/publisher.ts';

/** Any Windows file will do, and this one is small. */
const ADDON = join(
  import.meta.dirname,
  '../../../node_modules/@serialport/bindings-cpp/prebuilds/win32-x64/@serialport+bindings-cpp.node',
);

const why = noPublisher();
describe.skipIf(why !== undefined)(`signing${because(why)}`, () => {
  let publisher: Publisher;
  let file: string;
  beforeAll(() => {
    publisher = new Publisher();
    file = join(publisher.folder, 'program.dll');
  });
  afterAll(() => publisher?.remove());

  function unsigned(): string {
    copyFileSync(ADDON, file);
    expect(isSigned(file)).toBe(false);
    expect(() => verifyFile(file, publisher.certificate)).toThrow('not signed as it should be');
    return file;
  }

  it('signs with a certificate in a file, verifies it, and finds what was changed afterwards', () => {
    unsigned();
    signFile(file, signerArguments(publisher.inFile()));
    expect(isSigned(file)).toBe(true);
    verifyFile(file, publisher.certificate);

    const changed = readFileSync(file);
    changed[1_000] = (changed[1_000] ?? 0) ^ 1;
    writeFileSync(file, changed);
    expect(() => verifyFile(file, publisher.certificate)).toThrow('not signed as it should be');
  });

  it('does not believe another publisher', () => {
    unsigned();
    signFile(file, signerArguments(publisher.inFile()));
    const other = new Publisher();
    expect(() => verifyFile(file, other.certificate)).toThrow('not signed as it should be');
    other.remove();
  });

  const whyNoToken = noToken();
  it.skipIf(whyNoToken !== undefined)(`signs with a certificate on a token, by PKCS#11${because(whyNoToken)}`, () => {
    unsigned();
    const signer = publisher.onToken();
    const wrongPin = join(publisher.folder, 'wrong-pin');
    writeFileSync(wrongPin, '0000');
    expect(() => signFile(file, signerArguments({ ...signer, passwordFile: wrongPin }))).toThrow('could not sign');
    expect(isSigned(file)).toBe(false);

    signFile(file, signerArguments(signer));
    expect(isSigned(file)).toBe(true);
    verifyFile(file, publisher.certificate);
  });

  it('asks for a certificate in a file or on a token', () => {
    expect(() => signerArguments({})).toThrow('Name the certificate');
    expect(() => signerArguments({ pkcs11Module: 'm.so', key: 'pkcs11:k' })).toThrow('Name the certificate');
  });
});
