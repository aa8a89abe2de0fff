/**
 * Asks the relay now and then which agent has this display, so that the page can say so. Often while a pairing code can be typed in,
 * because a used code should go at once.
 */
import type { Clock } from '../util/clock.ts';
import { pause } from '../util/deadline.ts';
import type { Outcome } from './relay-client.ts';
import type { LinkedAgent } from './station-types.ts';

/** On average; spread, so that kiosks that start together do not ask together. */
const EVERY_MS = 60_000;
/** Until the relay was asked once. */
const FIRST_AFTER_MS = 2_000;
const EVERY_WHILE_PAIRING_MS = 2_000;
/** How long the relay accepts a pairing code. */
const PAIRING_MS = 5 * 60_000;

export interface LinkWatchOptions {
  readonly clock: Clock;
  /** [0, 1). */
  readonly random: () => number;
  /** `null`: nobody has the display. `undefined`: not asked, because the relay is not online. */
  readonly ask: (signal: AbortSignal) => Promise<Outcome<LinkedAgent | null> | undefined>;
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
  #wasAsked = false;
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

  /** Ask again now: a command arrived. */
  wake(): void {
    this.#pausing.abort();
  }

  /** A pairing code was given: the link may change any moment. */
  pairingBegins(): void {
    this.#pairingUntil = this.#options.clock.now() + PAIRING_MS;
    this.wake();
  }

  #pauseMs(): number {
    const { clock, random } = this.#options;
    if (clock.now() < this.#pairingUntil) return EVERY_WHILE_PAIRING_MS;
    return this.#wasAsked ? EVERY_MS * (0.5 + random()) : FIRST_AFTER_MS * (0.5 + random());
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { ask, onLinked, clock } = this.#options;
    while (!signal.aborted) {
      this.#pausing = new AbortController();
      const outcome = await ask(signal);
      this.#wasAsked ||= outcome !== undefined;
      if (outcome?.kind === 'ok') {
        const now = JSON.stringify(outcome.value);
        if (now !== this.#last && !(this.#last === undefined && outcome.value === null)) {
          if (outcome.value?.since !== undefined) this.#pairingUntil = -Infinity;
          onLinked(outcome.value ?? undefined);
        }
        this.#last = now;
      }
      await pause(clock, this.#pauseMs(), this.#pausing.signal);
    }
  }
}
