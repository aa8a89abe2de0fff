/**
 * Asks the relay now and then which agent has this display, so that a person can be told. Often while a pairing code
 * can be typed in, because a used code is to go at once.
 */
import type { Clock } from '../util/clock.ts';
import { pause } from '../util/deadline.ts';
import type { LinkState, Outcome } from './relay-client.ts';
import type { LinkedAgent } from './station-types.ts';

/** On average; spread, so that stations that start together do not ask together. */
const EVERY_MS = 60_000;
/** Until the relay was asked once. */
const FIRST_AFTER_MS = 2_000;
const EVERY_WHILE_PAIRING_MS = 1_000;
/** How long the relay accepts a pairing code. */
const PAIRING_MS = 5 * 60_000;

export interface LinkWatchOptions {
  readonly clock: Clock;
  /** [0, 1). */
  readonly random: () => number;
  /** `undefined`: not asked, because the relay is not online. */
  readonly ask: (signal: AbortSignal) => Promise<Outcome<LinkState> | undefined>;
  /** Called when it is known first, and when it has changed; `undefined`: nobody. */
  readonly onLinked: (agent: LinkedAgent | undefined) => void;
  /** The code of `pairingBegins` was used, and by whom, where somebody has the display. */
  readonly onCodeUsed: (code: string, agent: LinkedAgent | undefined) => void;
}

interface Pairing {
  readonly code: string;
  readonly until: number;
  /** As far as it was known when the code was given. */
  readonly before: LinkedAgent | undefined;
  /** The relay has said that this code waits. */
  wasOpen: boolean;
}

export class LinkWatch {
  readonly #options: LinkWatchOptions;
  readonly #stopping = new AbortController();
  #pausing = new AbortController();
  #pairing: Pairing | undefined;
  #linked: { readonly agent: LinkedAgent | undefined } | undefined;
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
  pairingBegins(code: string): void {
    const until = this.#options.clock.now() + PAIRING_MS;
    this.#pairing = { code, until, before: this.#linked?.agent, wasOpen: false };
    this.wake();
  }

  #pauseMs(): number {
    const { clock, random } = this.#options;
    if (this.#pairing && clock.now() < this.#pairing.until) return EVERY_WHILE_PAIRING_MS;
    return this.#wasAsked ? EVERY_MS * (0.5 + random()) : FIRST_AFTER_MS * (0.5 + random());
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { ask, clock } = this.#options;
    while (!signal.aborted) {
      this.#pausing = new AbortController();
      // What was asked before a code was given says nothing of it.
      const pairing = this.#pairing;
      const outcome = await ask(signal);
      this.#wasAsked ||= outcome !== undefined;
      if (outcome?.kind === 'ok') {
        this.#heard(outcome.value);
        if (pairing && pairing === this.#pairing) this.#lookAtCode(pairing, outcome.value);
      }
      await pause(clock, this.#pauseMs(), this.#pausing.signal);
    }
  }

  #heard({ agent }: LinkState): void {
    const before = this.#linked;
    this.#linked = { agent: agent ?? undefined };
    if (JSON.stringify(before) !== JSON.stringify(this.#linked)) this.#options.onLinked(this.#linked.agent);
  }

  #lookAtCode(pairing: Pairing, { agent, isCodeOpen }: LinkState): void {
    pairing.wasOpen ||= isCodeOpen === true;
    const isNewLink = agent !== null && agent.since !== pairing.before?.since;
    // One of several relays may know of the code a moment later than another.
    const isUsed = isCodeOpen === undefined ? isNewLink : !isCodeOpen && (pairing.wasOpen || isNewLink);
    if (!isUsed) return;
    this.#pairing = undefined;
    this.#options.onCodeUsed(pairing.code, agent ?? undefined);
  }
}
