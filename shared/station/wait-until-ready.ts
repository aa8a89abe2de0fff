/** Waiting for a display to be ready, and taking turns at it: one user at a time, in the order of their coming. */
import { DisplayError } from '../display/display-error.ts';

export class ReadyGate {
  readonly #isReady: () => boolean;
  readonly #stopping: AbortSignal;
  readonly #waiters = new Set<() => void>();
  #lastTurn: Promise<unknown> = Promise.resolve();
  #users = 0;

  constructor(isReady: () => boolean, stopping: AbortSignal) {
    this.#isReady = isReady;
    this.#stopping = stopping;
  }

  /** Nobody has a turn or waits for one. */
  get free(): boolean {
    return this.#users === 0;
  }

  /** The display may have become ready. */
  look(): void {
    if (this.#isReady()) for (const waiter of [...this.#waiters]) waiter();
  }

  /** @throws DisplayError `aborted` */
  untilReady(signal: AbortSignal | undefined): Promise<void> {
    if (this.#isReady()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const signals = [this.#stopping, ...(signal ? [signal] : [])];
      const end = (): void => {
        this.#waiters.delete(check);
        for (const each of signals) each.removeEventListener('abort', check);
      };
      const check = (): void => {
        if (signals.some(({ aborted }) => aborted)) {
          end();
          reject(new DisplayError('aborted', 'The display did not become ready in time.'));
        } else if (this.#isReady()) {
          end();
          resolve();
        }
      };
      this.#waiters.add(check);
      for (const each of signals) each.addEventListener('abort', check);
      check();
    });
  }

  async inTurn<T>(work: () => Promise<T>): Promise<T> {
    this.#users += 1;
    const before = this.#lastTurn;
    let over: () => void = () => undefined;
    this.#lastTurn = new Promise<void>((resolve) => (over = resolve));
    await before;
    try {
      return await work();
    } finally {
      this.#users -= 1;
      over();
    }
  }

  /** Resolves when everyone who has a turn now, or waits for one, has had it. */
  async everyoneDone(): Promise<void> {
    await this.#lastTurn;
  }
}
