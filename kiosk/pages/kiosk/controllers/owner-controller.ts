/**
 * One owner of the display: the page that holds the Web Lock. Another page stays passive and waits; it becomes the owner when the
 * first one closes. The lock is held until then, which also keeps Chrome from freezing the page, as Chrome documents.
 *
 * The standby window gives it back: it gets the lock whenever the main page is reloaded or comes late at log-in, and what an agent
 * needs would then stay in a window that nobody looks at. Each main page holds a second lock, shared with its like, for its whole life;
 * by it a standby that owns, and is idle, tells a main page that waits from another standby.
 */
import type { ReactiveController, ReactiveControllerHost } from 'lit';

/**
 * The standby window asks so much later than it begins: at log-in both windows start, and the other one is to drive the display.
 */
export const STANDBY_ASKS_AFTER_MS = 5_000;
/** As long as an update waits, for the same reason: the next QR often comes right after the last one. */
export const IDLE_BEFORE_HANDING_BACK_MS = 20_000;

export type Ownership = 'asking' | 'owner' | 'passive';

/** A reload's old page may hold the lock for a moment; until then nothing is said. */
const PASSIVE_AFTER_MS = 400;
const LOOK_EVERY_MS = 1_000;

export interface OwnerParts {
  readonly lockName: string;
  /** `undefined` in a page that is not from a secure origin. */
  readonly locks: Pick<LockManager, 'request' | 'query'> | undefined;
  readonly isStandby: () => boolean;
  /** The display may go to another window. Asked of a standby that owns. */
  readonly isIdle: () => boolean;
  /** Heard before the lock is given up: whoever hears `passive` lets go of the display in that moment. */
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
    // Without locks there is nobody to ask.
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

  /** The worker's news make the page draw every 2 s, also in a minimised window, whose timers Chrome slows down to one a minute. */
  hostUpdated(): void {
    void this.look();
  }

  /** A standby that owns looks whether a main page waits; a main page that waits, who owns. */
  async look(): Promise<void> {
    const { locks, isStandby } = this.#parts;
    if (!locks || this.#isLooking || (isStandby() ? !this.#isIdleLongEnough() : this.state !== 'passive')) return;
    this.#isLooking = true;
    try {
      // It fails only in a page that is being left.
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

  /** The main page stands in the queue already, so that it comes first. */
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
