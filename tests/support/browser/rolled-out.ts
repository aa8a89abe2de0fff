import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KEYS } from '../process/relay.ts';

const root = join(import.meta.dirname, '../../..');

export interface OwnHost {
  readonly origin: string;
  /** Of the one browser that is to find the relay there. */
  readonly flag: string;
}

/**
 * A host for a relay that only one browser finds. Policies hold for all browsers of the machine: each that runs beside
 * would install the kiosk, too, and register under the name that is in its address. Chromium takes the host for secure.
 */
export function ownHost(relayOrigin: string, host: string): OwnHost {
  const name = `${host}.rollout.localhost`;
  return {
    origin: `http://${name}`,
    flag: `--host-resolver-rules=MAP ${name} 127.0.0.1:${new URL(relayOrigin).port}`,
  };
}

/**
 * Writes into a folder what IT deploys for this relay, with its enrolment key, by the command that IT uses.
 * @param nameFrom as `--name-from` takes it
 */
export function rolledOut(relayOrigin: string, nameFrom: string, folder: string): void {
  const keyFile = join(folder, 'enrol.key');
  writeFileSync(keyFile, KEYS.enrol, { mode: 0o600 });
  const options = ['--origin', relayOrigin, '--name-from', nameFrom, '--enrol-key-file', keyFile, '--out', folder];
  execFileSync(process.execPath, [join(root, 'scripts/chrome-policy.mjs'), ...options], { cwd: root });
}
