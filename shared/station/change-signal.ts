/**
 * Something may have changed: the code that waits for it looks again. A change that comes before the wait is not
 * missed.
 */
import type { Clock } from '../util/clock.ts';
import { pause } from '../util/deadline.ts';

export class ChangeSignal {
  readonly #clock: Clock;
  #count = 0;
  #wake: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** To be taken before looking, and given to `after`. */
  get count(): number {
    return this.#count;
  }

  /** Something changed. */
  add(): void {
    this.#count += 1;
    this.wake();
  }

  /** Ends the wait under way; one that comes later waits. */
  wake(): void {
    this.#wake?.();
  }

  /** True when something changed since that count, false after `ms`. */
  async waitAfter(count: number, ms: number, signal: AbortSignal): Promise<boolean> {
    if (this.#count !== count || signal.aborted) return true;
    const timer = new AbortController();
    this.#wake = () => timer.abort();
    const slept = await pause(this.#clock, ms, timer.signal);
    this.#wake = undefined;
    return !slept;
  }
}
