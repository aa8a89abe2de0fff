/**
 * The policy that IT deploys so that nobody has to pick a port: SerialAllowUsbDevicesForUrls. Chromium reads it from system folders
 * and, where several files set it, takes the last by name. So each file is newer by name than those before and holds their origins too.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { POLICY_FOLDERS } from './requirements.ts';

const PREFIX = 'counterqr-test-';

interface Policy {
  readonly SerialAllowUsbDevicesForUrls: readonly { readonly devices: readonly object[]; readonly urls: string[] }[];
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Origins of other test runs on this machine; files of runs that died are taken away. */
function othersOrigins(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.startsWith(PREFIX))
    .flatMap((name) => {
      const path = join(folder, name);
      const pid = Number(/-(\d+)\.json$/.exec(name)?.[1]);
      if (!isAlive(pid)) {
        rmSync(path, { force: true });
        return [];
      }
      try {
        const policy = JSON.parse(readFileSync(path, 'utf8')) as Policy;
        return policy.SerialAllowUsbDevicesForUrls.flatMap(({ urls }) => urls);
      } catch {
        return [];
      }
    });
}

/** Writes a policy file for every browser that may be in use; answers what takes it back. */
function write(policy: (folder: string) => object): () => void {
  const written: string[] = [];
  for (const folder of POLICY_FOLDERS) {
    try {
      mkdirSync(folder, { recursive: true });
      const path = join(folder, `${PREFIX}${String(Date.now()).padStart(15, '0')}-${process.pid}.json`);
      writeFileSync(path, JSON.stringify(policy(folder)));
      written.push(path);
    } catch {
      // Only one of the folders belongs to the browser in use.
    }
  }
  if (written.length === 0) throw new Error(`None of ${POLICY_FOLDERS.join(', ')} can be written.`);
  const remove = (): void => {
    for (const path of written) rmSync(path, { force: true });
  };
  process.once('exit', remove);
  return () => {
    process.off('exit', remove);
    remove();
  };
}

/** Lets pages of this origin use every port of these vendors without asking. Returns what takes the permission back. */
export function allowPorts(origin: string, vendorIds: readonly number[]): () => void {
  const devices = vendorIds.map((vendor_id) => ({ vendor_id }));
  return write((folder) => ({
    SerialAllowUsbDevicesForUrls: [{ devices, urls: [...new Set([...othersOrigins(folder), origin])] }],
  }));
}

/** Deploys a policy file as IT does. What it says is in force as it is; only other test runs keep the ports that they were given. */
export function deployPolicy(file: string): () => void {
  const policy = JSON.parse(readFileSync(file, 'utf8')) as Policy;
  return write((folder) => {
    const others = othersOrigins(folder);
    if (others.length === 0) return policy;
    const entry = { devices: [{ vendor_id: 0x1a86 }], urls: others };
    return { ...policy, SerialAllowUsbDevicesForUrls: [...policy.SerialAllowUsbDevicesForUrls, entry] };
  });
}
