/**
 * One owner of the display: the tab that holds the Web Lock. Another tab stays passive and waits; it becomes the owner when the
 * first one closes. The lock is held for the tab's life, which also keeps Chrome from freezing it, as Chrome documents.
 */
import type { ReactiveController, ReactiveControllerHost } from 'lit';

export type Ownership = 'asking' | 'owner' | 'passive';

/** A reload's old page may hold the lock for a moment; until then nothing is said. */
const PASSIVE_AFTER_MS = 400;

export class OwnerController implements ReactiveController {
  state: Ownership = 'asking';
  readonly #host: ReactiveControllerHost;
  readonly #lockName: string;
  readonly #locks: Pick<LockManager, 'request'> | undefined;
  readonly #onChange: (state: Ownership) => void;
  #asked = false;

  constructor(
    host: ReactiveControllerHost,
    lockName: string,
    locks: Pick<LockManager, 'request'> | undefined,
    onChange: (state: Ownership) => void,
  ) {
    this.#host = host;
    this.#lockName = lockName;
    this.#locks = locks;
    this.#onChange = onChange;
    host.addController(this);
  }

  hostConnected(): void {
    if (this.#asked) return;
    this.#asked = true;
    // Without locks (a page that is not from a secure origin) there is nobody to ask.
    if (!this.#locks) {
      queueMicrotask(() => this.#become('owner'));
      return;
    }
    const timer = setTimeout(() => this.#become('passive'), PASSIVE_AFTER_MS);
    void this.#locks.request(this.#lockName, () => {
      clearTimeout(timer);
      this.#become('owner');
      return new Promise<never>(() => undefined);
    });
  }

  #become(state: Ownership): void {
    this.state = state;
    this.#onChange(state);
    this.#host.requestUpdate();
  }
}
