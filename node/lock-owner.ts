/** What a lock file says of its owner, and whether that process is known to be gone. */
import { readFileSync, readlinkSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { errorCode } from './error-code.ts';

export interface Owner {
  readonly pid: number;
  /** Machine and start of the process, because ids are used again; empty where there is no /proc. */
  readonly started: string;
  /** `undefined`: written by version 0.1, which never writes it anew. */
  readonly id?: string;
  readonly host?: string;
  /** The process-id namespace and the machine in which `pid` means something. */
  readonly realm?: string;
  /** The file's own number: a copy has another one. */
  readonly ino?: number;
  readonly beat: number;
  readonly note: number;
}

function textOf(read: () => string): string {
  try {
    return read().trim();
  } catch {
    return '';
  }
}

const bootId = (): string => textOf(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'));

/** When the process started, in ticks since boot (proc(5), field 22), with the boot. */
function startOf(pid: number): string {
  return textOf(() => `${bootId()}-${readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[19] ?? ''}`);
}

/** Empty when it cannot be known; then nothing is concluded from process ids. */
function realmOf(): string {
  // A service may be denied /proc/sys; the machine's own name does as well.
  const machine = bootId() || textOf(() => readFileSync('/etc/machine-id', 'utf8'));
  const namespace = textOf(() => readlinkSync('/proc/self/ns/pid'));
  if (process.platform === 'linux') return machine === '' || namespace === '' ? '' : `${machine} ${namespace}`;
  return hostname();
}

export const thisProcess = (): Pick<Owner, 'pid' | 'started' | 'host' | 'realm'> => ({
  pid: process.pid,
  started: startOf(process.pid),
  host: hostname(),
  realm: realmOf(),
});

/** Whether a process of this id runs, of any owner. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is alive as well.
    return errorCode(error) === 'EPERM';
  }
}

/** Whether this owner cannot come back. False also when that cannot be known from here. */
export function isGone(owner: Owner): boolean {
  const { pid, started, id, realm } = owner;
  if (id !== undefined && (realm === '' || realm !== realmOf())) return false;
  // A process does not ask for what it has already: the id is one of an earlier life.
  if (id === undefined && pid === process.pid) return true;
  return !isAlive(pid) || startOf(pid) !== started;
}

/** The number of digits of what changes, so that the file keeps its length. */
const DIGITS = 15;

/** Version 0.1 reads up to the second space, so that the two respect each other. */
export function formatOwner({ pid, started, beat, note, ...rest }: Owner): string {
  const numbers = [beat, note].map((value) => String(value).padStart(DIGITS, '0')).join(' ');
  return `${pid} ${started} \n${numbers} ${JSON.stringify(rest)}\n`;
}

/** `undefined`: nobody's. */
export function parseOwner(text: string): Owner | undefined {
  const [first = '', second = ''] = text.split('\n');
  const [pidText = '', started = ''] = first.split(' ');
  const pid = Number.parseInt(pidText, 10);
  if (!Number.isInteger(pid)) return undefined;
  const match = /^(\d+) (\d+) (\{.*\})$/.exec(second);
  if (!match) return { pid, started, beat: 0, note: 0 };
  try {
    const rest = JSON.parse(match[3] ?? '') as Pick<Owner, 'id' | 'host' | 'realm' | 'ino'>;
    return { ...rest, pid, started, beat: Number(match[1]), note: Number(match[2]) };
  } catch {
    return { pid, started, beat: 0, note: 0 };
  }
}

/** Whether the file is the one that this owner made, not a copy of it. */
export async function isSameFile(path: string, { ino }: Owner): Promise<boolean> {
  return stat(path).then(
    (found) => Number(found.ino) === ino,
    () => false,
  );
}
