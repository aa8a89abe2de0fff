/**
 * One poll after the other, for ever: a request every POLL_SECONDS, held by the relay for as long, so that a command
 * arrives at once. Registers when the relay asks for it, backs off when it does not answer. Knows no display beyond the
 * words it passes on.
 */
import * as v from 'valibot';
import type { Clock } from '../util/clock.ts';
import type { RotationReason } from '../wire/commands.ts';
import { pause } from '../util/deadline.ts';
import { anySignal } from '../util/any-signal.ts';
import { POLL_SECONDS, type DisplayState, type RelayState } from '../wire/display.ts';
import { DeviceCommand } from '../wire/device.ts';
import { PictureSettings } from '../wire/picture.ts';
import { backoffMs } from './backoff.ts';
import type { Log } from './log.ts';
import type { Registration } from './registration.ts';
import { causeOf, type Fault, type RelayClient } from './relay-client.ts';
import type { RelayCause } from './station-types.ts';

/** What the device side looks like at this moment. */
export interface DeviceSituation {
  /** The display can take a command now. */
  readonly ready: boolean;
  readonly display: DisplayState;
  /** An answer is wanted at once: something waits for what the relay has to say. */
  readonly urgent: boolean;
}

export interface PollRound {
  readonly answered: boolean;
  readonly commands: number;
  readonly urgent: boolean;
}

export interface PollLoopOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly client: RelayClient;
  readonly registration: Registration;
  readonly log: Log;
  readonly situation: () => DeviceSituation;
  readonly onRelay: (state: RelayState, cause?: RelayCause) => void;
  readonly onPoll: (gapMs: number) => void;
  readonly onSettings: (settings: PictureSettings) => void;
  readonly onCommand: (command: DeviceCommand) => void;
  /** A code that was handed to us is not wanted any more. */
  readonly onCalledOff: (commandId: string, reason: RotationReason) => void;
  /** So many QR codes wait at the relay until the display is ready. */
  readonly onWaiting: (count: number) => void;
  /** A command that this version does not understand. */
  readonly onUnknownCommand: (commandId: string) => void;
  /** After each answered or failed poll that was urgent; and after each answered one, so that kept reports go out. */
  readonly onRound: (round: PollRound) => void;
}

/** A poll that has been under way for longer than this may hang in a connection that a sleeping PC has lost. */
const WAKE_ABORT_MS = (POLL_SECONDS + 1) * 1_000;

/** A hedged poll that is not answered by then is followed by the next; jitter comes on top. */
const HEDGE_MS = 1_300;

type PollOutcome = Awaited<ReturnType<RelayClient['poll']>>;

/** Between two looks for an admin's verdict, which the relay holds by itself. */
const VERDICT_PAUSE_MS = 1_000;

const WithId = v.looseObject({ command_id: v.string() });

export class PollLoop {
  readonly #options: PollLoopOptions;
  readonly #stopping = new AbortController();
  #interrupt = new AbortController();
  #pausing = new AbortController();
  #polledWith: DeviceSituation | undefined;
  #polledAt = 0;
  #failures = 0;
  /** The last that was heard was an answer. */
  #reached = false;
  /** When the last request of any kind went out. */
  #sentAt = 0;
  #mustRegister = false;
  #lastPollAt: number | undefined;
  #running: Promise<void> | undefined;

  constructor(options: PollLoopOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#interrupt.abort();
    this.#pausing.abort();
    await this.#running;
  }

