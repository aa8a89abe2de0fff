/**
 * A display on one port, as an explicit state machine (session-state.ts): finds its speed, says when it is ready, carries one picture
 * at a time, and brings it back when a transfer broke. Knows the display's protocol; knows no command of the relay and no picture.
 */
import type { Clock } from '../clock.ts';
import { ask, parseFileinfo, spoken, type Answer } from './commands.ts';
import { Connection, type SignalPolicy } from './connection.ts';
import { DeviceError, isDeviceError, toDeviceError } from './device-error.ts';
import { isSane, probe, settle, type ProbeResult } from './probe.ts';
import { feedZeros, settleAndProbe } from './recovery.ts';
import { RECOVERY_STEPS, SESSION_WAYS, type RecoveryStep, type SessionState } from './session-state.ts';
import type { PortIdentity, Transport } from './transport.ts';
import type { UnitFacts } from './unit.ts';
import { isAck, upload, type TransferState } from './upload.ts';

/** Seen on deployed units; the design's own first. */
export const DEFAULT_BAUD_RATES: readonly number[] = [9_600, 115_200, 230_400];

/** How long an answer that the design does not promise is waited for. */
const ANSWER_MS = 1_000;
/** Some firmware drops what it hears for about 1.2 s after a screen change; probes of 0.7 s that outlast it. */
const CONFIRM_PROBES = 3;
const FILEINFO_MS = 1_500;

export interface SessionOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  /** Tried in this order after the remembered one. */
  readonly baudRates?: readonly number[] | undefined;
  readonly signalPolicy?: SignalPolicy | undefined;
  /** What is known of this unit from before. */
  readonly unit?: UnitFacts | undefined;
  /** Something was learned, or forgotten. */
  readonly onUnit?: ((unit: UnitFacts) => void) | undefined;
  readonly onState?: ((state: SessionState) => void) | undefined;
}

export interface ShowOptions {
  /** Slot, e.g. `1.jpeg`. */
  readonly name: string;
  readonly jpeg: Uint8Array;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((acknowledgedBytes: number) => void) | undefined;
}

