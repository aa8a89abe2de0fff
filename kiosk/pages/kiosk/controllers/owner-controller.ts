/**
 * One page owns the display: the one that holds the Web Lock. Every other page is passive and waits for the lock. The
 * owner holds it until it closes; Chrome documents that it does not freeze a page that holds a lock.
 *
 * The standby window gets the lock when the main page is reloaded or starts late at log-in. It hands the lock back once
 * it is idle, because the agent looks at the main page. Each main page holds a second, shared lock for its whole life.
 * By that lock a standby knows a main page from another standby.
 */
import type { ReactiveController, ReactiveControllerHost } from 'lit';

/**
 * How long the standby window waits before it asks for the lock. At log-in both windows start, and the main page should
 * get it.
 */
export const STANDBY_ASKS_AFTER_MS = 5_000;
/** The same wait as for an update: the next QR often comes right after the last one. */
export const IDLE_BEFORE_HANDING_BACK_MS = 20_000;

export type Ownership = 'asking' | 'owner' | 'passive';

/** After a reload the old page may hold the lock for a moment. The page says nothing before this. */
const PASSIVE_AFTER_MS = 400;
const LOOK_EVERY_MS = 1_000;

export interface OwnerParts {
  readonly lockName: string;
  /** `undefined` in a page that is not from a secure origin. */
  readonly locks: Pick<LockManager, 'request' | 'query'> | undefined;
  readonly isStandby: () => boolean;
  /** Whether the display may go to another window. Called in a standby that owns. */
  readonly isIdle: () => boolean;
  /** Called before the lock is released: on `passive` the page must release the display at once. */
  readonly onChange: (state: Ownership) => void;
  /** In ms, never set back. */
  readonly now: () => number;
}

export class OwnerController implements ReactiveController {
  state: Ownership = 'asking';
  /** This page is passive because the standby window drives the display, which will give it back. */
  isLent = false;
  readonly #host: ReactiveControllerHost;
  readonly #parts: OwnerParts;
  #asked = false;
  #letGo: (() => void) | undefined;
  #idleSince: number | undefined;
  #isLooking = false;

  constructor(host: ReactiveControllerHost, parts: OwnerParts) {
    this.#host = host;
    this.#parts = parts;
    host.addController(this);
  }

  hostConnected(): void {
    if (this.#asked) return;
    this.#asked = true;
    const { locks, isStandby } = this.#parts;
    // Without locks this page owns the display.
    if (!locks) {
      queueMicrotask(() => this.#become('owner'));
      return;
    }
    if (!isStandby()) void locks.request(this.#mainName, { mode: 'shared' }, () => new Promise<never>(() => undefined));
    setTimeout(() => void this.#wait(), PASSIVE_AFTER_MS);
    if (isStandby()) setTimeout(() => this.#ask(locks), STANDBY_ASKS_AFTER_MS);
    else this.#ask(locks);
    setInterval(() => void this.look(), LOOK_EVERY_MS);
  }

  /**
   * The worker's messages update the page every 2 s, in a minimised window too, where Chrome slows timers down to one a
   * minute.
   */
  hostUpdated(): void {
    void this.look();
  }

  /** A standby that owns checks whether a main page waits. A main page that waits checks who owns. */
  async look(): Promise<void> {
    const { locks, isStandby } = this.#parts;
    if (!locks || this.#isLooking || (isStandby() ? !this.#isIdleLongEnough() : this.state !== 'passive')) return;
    this.#isLooking = true;
    try {
      // It fails only while the page is being unloaded.
      const seen = this.#read(await locks.query().catch(() => ({})));
      if (!isStandby()) this.#say(seen.isOwnedByStandby);
      else if (seen.isMainWaiting && this.#isIdleLongEnough()) this.#handBack(locks);
    } finally {
      this.#isLooking = false;
    }
  }

  get #mainName(): string {
    return `${this.#parts.lockName}-main`;
  }

  #isIdleLongEnough(): boolean {
    const { isIdle, now } = this.#parts;
    if (this.state !== 'owner' || !isIdle()) {
      this.#idleSince = undefined;
      return false;
    }
    this.#idleSince ??= now();
    return now() - this.#idleSince >= IDLE_BEFORE_HANDING_BACK_MS;
  }

  #read({ held = [], pending = [] }: LockManagerSnapshot): {
    readonly isMainWaiting: boolean;
    readonly isOwnedByStandby: boolean;
  } {
    const { lockName } = this.#parts;
    const mains = new Set(held.filter(({ name }) => name === this.#mainName).map(({ clientId }) => clientId));
    const owner = held.find(({ name }) => name === lockName);
    return {
      isMainWaiting: pending.some(({ name, clientId }) => name === lockName && mains.has(clientId)),
      isOwnedByStandby: owner !== undefined && !mains.has(owner.clientId),
    };
  }

  #ask(locks: Pick<LockManager, 'request'>): void {
    void locks.request(this.#parts.lockName, () => {
      this.#become('owner');
      return new Promise<void>((resolve) => (this.#letGo = resolve));
    });
  }

  /** The main page is in the queue already and gets the lock first. */
  #handBack(locks: Pick<LockManager, 'request'>): void {
    this.#idleSince = undefined;
    this.#become('passive');
    this.#letGo?.();
    this.#ask(locks);
  }

  async #wait(): Promise<void> {
    if (this.state !== 'asking') return;
    this.#become('passive');
    await this.look();
  }

  #say(isLent: boolean): void {
    if (this.isLent === isLent || this.state !== 'passive') return;
    this.isLent = isLent;
    this.#host.requestUpdate();
  }

  #become(state: Ownership): void {
    this.state = state;
    this.isLent = false;
    this.#parts.onChange(state);
    this.#host.requestUpdate();
  }
}
