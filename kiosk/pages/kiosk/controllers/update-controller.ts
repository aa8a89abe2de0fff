/**
 * Keeps the page up to date. The service worker lets it start without a network. A newer version takes over only after
 * the counter has been idle for a while, never while a QR is on its way or on the display. Only the page that owns the
 * display decides, because the newer version takes charge of every page and deletes the older one's files.
 */
import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** The service worker's file is beside the page, so its scope is this page only. */
const SCRIPT = './sw.js';
const CHECK_EVERY_MS = 30 * 60_000;
const LOOK_EVERY_MS = 5_000;
/** A web app often posts the next QR right after the last one was paid. */
export const IDLE_BEFORE_UPDATE_MS = 20_000;

export interface UpdateParts {
  /** Whether this page owns the display. A passive page only follows the owner to the newer version. */
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
  /** No version has controlled this page yet. The first that does is no update. */
  #isFirst = false;
  /** A newer version controls this page already. */
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

  /** Lets a newer version take over when there is one and the page is idle. */
  look(): void {
    if (!this.#parts.isOwner()) {
      this.#idleSince = undefined;
      // At once: the owner reloads too, and must find the display free.
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
      // After Ctrl+F5 the active version does not control this page; the next one will.
      if (this.#registration.active) this.#isFirst = false;
    } catch {
      // Without a service worker the page works; it only needs the network to start.
    }
  }
}
