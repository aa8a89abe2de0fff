/**
 * A file that says who owns a folder, across processes, containers and machines that share it. Its owner writes it anew
 * every second. Somebody else takes it when its owner is known to be gone, or when it has stood still for as long as a
 * lease. So a copied file holds nothing.
 */
import { randomBytes } from 'node:crypto';
import { link, open, readFile, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Mutex } from '../shared/util/mutex.ts';
import { errorCode, isMissing } from './error-code.ts';
import { formatOwner, isGone, isSameFile, parseOwner, thisProcess, type Owner } from './lock-owner.ts';
import { readIfThere } from './read-if-there.ts';

export interface LockOptions {
  /** How long the file may stand still before its owner counts as gone. */
  readonly leaseMs?: number;
  readonly renewEveryMs?: number;
  /** A number that is kept in the file, and that the next owner is told when this one does not come to release it. */
  readonly note?: () => number;
}

export interface HeldLock {
  /** What the owner before noted last, unless it released the file, or the file is a copy. */
  readonly noteBefore: number | undefined;
  /** Resolves when the file was still this owner's after the call began. Rejects with `LockLost`. Mostly at once. */
  check(): Promise<void>;
  release(): Promise<void>;
}

export class LockTaken extends Error {
  override readonly name = 'LockTaken';
  constructor(
    readonly pid: number,
    /** `undefined`: this machine, or the owner did not say. */
    readonly host: string | undefined,
    readonly folder: string,
  ) {
    super(`Process ${pid}${host === undefined ? '' : ` on ${host}`} uses ${folder}.`);
  }
}

export class LockLost extends Error {
  override readonly name = 'LockLost';
  constructor(readonly path: string) {
    super(`${path} belongs to another process by now: this one stood still for too long.`);
  }
}

const LEASE_MS = 5_000;
const RENEW_EVERY_MS = 1_000;
const LOOK_EVERY_MS = 100;
/** A new owner that meets an older one's slip puts the file back within this time. */
const PUT_BACK_MS = 500;

/** Rejects with `LockTaken` when the folder has a living owner, or with the system's error when the disk refuses. */
export async function takeLock(path: string, options: LockOptions = {}): Promise<HeldLock> {
  const { leaseMs = LEASE_MS } = options;
  let noteBefore: number | undefined;
  for (;;) {
    const own = { ...thisProcess(), id: randomBytes(8).toString('hex'), beat: 0, note: options.note?.() ?? 0 };
    const made = await make(path, own);
    if (made) return new OwnLock(path, made, noteBefore, options);
    const found = await readIfThere(path);
    if (found === undefined) continue;
    const owner = parseOwner(found);
    if (owner !== undefined && !isGone(owner) && (await isRenewed(path, found, owner, leaseMs)))
      throw new LockTaken(owner.pid, owner.host === hostname() ? undefined : owner.host, dirname(path));
    if (owner !== undefined && (await isSameFile(path, owner))) noteBefore = owner.note;
    await takeAway(path, found);
  }
}

/** The process that owns the file and may still run; `undefined` when nobody owns it. Takes nothing. */
export async function owningProcess(path: string): Promise<number | undefined> {
  const owner = parseOwner((await readIfThere(path)) ?? '');
  return owner === undefined || isGone(owner) ? undefined : owner.pid;
}

/** Whether somebody writes the file anew. An owner that is known to live and writes nothing anew is of version 0.1. */
async function isRenewed(path: string, found: string, owner: Owner, leaseMs: number): Promise<boolean> {
  if (owner.id === undefined) return true;
  const until = performance.now() + leaseMs;
  while (performance.now() < until) {
    await sleep(LOOK_EVERY_MS);
    const now = await readFile(path, 'utf8').catch(() => undefined);
    // Released, or taken by somebody else: who has it now is looked at anew.
    if (now === undefined) return false;
    if (now !== found && now !== '') return parseOwner(now)?.id === owner.id;
  }
  return false;
}

/** Makes the file with its content in one step, so that nobody sees it empty; `undefined` when there is one. */
async function make(path: string, own: Owner): Promise<Owner | undefined> {
  const draft = `${path}.${own.id ?? ''}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    const owner = { ...own, ino: Number((await file.stat()).ino) };
    await file.writeFile(formatOwner(owner));
    await link(draft, path);
    return owner;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return undefined;
    throw error;
  } finally {
    await file.close();
    await rm(draft, { force: true });
  }
}

/**
 * Takes a gone owner's file away. Somebody else may have done so a moment ago and own a file by now; theirs is put
 * back.
 */
async function takeAway(path: string, gone: string): Promise<void> {
  const aside = `${path}.${randomBytes(8).toString('hex')}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (isMissing(error)) return;
    throw error;
  }
  if ((await readFile(aside, 'utf8')) !== gone) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

class OwnLock implements HeldLock {
  readonly #timer: NodeJS.Timeout;
  readonly #leaseMs: number;
  #owner: Owner;
  #renewedAt = clocks();
  #lost: LockLost | undefined;
  readonly #writes = new Mutex();

  constructor(
    readonly path: string,
    owner: Owner,
    readonly noteBefore: number | undefined,
    { leaseMs = LEASE_MS, renewEveryMs = RENEW_EVERY_MS, note = () => 0 }: LockOptions,
  ) {
    this.#owner = owner;
    this.#leaseMs = leaseMs;
    this.#timer = setInterval(() => {
      this.#renew(note()).catch(() => undefined);
    }, renewEveryMs);
    this.#timer.unref();
  }

  async check(): Promise<void> {
    if (this.#lost) throw this.#lost;
    // Nobody takes a file that was renewed so lately; by the clock that went furthest, for one of them may have stood
    // still.
    if (passedSince(this.#renewedAt) < this.#leaseMs * 0.6) return;
    await this.#renew(this.#owner.note);
  }

  /** The file is read before it is written: a file that is another's by now is left alone. */
  #renew(note: number): Promise<void> {
    return this.#writes.run(async () => {
      if (this.#lost) throw this.#lost;
      const before = clocks();
      if (!(await this.#isOwn())) throw (this.#lost = new LockLost(this.path));
      this.#owner = { ...this.#owner, beat: this.#owner.beat + 1, note };
      // In its place and as long as before: that needs no room on a full disk.
      const file = await open(this.path, 'r+');
      try {
        await file.write(formatOwner(this.#owner), 0);
      } finally {
        await file.close();
      }
      this.#renewedAt = before;
    });
  }

  async #isOwn(): Promise<boolean> {
    for (const until = performance.now() + PUT_BACK_MS; ; await sleep(20)) {
      const text = await readIfThere(this.path);
      if (text !== undefined) return parseOwner(text)?.id === this.#owner.id;
      if (performance.now() > until) return false;
    }
  }

  async release(): Promise<void> {
    clearInterval(this.#timer);
    await this.#writes.idle();
    if (!this.#lost && (await this.#isOwn())) await rm(this.path, { force: true });
  }
}

interface Clocks {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

const clocks = (): Clocks => ({ monotonicMs: performance.now(), wallMs: Date.now() });
const passedSince = ({ monotonicMs, wallMs }: Clocks): number =>
  Math.max(performance.now() - monotonicMs, Date.now() - wallMs);
