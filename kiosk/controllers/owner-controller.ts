/**
 * One owner of the display: the tab that holds the Web Lock. Another tab stays passive and waits; it becomes the owner when the
 * first one closes. The lock is held for the tab's life, which also keeps Chrome from freezing it, as Chrome documents.
 */
import type { ReactiveController, ReactiveControllerHost } from 'lit';

/**
 * The standby window asks so much later than it begins: at log-in both windows start, and the other one is to drive the display.
 */
export const STANDBY_ASKS_AFTER_MS = 5_000;

export type Ownership = 'asking' | 'owner' | 'passive';

/** A reload's old page may hold the lock for a moment; until then nothing is said. */
const PASSIVE_AFTER_MS = 400;

export class OwnerController implements ReactiveController {
  state: Ownership = 'asking';
  readonly #host: ReactiveControllerHost;
  readonly #lockName: string;
  readonly #locks: Pick<LockManager, 'request'> | undefined;
  readonly #onChange: (state: Ownership) => void;
  readonly #askAfterMs: () => number;
  #asked = false;

  constructor(
    host: ReactiveControllerHost,
    lockName: string,
    locks: Pick<LockManager, 'request'> | undefined,
    onChange: (state: Ownership) => void,
    askAfterMs: () => number = () => 0,
  ) {
    this.#host = host;
    this.#lockName = lockName;
    this.#locks = locks;
    this.#onChange = onChange;
    this.#askAfterMs = askAfterMs;
    host.addController(this);
  }

  hostConnected(): void {
    if (this.#asked) return;
    this.#asked = true;
    // Without locks (a page that is not from a secure origin) there is nobody to ask.
    const locks = this.#locks;
    if (!locks) {
      queueMicrotask(() => this.#become('owner'));
      return;
    }
    const timer = setTimeout(() => this.#become('passive'), PASSIVE_AFTER_MS);
    const ask = (): void =>
      void locks.request(this.#lockName, () => {
        clearTimeout(timer);
        this.#become('owner');
        return new Promise<never>(() => undefined);
      });
    const afterMs = this.#askAfterMs();
    if (afterMs === 0) ask();
    else setTimeout(ask, afterMs);
  }

  #become(state: Ownership): void {
    this.state = state;
    this.#onChange(state);
    this.#host.requestUpdate();
  }
}
