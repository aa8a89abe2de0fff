/**
 * The relay's clocks: one that says what time it is, and one that says only how much time has passed. The first is made
 * of the second, so that it does not jump when somebody sets the computer's clock. How far it is off is asked for now
 * and then, and followed when all records have been moved along (store/follow-clock.ts).
 */
export interface Clocks {
  /** Wall-clock milliseconds, whole. Leases, lifetimes and everything that is kept. */
  readonly now: () => number;
  /**
   * Milliseconds since some moment, whatever the wall clock is set to. Waits, presence and everything that is measured.
   */
  readonly passed: () => number;
}

export interface ClockSources {
  readonly wall: () => number;
  readonly passed: () => number;
}

const COMPUTER: ClockSources = { wall: () => Date.now(), passed: () => performance.now() };

/** Time servers keep a clock within this by slowing it down; what is more was set. */
export const JUMP_MS = 5_000;
/** Less is not worth a step of all times that are shown. */
const DRIFT_MS = 20;

export class SteadyClock implements Clocks {
  readonly #sources: ClockSources;
  /** The wall clock when `passed` was zero. */
  #zeroAt: number;

  constructor(sources: ClockSources = COMPUTER) {
    this.#sources = sources;
    this.#zeroAt = sources.wall() - sources.passed();
  }

  readonly now = (): number => Math.round(this.#zeroAt + this.#sources.passed());
  readonly passed = (): number => this.#sources.passed();

  /**
   * By how many milliseconds the computer's clock was set since the last `follow`; 0: it was not. A drift is followed
   * here.
   */
  jumpMs(): number {
    const aheadMs = this.#sources.wall() - (this.#zeroAt + this.#sources.passed());
    if (Math.abs(aheadMs) >= JUMP_MS) return Math.round(aheadMs);
    if (Math.abs(aheadMs) >= DRIFT_MS) this.#zeroAt += aheadMs;
    return 0;
  }

  /** From now on `now` is so much later. */
  follow(byMs: number): void {
    this.#zeroAt += byMs;
  }
}
