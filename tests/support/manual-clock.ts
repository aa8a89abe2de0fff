/** A clock that stands still until a test moves it, so that hours pass in a moment and every run is the same. */
import type { Clock } from '../../shared/util/clock.ts';

interface Sleeper {
  readonly dueAt: number;
  readonly order: number;
  over: boolean;
  wake(): void;
}

const before = (a: Sleeper, b: Sleeper): boolean => a.dueAt < b.dueAt || (a.dueAt === b.dueAt && a.order < b.order);

/** A binary heap, because a hundred kiosks sleep a great deal. A sleep that is over stays in it until its turn. */
class Sleepers {
  readonly #heap: Sleeper[] = [];

  add(sleeper: Sleeper): void {
    const heap = this.#heap;
    let at = heap.push(sleeper) - 1;
    for (let parent = (at - 1) >> 1; at > 0 && before(sleeper, heap[parent]); at = parent, parent = (at - 1) >> 1)
      [heap[at], heap[parent]] = [heap[parent], sleeper];
  }

  /** The next to wake, or undefined when nobody sleeps. */
  get first(): Sleeper | undefined {
    while (this.#heap[0]?.over === true) this.#drop();
    return this.#heap[0];
  }

  #drop(): void {
    const heap = this.#heap;
    const moved = heap.pop();
    if (moved === undefined || heap.length === 0) return;
    heap[0] = moved;
    for (let at = 0; ;) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      let next = at;
      if (left < heap.length && before(heap[left], heap[next])) next = left;
      if (right < heap.length && before(heap[right], heap[next])) next = right;
      if (next === at) return;
      [heap[at], heap[next]] = [heap[next], heap[at]];
      at = next;
    }
  }
}

/** Everything that is ready to run has run: promise callbacks, and whatever they made ready. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export class ManualClock implements Clock {
  #now: number;
  #order = 0;
  #pending = 0;
  readonly #sleepers = new Sleepers();

  constructor(startMs = 0) {
    this.#now = startMs;
  }

  now(): number {
    return this.#now;
  }

  /** How wrong the PC's clock is, in ms; may be changed as by a person or by NTP. */
  wallOffMs = 0;

  /** 2026-01-01T00:00:00Z at 0, where the PC's clock is right. */
  wallNow(): number {
    return 1_767_225_600_000 + this.#now + this.wallOffMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason as Error);
        return;
      }
      const end = (): void => {
        sleeper.over = true;
        this.#pending -= 1;
      };
      const onAbort = (): void => {
        end();
        reject(signal?.reason as Error);
      };
      const sleeper: Sleeper = {
        dueAt: this.#now + Math.max(0, ms),
        order: this.#order++,
        over: false,
        wake: () => {
          end();
          signal?.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      this.#sleepers.add(sleeper);
      this.#pending += 1;
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** How many waits are open; a leak shows here. */
  get pending(): number {
    return this.#pending;
  }

  /** Moves time on by `ms`, waking everyone in order of their due time. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    await nextTurn();
    for (let next = this.#sleepers.first; next !== undefined && next.dueAt <= until; next = this.#sleepers.first) {
      this.#now = Math.max(this.#now, next.dueAt);
      next.wake();
      await nextTurn();
    }
    this.#now = until;
  }

  /**
   * Moves time on until the promise is resolved or rejected.
   * @throws when nothing is left to wait for, or after `limitMs` of virtual time.
   */
  async run<T>(promise: Promise<T>, limitMs = 3_600_000): Promise<T> {
    let isOver = false;
    const done = (): void => {
      isOver = true;
    };
    promise.then(done, done);
    await this.until(() => isOver, limitMs);
    return promise;
  }

  /** Moves time on until the condition holds. */
  async until(condition: () => boolean, limitMs = 3_600_000): Promise<void> {
    const limit = this.#now + limitMs;
    await nextTurn();
    while (!condition()) {
      const next = this.#sleepers.first;
      if (next === undefined) throw new Error('Nothing is left to wait for, and the condition does not hold.');
      if (next.dueAt > limit) throw new Error(`The condition did not hold within ${limitMs} ms.`);
      this.#now = Math.max(this.#now, next.dueAt);
      next.wake();
      await nextTurn();
    }
  }
}
