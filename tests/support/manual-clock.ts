/** A clock that stands still until a test moves it, so that hours pass in a moment and every run is the same. */
import type { Clock } from '../../shared/clock.ts';

interface Sleeper {
  readonly dueAt: number;
  readonly order: number;
  wake(): void;
}

/** Everything that is ready to run has run: promise callbacks, and whatever they made ready. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export class ManualClock implements Clock {
  #now: number;
  #order = 0;
  readonly #sleepers = new Set<Sleeper>();

  constructor(startMs = 0) {
    this.#now = startMs;
  }

  now(): number {
    return this.#now;
  }

  /** 2026-01-01T00:00:00Z at 0. */
  wallNow(): number {
    return 1_767_225_600_000 + this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason as Error);
        return;
      }
      const onAbort = (): void => {
        this.#sleepers.delete(sleeper);
        reject(signal?.reason as Error);
      };
      const sleeper: Sleeper = {
        dueAt: this.#now + Math.max(0, ms),
        order: this.#order++,
        wake: () => {
          this.#sleepers.delete(sleeper);
          signal?.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** How many waits are open; a leak shows here. */
  get pending(): number {
    return this.#sleepers.size;
  }

  /** Moves time on by `ms`, waking everyone in order of their due time. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    await settle();
    for (let next = this.#next(); next !== undefined && next.dueAt <= until; next = this.#next()) {
      this.#now = Math.max(this.#now, next.dueAt);
      next.wake();
      await settle();
    }
    this.#now = until;
  }

  /** Moves time on until the promise settles. @throws when nothing is left to wait for, or after `limitMs` of virtual time. */
  async run<T>(promise: Promise<T>, limitMs = 3_600_000): Promise<T> {
    let settled = false;
    const done = (): void => {
      settled = true;
    };
    promise.then(done, done);
    await this.until(() => settled, limitMs);
    return promise;
  }

  /** Moves time on until the condition holds. */
  async until(condition: () => boolean, limitMs = 3_600_000): Promise<void> {
    const limit = this.#now + limitMs;
    await settle();
    while (!condition()) {
      const next = this.#next();
      if (next === undefined) throw new Error('Nothing is left to wait for, and the condition does not hold.');
      if (next.dueAt > limit) throw new Error(`The condition did not hold within ${limitMs} ms.`);
      this.#now = Math.max(this.#now, next.dueAt);
      next.wake();
      await settle();
    }
  }

  #next(): Sleeper | undefined {
    let next: Sleeper | undefined;
    for (const sleeper of this.#sleepers)
      if (!next || sleeper.dueAt < next.dueAt || (sleeper.dueAt === next.dueAt && sleeper.order < next.order))
        next = sleeper;
    return next;
  }
}