export class Session {
  readonly #connection: Connection;
  readonly #options: SessionOptions;
  #state: SessionState = { kind: 'closed' };
  #unit: UnitFacts;
  #transfer: TransferState = noTransfer();
  #occupied = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#unit = options.unit ?? {};
    this.#connection = new Connection(options.transport, options.clock, options.signalPolicy ?? 'leave', () => {
      if (this.#state.kind !== 'closed') this.#enter({ kind: 'lost' });
    });
  }

  get state(): SessionState {
    return this.#state;
  }

  get port(): PortIdentity {
    return this.#options.transport.port;
  }

  get unit(): UnitFacts {
    return this.#unit;
  }

  get baudRate(): number {
    return this.#connection.baudRate;
  }

  /** What decides how large a picture may be: Infinity where USB carries the bytes itself. */
  get pictureBaudRate(): number {
    return this.#connection.nativeUsb ? Infinity : this.#connection.baudRate;
  }

  /** Opens the port and finds the speed. Ends `ready`. @throws DeviceError `busy`, `open_failed`, `lost`, `no_reply` when nobody answers, `aborted` */
  async connect(signal?: AbortSignal): Promise<void> {
    await this.#alone(async () => {
      try {
        const heard = (await this.#tryFedSpeed(signal)) ?? (await this.#trySpeeds(signal));
        if (!heard) {
          await this.#connection.close();
          this.#enter({ kind: 'deaf' });
          throw new DeviceError('no_reply', 'The port opens, but no display answers at any speed.');
        }
        await this.#becomeReady(heard, signal);
      } catch (error) {
        throw await this.#giveUp(error);
      }
    });
  }

  /**
   * Puts a picture on the glass and confirms it. @throws DeviceError `refused`, `corrupt`: ready for another try.
   * `no_reply`, `rebooted`, `aborted`: call `recover` when the state is `broken`. `lost`: over.
   */
  async show(options: ShowOptions): Promise<void> {
    await this.#alone(async () => {
      this.#mustBe('ready');
      this.#transfer = noTransfer();
      this.#enter({ kind: 'transferring', baudRate: this.baudRate });
      try {
        await this.#stopRotation(options.signal);
        await this.#send(options);
        await this.#confirm(options.signal);
        await this.#checkSize(options);
        this.#settleDebt();
        this.#transfer = noTransfer();
        this.#backToReady();
      } catch (error) {
        throw this.#breakOff(error);
      }
    });
  }

  /** Lets the display rotate over its stored pictures. @throws DeviceError `no_reply`, `lost`, `aborted` */
  async startRotation(signal?: AbortSignal): Promise<void> {
    await this.#alone(async () => {
      this.#mustBe('ready');
      try {
        const answer = await this.#ask('startrotation', ANSWER_MS, signal);
        // Not every firmware answers, and one that has just changed its picture may not have heard: ask whether it is there, and again.
        if (!answer && (await this.#probeAgain(signal))) await this.#ask('startrotation', ANSWER_MS, signal);
      } catch (error) {
        throw this.#breakOff(error);
      }
    });
  }

  /** Asks a ready display whether it is still there. @throws DeviceError: then the state is `broken` or `lost` */
  async check(signal?: AbortSignal): Promise<void> {
    await this.#alone(async () => {
      this.#mustBe('ready');
      try {
        if (!(await this.#probeAgain(signal))) throw new DeviceError('no_reply', 'The display no longer answers.');
      } catch (error) {
        throw this.#breakOff(error);
      }
    });
  }

  /** From `broken` back to `ready`, step by step. @throws DeviceError `needs_replug`, `lost`, `aborted` */
  async recover(signal?: AbortSignal): Promise<void> {
    await this.#alone(async () => {
      if (this.#state.kind !== 'broken') return;
      const rebooted = this.#state.why === 'rebooted';
      try {
        for (const step of RECOVERY_STEPS) {
          this.#enter({ kind: 'recovering', step });
          const heard = await this.#recoveryStep(step, rebooted, signal);
          if (!heard || !isSane(heard)) continue;
          this.#settleDebt();
          this.#learn(heard);
          this.#backToReady();
          return;
        }
        await this.#connection.close();
        this.#enter({ kind: 'needs_replug' });
        throw new DeviceError('needs_replug', 'Unplug the display, wait a moment, and plug it in again.');
      } catch (error) {
        throw await this.#giveUp(error);
      }
    });
  }

  /** Closes the port. Never rejects. */
  async close(): Promise<void> {
    await this.#connection.close();
    if (this.#state.kind !== 'closed') this.#enter({ kind: 'closed' });
  }

  /** The port has gone from the list: as good as an error from it. */
  lose(): void {
    if (this.#state.kind !== 'closed' && this.#state.kind !== 'lost') this.#enter({ kind: 'lost' });
    void this.#connection.close();
  }

  // -- finding the speed

  get #speeds(): readonly number[] {
    const all = [this.#unit.baudRate, ...(this.#options.baudRates ?? DEFAULT_BAUD_RATES)];
    return [...new Set(all.filter((baudRate) => baudRate !== undefined))];
  }

  async #trySpeeds(signal?: AbortSignal): Promise<ProbeResult | undefined> {
    let noisy: number | undefined;
    for (const baudRate of this.#speeds) {
      const heard = await this.#tryAt(baudRate, signal);
      if (heard.kind === 'answered') return heard;
      if (heard.kind === 'noise') noisy ??= baudRate;
    }
    if (noisy === undefined) return undefined;
    // Words at no speed, but bytes at this one: somebody is there (docs/protocol.md).
    const heard = await this.#tryAt(noisy, signal);
    return heard.kind === 'silent' ? undefined : heard;
  }

  async #tryAt(baudRate: number, signal?: AbortSignal): Promise<ProbeResult> {
    this.#enter({ kind: 'opening', baudRate });
    await this.#connection.open(baudRate);
    this.#enter({ kind: 'settling', baudRate });
    const settled = await settle(this.#connection, signal);
    if (settled.kind === 'answered') return settled;
    this.#enter({ kind: 'probing', baudRate });
    return probe(this.#connection, signal);
  }

  /** A transfer was under way when this program ended; the display may still be counting. */
  async #tryFedSpeed(signal?: AbortSignal): Promise<ProbeResult | undefined> {
    const { baudRate, owedBytes } = this.#unit;
    if (baudRate === undefined || !owedBytes) return undefined;
    const heard = await this.#tryAt(baudRate, signal);
    if (heard.kind === 'answered') return heard;
    const owed = { promisedBytes: owedBytes, sentBytes: 0, acknowledgedBytes: 0 };
    const fed = await feedZeros(this.#connection, owed, signal);
    return fed.kind === 'answered' ? fed : undefined;
  }

  async #becomeReady(heard: ProbeResult, signal?: AbortSignal): Promise<void> {
    this.#learn(heard);
    if (this.#unit.fileinfo === undefined) {
      const files = parseFileinfo(await this.#ask('fileinfo', ANSWER_MS, signal));
      this.#know({ fileinfo: files ? 'yes' : 'no' });
    }
    this.#settleDebt();
    this.#backToReady();
  }

  // -- one picture

  async #stopRotation(signal?: AbortSignal): Promise<void> {
    if (this.#unit.answersStop === 'no') {
      await this.#ask('stoprotation', 0, signal);
      return;
    }
    const answer =
      (await this.#ask('stoprotation', ANSWER_MS, signal)) ?? (await this.#ask('stoprotation', ANSWER_MS, signal));
    if (answer && this.#unit.answersStop === undefined) this.#know({ answersStop: 'yes' });
  }

  async #send({ name, jpeg, signal, onProgress }: ShowOptions): Promise<void> {
    this.#know({ owedBytes: jpeg.length });
    await upload(this.#connection.link, this.#transfer, {
      name,
      bytes: jpeg,
      paced: this.#connection.paced,
      modelLine: this.#unit.modelLine,
      now: () => this.#options.clock.now(),
      signal,
      onProgress,
    });
  }

  /**
   * The last `ok` alone may be a stray one. A display that answers a command with something else is no longer counting bytes; one that
   * is would take the command for picture data. Stops the rotation again at the same time, as deployed units need.
   */
  async #confirm(signal?: AbortSignal): Promise<void> {
    const known = this.#unit.answersStop !== 'no';
    const answer = await this.#ask('stoprotation', known ? ANSWER_MS : 0, signal);
    if (spoken(answer) !== undefined) return;
    const strayOk = answer?.lines.some(isAck) ?? false;
    if (strayOk || !(await this.#probeAgain(signal)))
      throw new DeviceError('no_reply', 'The display did not confirm that the picture is complete.');
    const again = await this.#ask('stoprotation', known ? ANSWER_MS : 0, signal);
    if (spoken(again) === undefined && this.#unit.answersStop === undefined) this.#know({ answersStop: 'no' });
  }

  async #checkSize({ name, jpeg, signal }: ShowOptions): Promise<void> {
    if (this.#unit.fileinfo !== 'yes') return;
    const files = parseFileinfo(await this.#ask('fileinfo', FILEINFO_MS, signal));
    const stored = files?.get(name);
    if (stored === undefined || stored === jpeg.length) return;
    throw new DeviceError('corrupt', `The display stored ${stored} of ${jpeg.length} bytes.`);
  }

  // -- recovery

  async #recoveryStep(step: RecoveryStep, rebooted: boolean, signal?: AbortSignal): Promise<ProbeResult | undefined> {
    try {
      switch (step) {
        case 'feed_zeros':
          if (rebooted) {
            const heard = await settleAndProbe(this.#connection, signal);
            if (isSane(heard)) return heard;
          }
          return await feedZeros(this.#connection, this.#transfer, signal);
        case 'reopen':
          return await this.#openAt([this.#speeds[0] ?? this.baudRate], signal);
        case 'pulse_reset':
          await this.#connection.open(this.#speeds[0] ?? this.baudRate);
          await this.#connection.pulseReset(signal);
          // The board is fresh now; should it have changed its mind about the speed, this finds out.
          return await this.#openAt(this.#speeds, signal, 'open');
      }
    } catch (error) {
      const { code } = toDeviceError(error);
      // A port that takes no bytes or does not open again is what the next step is for.
      if (code === 'no_reply' || code === 'open_failed' || code === 'busy') return undefined;
      throw error;
    }
  }

  async #openAt(
    speeds: readonly number[],
    signal?: AbortSignal,
    first: 'closed' | 'open' = 'closed',
  ): Promise<ProbeResult | undefined> {
    for (const [index, baudRate] of speeds.entries()) {
      if (index > 0 || first === 'closed') await this.#connection.open(baudRate);
      const heard = await settleAndProbe(this.#connection, signal);
      if (isSane(heard)) return heard;
    }
    return undefined;
  }

  /** After a refusal: takes our own picture out of the slot, in the form of `delete` that this unit obeys. */
  async makeRoom(name: string, signal?: AbortSignal): Promise<void> {
    await this.#alone(async () => {
      this.#mustBe('ready');
      try {
        for (const form of ['plain', 'images'] as const) {
          if (this.#unit.deletes === 'never' || (this.#unit.deletes ?? form) !== form) continue;
          const answer = await this.#ask(
            form === 'plain' ? `delete**${name}` : `delete**images**${name}`,
            ANSWER_MS,
            signal,
          );
          if (/delet/i.test(spoken(answer) ?? '')) this.#know({ deletes: form });
        }
      } catch (error) {
        throw this.#breakOff(error);
      }
    });
  }

  // -- small things

  async #ask(command: string, timeoutMs: number, signal?: AbortSignal): Promise<Answer | undefined> {
    return ask(this.#connection.link, command, { timeoutMs, saysExit: this.#unit.saysExit, signal });
  }

  async #probeAgain(signal?: AbortSignal): Promise<boolean> {
    return (await probe(this.#connection, signal, CONFIRM_PROBES)).kind === 'answered';
  }

  #learn(heard: ProbeResult): void {
    if (heard.kind !== 'answered') {
      this.#know({ baudRate: this.baudRate });
      return;
    }
    const { modelLine, saysExit } = heard;
    // Another model behind the same USB ids: what was learned of the former does not hold.
    if (this.#unit.modelLine !== undefined && modelLine !== undefined && modelLine !== this.#unit.modelLine)
      this.#unit = {};
    this.#know({ baudRate: this.baudRate, saysExit, ...(modelLine === undefined ? {} : { modelLine }) });
  }

  #know(facts: UnitFacts): void {
    const known = this.#unit;
    const news = (Object.keys(facts) as (keyof UnitFacts)[]).some((key) => facts[key] !== known[key]);
    if (!news) return;
    this.#unit = { ...known, ...facts };
    this.#options.onUnit?.(this.#unit);
  }

  #settleDebt(): void {
    if (this.#unit.owedBytes) this.#know({ owedBytes: 0 });
  }

  /** One request at a time is the callers' duty; two at once is a bug, not a race to be won. */
  async #alone(work: () => Promise<void>): Promise<void> {
    if (this.#occupied) throw new Error('The session is doing something else.');
    this.#occupied = true;
    try {
      await work();
    } finally {
      this.#occupied = false;
    }
  }

  #mustBe(kind: SessionState['kind']): void {
    if (this.#state.kind === kind) return;
    const code = this.#state.kind === 'lost' || this.#state.kind === 'closed' ? 'lost' : 'no_reply';
    throw new DeviceError(code, `The display is ${this.#state.kind}, not ${kind}.`);
  }

  #backToReady(): void {
    this.#enter({ kind: 'ready', baudRate: this.baudRate, modelLine: this.#unit.modelLine });
  }

  #enter(next: SessionState): void {
    const { kind } = this.#state;
    if (kind === 'lost' && next.kind !== 'closed') throw new DeviceError('lost', 'The display was unplugged.');
    if (kind === 'closed' && next.kind !== 'opening') throw new DeviceError('aborted', 'The session was closed.');
    if (!SESSION_WAYS[kind].includes(next.kind)) throw new Error(`A session cannot go from ${kind} to ${next.kind}.`);
    this.#state = next;
    this.#options.onState?.(next);
  }

  /** After an error in a ready display: what state it leaves, and the error in our words. */
  #breakOff(error: unknown): DeviceError {
    const failure = isDeviceError(error) ? error : toDeviceError(error);
    if (this.#state.kind === 'lost' || this.#state.kind === 'closed') return new DeviceError('lost', failure.message);
    const { code } = failure;
    if (code === 'lost') this.#enter({ kind: 'lost' });
    else if (code === 'refused' || code === 'corrupt' || (code === 'aborted' && this.#transfer.promisedBytes === 0)) {
      this.#settleDebt();
      if (this.#state.kind !== 'ready') this.#backToReady();
    } else this.#enter({ kind: 'broken', why: code });
    return failure;
  }

  /** After an error on the way to ready. */
  async #giveUp(error: unknown): Promise<DeviceError> {
    const failure = toDeviceError(error);
    if (failure.code === 'lost' && this.#state.kind !== 'lost' && this.#state.kind !== 'closed')
      this.#enter({ kind: 'lost' });
    const { kind } = this.#state;
    if (kind === 'lost' || kind === 'deaf' || kind === 'needs_replug' || kind === 'closed')
      await this.#connection.close();
    else await this.close();
    return failure;
  }
}

const noTransfer = (): TransferState => ({ promisedBytes: 0, sentBytes: 0, acknowledgedBytes: 0 });
