/**
 * The policy that IT deploys so that nobody has to pick a port: SerialAllowUsbDevicesForUrls. Chromium reads it from
 * system folders and, where several files set it, takes the last by name. So each file is newer by name than those
 * before and holds their origins too.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { POLICY_FOLDERS } from '../requirements.ts';

const PREFIX = 'counterqr-test-';
/**
 * A folder, because making one either makes it or fails: two runs that wrote at once would not know of each other's
 * origins.
 */
const LOCK = join(tmpdir(), 'counterqr-test-policies.lock');
/** What is done under the lock takes milliseconds; a run that kept it for so long was killed. */
const LOCK_IS_STALE_MS = 10_000;

interface Policy {
  readonly SerialAllowUsbDevicesForUrls: readonly { readonly devices: readonly object[]; readonly urls: string[] }[];
  /** Apps that a test deployed: what leaves the newest file is taken off every browser on the machine. */
  readonly WebAppInstallForceList?: readonly object[];
  readonly WebAppSettings?: readonly object[];
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function alone<T>(work: () => T): T {
  for (;;) {
    try {
      mkdirSync(LOCK);
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const since = statSync(LOCK, { throwIfNoEntry: false })?.mtimeMs;
      if (since !== undefined && Date.now() - since > LOCK_IS_STALE_MS) rmSync(LOCK, { recursive: true, force: true });
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
  try {
    return work();
  } finally {
    rmdirSync(LOCK);
  }
}

/** Of other test runs on this machine; files of runs that died are taken away. */
function others(folder: string): Policy[] {
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
        return [JSON.parse(readFileSync(path, 'utf8')) as Policy];
      } catch {
        return [];
      }
    });
}

const originsOf = (policies: readonly Policy[]): string[] =>
  policies.flatMap(({ SerialAllowUsbDevicesForUrls }) => SerialAllowUsbDevicesForUrls.flatMap(({ urls }) => urls));

/** Each entry once: files hold those of the files before them. */
const together = (...lists: readonly (readonly object[] | undefined)[]): object[] =>
  [...new Set(lists.flatMap((list) => list ?? []).map((entry) => JSON.stringify(entry)))].map(
    (text) => JSON.parse(text) as object,
  );

/** Writes a policy file for every browser that may be in use; answers what takes it back. */
function write(policy: (folder: string) => object): () => void {
  const written: string[] = [];
  for (const folder of POLICY_FOLDERS) {
    try {
      mkdirSync(folder, { recursive: true });
      // One clock for all processes, and so fine that no two files share a moment.
      const name = `${PREFIX}${String(process.hrtime.bigint()).padStart(20, '0')}-${process.pid}.json`;
      // Chromium reads whatever is in the folder, so a file that is not yet whole is kept beside it.
      const unfinished = join(dirname(folder), name);
      writeFileSync(unfinished, JSON.stringify(policy(folder)));
      renameSync(unfinished, join(folder, name));
      written.push(join(folder, name));
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
  return alone(() =>
    write((folder) => ({
      SerialAllowUsbDevicesForUrls: [{ devices, urls: [...new Set([...originsOf(others(folder)), origin])] }],
    })),
  );
}

/**
 * Deploys a policy file as IT does. What it says is in force as it is; only other test runs keep the ports and apps
 * that they were given.
 */
export function deployPolicy(file: string): () => void {
  const policy = JSON.parse(readFileSync(file, 'utf8')) as Policy;
  return alone(() =>
    write((folder) => {
      const before = others(folder);
      if (before.length === 0) return policy;
      const entry = { devices: [{ vendor_id: 0x1a86 }], urls: originsOf(before) };
      return {
        ...policy,
        SerialAllowUsbDevicesForUrls: [...policy.SerialAllowUsbDevicesForUrls, entry],
        WebAppInstallForceList: together(
          ...before.map((other) => other.WebAppInstallForceList),
          policy.WebAppInstallForceList,
        ),
        WebAppSettings: together(...before.map((other) => other.WebAppSettings), policy.WebAppSettings),
      };
    }),
  );
}
