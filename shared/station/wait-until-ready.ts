/** Waiting for a display to be ready. */
import { DisplayError } from '../display/display-error.ts';

export class ReadyGate {
  readonly #isReady: () => boolean;
  readonly #stopping: AbortSignal;
  readonly #waiters = new Set<() => void>();

  constructor(isReady: () => boolean, stopping: AbortSignal) {
    this.#isReady = isReady;
    this.#stopping = stopping;
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
}
