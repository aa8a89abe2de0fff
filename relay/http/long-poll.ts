/** Calls that are held until there is something to answer: polls for a command, watchers of a state. */
import type { ServerResponse } from 'node:http';
import type { MaybePromise } from '../../shared/util/maybe-promise.ts';
import { ApiError } from '../../shared/wire/errors.ts';

/** The held call, as its own reads see it. */
interface HeldCall {
  /** False once the connection is closed, or a newer call of a `single` key has come. */
  readonly isCurrent: boolean;
}

export interface HoldOptions<T> {
  /** What the call waits for; `wake` names the same. */
  readonly key: string;
  /** `single`: a newer call of the same key ends the older one. */
  readonly callers: 'single' | 'many';
  readonly res: ServerResponse;
  /** When the wait is over, by `passed`: the wall clock may be set meanwhile. */
  readonly until: number;
  /** Milliseconds since some moment. */
  readonly passed: () => number;
  /** Reads the state: at once, and after each wake. */
  readonly read: (call: HeldCall) => MaybePromise<T>;
  readonly isFinal: (state: T) => boolean;
  /** The call has been taken up and counts as held. */
  readonly onHeld?: () => void;
  /** The call is over. `isNewest`: no newer call of this key has come. */
  readonly onReleased?: (isNewest: boolean) => void;
}

class Waiter {
  #isWoken = false;
  #resolve: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;

  wait(ms: number): Promise<void> {
    if (this.#isWoken) {
      this.#isWoken = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      this.#resolve = resolve;
      this.#timer = setTimeout(() => this.wake(), ms);
    });
  }

  /** Ends the wait, or the next one if there is none now. */
  wake(): void {
    clearTimeout(this.#timer);
    const resolve = this.#resolve;
    this.#resolve = undefined;
    if (resolve) resolve();
    else this.#isWoken = true;
  }
}

interface Waiters {
  readonly all: Set<Waiter>;
  newest: Waiter;
}

export class LongPolls {
  readonly #max: number;
  readonly #byKey = new Map<string, Waiters>();
  #count = 0;
  #isStopping = false;

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#count;
  }

  get isStopping(): boolean {
    return this.#isStopping;
  }

  /**
   * Holds a call until its state is final, its time is over, its connection closes or the relay stops. Returns the
   * state read last. The waiter is registered before the first read, so that no change slips through in between.
   * Rejects with `rate_limited` when too many calls are held, and with what `read` rejects with.
   */
  async hold<T>({ key, callers, res, until, passed, read, isFinal, onHeld, onReleased }: HoldOptions<T>): Promise<T> {
    if (callers === 'single') this.wake(key);
    const waiter = new Waiter();
    const waiters = this.#enter(key, waiter);
    const isNewest = (): boolean => waiters.newest === waiter;
    const call: HeldCall = {
      get isCurrent() {
        return !res.destroyed && (callers === 'many' || isNewest());
      },
    };
    const onClose = (): void => waiter.wake();
    res.once('close', onClose);
    onHeld?.();
    try {
      for (;;) {
        const reading = read(call);
        const state = reading instanceof Promise ? await reading : reading;
        const leftMs = until - passed();
        if (isFinal(state) || leftMs <= 0 || this.#isStopping || !call.isCurrent) return state;
        await waiter.wait(leftMs);
      }
    } finally {
      this.#leave(key, waiters, waiter);
      res.off('close', onClose);
      onReleased?.(isNewest());
    }
  }

  #enter(key: string, waiter: Waiter): Waiters {
    if (this.#count >= this.#max)
      throw new ApiError(
        'rate_limited',
        'Too many calls are waiting here; poll without wait.',
        {},
        { 'Retry-After': '2' },
      );
    const waiters = this.#byKey.get(key) ?? { all: new Set(), newest: waiter };
    this.#byKey.set(key, waiters);
    waiters.all.add(waiter);
    waiters.newest = waiter;
    this.#count++;
    return waiters;
  }

  #leave(key: string, waiters: Waiters, waiter: Waiter): void {
    waiters.all.delete(waiter);
    this.#count--;
    if (waiters.all.size === 0) this.#byKey.delete(key);
  }

  wake(key: string): void {
    for (const waiter of this.#byKey.get(key)?.all ?? []) waiter.wake();
  }

  wakeAll(): void {
    for (const { all } of this.#byKey.values()) for (const waiter of all) waiter.wake();
  }

  /** From now on no call is held. */
  stop(): void {
    this.#isStopping = true;
    this.wakeAll();
  }
}
