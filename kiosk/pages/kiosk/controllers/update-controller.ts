/**
 * Keeps the page current without anybody noticing: the service worker makes it start without a network, and a newer version is
 * taken over only after the counter has been idle for a while, never while a QR is on its way or on the glass. The page that drives
 * the display alone decides: taking over puts the newer version in charge of every page, and cleans the older one's files away.
 */
import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** The service worker's own file lies beside the page, so that it answers for this page and no other. */
const SCRIPT = './sw.js';
const CHECK_EVERY_MS = 30 * 60_000;
const LOOK_EVERY_MS = 5_000;
/** A web app often posts the next QR right after the last one was paid. */
export const IDLE_BEFORE_UPDATE_MS = 20_000;

export interface UpdateParts {
  /** This page drives the display. One that waits only follows the owner to the newer version. */
  readonly isOwner: () => boolean;
  /** Asked of the owner only. */
  readonly isIdle: () => boolean;
  /** `undefined` where the browser has none, and while developing. */
  readonly container: ServiceWorkerContainer | undefined;
  readonly reload: () => void;
  readonly now: () => number;
}

export class UpdateController implements ReactiveController {
  readonly #parts: UpdateParts;
  #registration: ServiceWorkerRegistration | undefined;
  #idleSince: number | undefined;
  /** No version has been in charge of this page yet: the first one that takes charge is no update. */
  #isFirst = false;
  /** A newer version is in charge already: another tab has put it there, or nothing of the older one stood in its way. */
  #replaced = false;
  #timers: ReturnType<typeof setInterval>[] = [];

  constructor(host: ReactiveControllerHost, parts: UpdateParts) {
    this.#parts = parts;
    host.addController(this);
  }

  hostConnected(): void {
    const { container } = this.#parts;
    if (!container) return;
    this.#isFirst = !container.controller;
    container.addEventListener('controllerchange', this.#onChange);
    void this.#register(container);
    this.#timers = [
      setInterval(() => void this.check(), CHECK_EVERY_MS),
      setInterval(() => this.look(), LOOK_EVERY_MS),
    ];
  }

  hostDisconnected(): void {
    this.#timers.forEach((timer) => clearInterval(timer));
    this.#parts.container?.removeEventListener('controllerchange', this.#onChange);
  }

  /** Asks the relay whether there is a newer version. */
  async check(): Promise<void> {
    await this.#registration?.update().catch(() => undefined);
  }

  /** Takes the newer version over if there is one and nothing is going on. */
  look(): void {
    if (!this.#parts.isOwner()) {
      this.#idleSince = undefined;
      // At once: the owner reloads, too, and must find the display free when it is back.
      if (this.#replaced) this.#parts.reload();
      return;
    }
    const now = this.#parts.now();
    if (!this.#parts.isIdle()) {
      this.#idleSince = undefined;
      return;
    }
    this.#idleSince ??= now;
    if (now - this.#idleSince < IDLE_BEFORE_UPDATE_MS) return;
    if (this.#replaced) this.#parts.reload();
    else this.#registration?.waiting?.postMessage({ type: 'SKIP_WAITING' });
  }

  readonly #onChange = (): void => {
    if (!this.#isFirst) this.#replaced = true;
    this.#isFirst = false;
    this.look();
  };

  async #register(container: ServiceWorkerContainer): Promise<void> {
    try {
      this.#registration = await container.register(SCRIPT, { updateViaCache: 'none' });
      // Loaded past the version that is there, by Ctrl+F5: that one takes charge no more, only the next.
      if (this.#registration.active) this.#isFirst = false;
    } catch {
      // Without it the page works all the same, it only needs the network to start.
    }
  }
}
