import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KEYS } from '../process/relay.ts';

const root = join(import.meta.dirname, '../../..');

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
