/** Wakes the station after the PC slept, the tab was shown or the network came back. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** A timer of the main thread that is this late, in ms: the PC slept. */
const SLEPT_MS = 20_000;
const TICK_MS = 5_000;

export class WakeController implements ReactiveController {
  readonly #onWake: () => void;
  #ticker: ReturnType<typeof setInterval> | undefined;
  #tickedAt = 0;

  constructor(host: ReactiveControllerHost, onWake: () => void) {
    this.#onWake = onWake;
    host.addController(this);
  }

  hostConnected(): void {
    document.addEventListener('visibilitychange', this.#seen);
    document.addEventListener('resume', this.#wake);
    window.addEventListener('pageshow', this.#wake);
    window.addEventListener('online', this.#wake);
    // The wall clock goes on while the PC sleeps. A tick that is later than any throttling explains is a wake.
    this.#tickedAt = Date.now();
    this.#ticker = setInterval(() => {
      const late = Date.now() - this.#tickedAt > TICK_MS + SLEPT_MS;
      this.#tickedAt = Date.now();
      if (late) this.#wake();
    }, TICK_MS);
  }

  hostDisconnected(): void {
    document.removeEventListener('visibilitychange', this.#seen);
    document.removeEventListener('resume', this.#wake);
    window.removeEventListener('pageshow', this.#wake);
    window.removeEventListener('online', this.#wake);
    clearInterval(this.#ticker);
  }

  readonly #wake = (): void => this.#onWake();
  readonly #seen = (): void => {
    if (document.visibilityState === 'visible') this.#onWake();
  };
}