  /** Ask again now. */
  wake(): void {
    if (this.#polledWith && this.#options.clock.now() - this.#polledAt > WAKE_ABORT_MS) this.#interrupt.abort();
    this.#pausing.abort();
  }

  /** The key or the name changed. Without a key, a display that has a token goes on with it. */
  provisioned(): void {
    this.#mustRegister ||= this.#options.registration.hasKey;
    this.#failures = 0;
    this.#reached = false;
    this.#interrupt.abort();
    this.#pausing.abort();
  }

  /**
   * The situation may have changed. A poll that claims nothing is not worth waiting for once the display is ready, and
   * one that claims must not take what a display that has gone cannot show.
   */
  situationChanged(): void {
    const now = this.#options.situation();
    const asked = this.#polledWith;
    if (asked) {
      const gone = now.display === 'unplugged' || now.display === 'error';
      if ((now.ready && !asked.ready) || (now.urgent && !asked.urgent) || (gone && asked.ready))
        this.#interrupt.abort();
    }
    // While the relay is away, a display that is ready does not make it answer.
    if ((now.ready || now.urgent) && this.#failures === 0) this.#pausing.abort();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      if (this.#mustRegister || !this.#options.registration.registered) {
        if (!(await this.#register())) continue;
      }
      await this.#poll();
    }
  }

  async #register(): Promise<boolean> {
    const { registration, log, onRelay } = this.#options;
    this.#sentAt = this.#options.clock.now();
    this.#interrupt = new AbortController();
    const { cause, text } = await anySignal([this.#stopping.signal, this.#interrupt.signal], (signal) =>
      registration.register(signal),
    );
    // A key came while an admin's word was waited for.
    if (this.#stopping.signal.aborted || this.#interrupt.signal.aborted) return false;
    if (cause === undefined) {
      this.#mustRegister = false;
      return true;
    }
    if (cause === 'awaiting_approval') {
      onRelay('refused', cause);
      await this.#rest(VERDICT_PAUSE_MS);
      return false;
    }
    log('warn', 'register_failed', text);
    const away = cause === 'no_answer' || cause === 'relay_error';
    onRelay(away ? 'offline' : 'refused', cause);
    if (this.#options.situation().urgent) this.#options.onRound({ answered: false, commands: 0, urgent: true });
    await this.#backOff(away ? 'no_answer' : 'refused');
    // A token from before may be good although registering again is not.
    return registration.registered && !away;
  }

  async #poll(): Promise<void> {
    const { clock, client, registration, onRound } = this.#options;
    const situation = this.#options.situation();
    const away = !this.#reached;
    this.#interrupt = new AbortController();
    // A hedged poll claims nothing, so no news from the display is worth an interruption.
    this.#polledWith = away ? undefined : situation;
    this.#polledAt = this.#sentAt = clock.now();
    const gapMs = this.#gapTo(this.#polledAt);
    const outcome = await anySignal([this.#stopping.signal, this.#interrupt.signal], (signal) =>
      away
        ? this.#hedgedPoll(situation, signal)
        : client.poll(
            registration.credentials,
            {
              waitSeconds: situation.urgent ? 0 : POLL_SECONDS,
              ready: situation.ready || situation.urgent,
              display: situation.display,
            },
            signal,
          ),
    );
    this.#polledWith = undefined;
    if (this.#stopping.signal.aborted) return;
    if (outcome.kind !== 'ok') {
      if (this.#interrupt.signal.aborted) return;
      await this.#fault(outcome, situation.urgent);
      return;
    }
    this.#failures = 0;
    this.#reached = true;
    this.#options.onRelay('online');
    this.#options.onPoll(gapMs);
    const settings = v.safeParse(PictureSettings, outcome.value.settings);
    if (settings.success) this.#options.onSettings(settings.output);
    for (const entry of outcome.value.commands) this.#take(entry);
    for (const { command_id, reason } of outcome.value.called_off) this.#options.onCalledOff(command_id, reason);
    if (!away) this.#options.onWaiting(situation.ready ? 0 : outcome.value.waiting);
    const commands = outcome.value.commands.length;
    onRound({ answered: true, commands, urgent: situation.urgent });
    // After commands and after a hedged poll at once again; otherwise no more often than the design, whether or not the
    // relay holds.
    if (commands === 0 && !away) await this.#rest(this.#polledAt + POLL_SECONDS * 1_000 - clock.now());
  }

  /**
   * While the relay is away: polls that hold nothing and claim nothing, because several may be under way. A request
   * that was sent into a dead network is lost for good, so the next one goes out before the first is given up;
   * whichever is answered first counts.
   */
  async #hedgedPoll({ display }: DeviceSituation, signal: AbortSignal): Promise<PollOutcome> {
    const { clock, client, registration, random } = this.#options;
    const over = new AbortController();
    return anySignal([signal, over.signal], async (either) => {
      const polls: Promise<PollOutcome>[] = [];
      try {
        for (;;) {
          this.#sentAt = clock.now();
          polls.push(client.poll(registration.credentials, { waitSeconds: 0, ready: false, display }, either));
          this.#pausing = new AbortController();
          const pauseMs = HEDGE_MS * (0.75 + random() / 2);
          const answered = await Promise.race([firstAnswer(polls), pause(clock, pauseMs, this.#pausing.signal)]);
          if (typeof answered !== 'boolean') return answered;
        }
      } finally {
        over.abort();
        this.#pausing.abort();
      }
    });
  }

  #take(entry: unknown): void {
    const command = v.safeParse(DeviceCommand, entry);
    if (command.success) {
      this.#options.onCommand(command.output);
      return;
    }
    this.#options.log('warn', 'command_strange', 'The relay sent a command that this version does not understand.');
    if (v.is(WithId, entry)) this.#options.onUnknownCommand(entry.command_id);
  }

  async #fault(fault: Fault, urgent: boolean): Promise<void> {
    const { log, onRelay, registration } = this.#options;
    log('warn', 'poll_failed', fault.text);
    this.#reached = false;
    const keyTrouble = fault.kind === 'refused' || fault.kind === 'unknown_device';
    if (urgent) this.#options.onRound({ answered: false, commands: 0, urgent });
    // The relay forgot us or our token: with a key that is mended in the same breath, and nobody needs to know.
    if (keyTrouble && registration.mayRegister && this.#failures === 0) {
      this.#failures = 1;
      this.#mustRegister = true;
      return;
    }
    onRelay(keyTrouble || fault.kind === 'device_exists' ? 'refused' : 'offline', causeOf(fault));
    this.#mustRegister ||= keyTrouble && registration.mayRegister;
    await this.#backOff(fault.kind, fault.kind === 'relay_error' ? fault.retryAfterMs : undefined);
  }

  async #backOff(kind: Fault['kind'], retryAfterMs?: number): Promise<void> {
    this.#failures += 1;
    const { clock, random } = this.#options;
    // Counted from the request, so that one that hung has rested already.
    await this.#rest(this.#sentAt + backoffMs(kind, this.#failures, random, retryAfterMs) - clock.now());
  }

  async #rest(ms: number): Promise<void> {
    if (ms <= 0 || this.#stopping.signal.aborted) return;
    this.#pausing = new AbortController();
    await pause(this.#options.clock, ms, this.#pausing.signal);
  }

  /**
   * From the start of one request to the start of the next, so that one that was interrupted for news does not look
   * like a pause.
   */
  #gapTo(startedAt: number): number {
    const gapMs = this.#lastPollAt === undefined ? 0 : startedAt - this.#lastPollAt;
    this.#lastPollAt = startedAt;
    return gapMs;
  }
}

/** The first of these that says anything, or the word of the oldest that nothing will come. */
const firstAnswer = (polls: readonly Promise<PollOutcome>[]): Promise<PollOutcome> =>
  new Promise((resolve) => {
    for (const [index, poll] of polls.entries())
      void poll.then((outcome) => {
        if (outcome.kind !== 'no_answer' || index === 0) resolve(outcome);
      });
  });
