/**
 * Asks the relay now and then which agent has this display, so that the page can say so. Often while a pairing code can be typed in,
 * because a used code should go at once.
 */
import type { Clock } from '../util/clock.ts';
import { pause } from '../util/deadline.ts';
import type { Outcome } from './relay-client.ts';
import type { LinkedAgent } from './station-types.ts';

const EVERY_MS = 15_000;
const EVERY_WHILE_PAIRING_MS = 2_000;
/** How long the relay accepts a pairing code. */
const PAIRING_MS = 5 * 60_000;

export interface LinkWatchOptions {
  readonly clock: Clock;
  /** `null`: nobody has the display. */
  readonly ask: (signal: AbortSignal) => Promise<Outcome<LinkedAgent | null>>;
  /** Called when it has changed; `undefined`: nobody. */
  readonly onLinked: (agent: LinkedAgent | undefined) => void;
}

export class LinkWatch {
  readonly #options: LinkWatchOptions;
  readonly #stopping = new AbortController();
  #pausing = new AbortController();
  #pairingUntil = -Infinity;
  /** `undefined`: not known yet. */
  #last: string | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(options: LinkWatchOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run(this.#stopping.signal);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#pausing.abort();
    await this.#running;
  }

  /** Ask again now: a command arrived, the relay is back. */
  wake(): void {
    this.#pausing.abort();
  }

  /** A pairing code was given: the link may change any moment. */
  pairingBegins(): void {
    this.#pairingUntil = this.#options.clock.now() + PAIRING_MS;
    this.wake();
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { clock, ask, onLinked } = this.#options;
    while (!signal.aborted) {
      this.#pausing = new AbortController();
      const outcome = await ask(signal);
      if (outcome.kind === 'ok') {
        const now = JSON.stringify(outcome.value);
        if (now !== this.#last && !(this.#last === undefined && outcome.value === null)) {
          if (outcome.value?.since !== undefined) this.#pairingUntil = -Infinity;
          onLinked(outcome.value ?? undefined);
        }
        this.#last = now;
      }
      const isPairing = clock.now() < this.#pairingUntil;
      await pause(clock, isPairing ? EVERY_WHILE_PAIRING_MS : EVERY_MS, this.#pausing.signal);
    }
  }
}
