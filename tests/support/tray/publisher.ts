/**
 * A publisher of Windows programs: a code-signing certificate that nobody trusts, in a file and on a token of SoftHSM.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noTool, tool } from '../requirements.ts';
import { removeFolder } from '../remove-folder.ts';

const PIN = '7531';

export const noPublisher = (): string | undefined => noTool('osslsigncode', 'openssl');

/** Why there is no token here, or undefined when there can be one. */
export const noToken = (): string | undefined =>
  noPublisher() ?? noTool('softhsm2-util', 'pkcs11-tool', 'SoftHSM module', 'OpenSSL engine pkcs11');

function run(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): void {
  const { status, stdout, stderr } = spawnSync(tool(program), args, {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  if (status !== 0) throw new Error(`${program} ${args[0]}: ${stdout}${stderr}`);
}

export interface Signer {
  readonly pkcs12?: string;
  readonly pkcs11Module?: string;
  readonly pkcs11Cert?: string;
  readonly key?: string;
  readonly passwordFile: string;
}

export class Publisher {
  readonly folder = mkdtempSync(join(tmpdir(), 'counterqr-publisher-'));
  readonly certificate = this.#at('cert.pem');

  constructor() {
    const key = ['-newkey', 'rsa:2048', '-nodes', '-keyout', this.#at('key.pem')];
    const usage = ['-addext', 'extendedKeyUsage=codeSigning', '-addext', 'keyUsage=digitalSignature'];
    const what = ['-out', this.certificate, '-days', '2', '-subj', '/CN=Publisher', ...usage];
    run('openssl', ['req', '-x509', ...key, ...what]);
  }

  /** The certificate and its key in a file with a password. */
  inFile(): Signer {
    const passwordFile = this.#write('password', 'p12-password');
    const pkcs12 = this.#at('cert.p12');
    const what = ['-export', '-inkey', this.#at('key.pem'), '-in', this.certificate, '-out', pkcs12];
    run('openssl', ['pkcs12', ...what, '-passout', `file:${passwordFile}`]);
    return { pkcs12, passwordFile };
  }

  /** The same on a token, which this process and its children then know. */
  onToken(): Signer {
    mkdirSync(this.#at('tokens'));
    const configuration = this.#write(
      'softhsm2.conf',
      `directories.tokendir = ${this.#at('tokens')}\nlog.level = ERROR\n`,
    );
    process.env['SOFTHSM2_CONF'] = configuration;
    const pkcs8 = ['-topk8', '-nocrypt', '-in', this.#at('key.pem'), '-out', this.#at('key.p8')];
    run('openssl', ['pkcs8', ...pkcs8]);
    run('openssl', ['x509', '-in', this.certificate, '-outform', 'DER', '-out', this.#at('cert.der')]);
    run('softhsm2-util', ['--init-token', '--free', '--label', 'release', '--so-pin', '8642', '--pin', PIN]);
    const named = ['--label', 'signing', '--id', '01', '--pin', PIN];
    run('softhsm2-util', ['--import', this.#at('key.p8'), '--token', 'release', ...named]);
    const certificate = ['-y', 'cert', '-w', this.#at('cert.der')];
    run('pkcs11-tool', [
      '--module',
      tool('SoftHSM module'),
      '-l',
      '--token-label',
      'release',
      ...named,
      ...certificate,
    ]);
    return {
      pkcs11Module: tool('SoftHSM module'),
      pkcs11Cert: 'pkcs11:token=release;object=signing;type=cert',
      key: 'pkcs11:token=release;object=signing;type=private',
      passwordFile: this.#write('pin', PIN),
    };
  }

  remove(): void {
    delete process.env['SOFTHSM2_CONF'];
    removeFolder(this.folder);
  }

  #at(name: string): string {
    return join(this.folder, name);
  }
  #write(name: string, text: string): string {
    writeFileSync(this.#at(name), text);
    return this.#at(name);
  }
}
