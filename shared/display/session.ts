/**
 * A display on one port, as an explicit state machine (session-state.ts): finds its speed, says when it is ready, carries one picture
 * at a time, and brings it back when a transfer broke. Knows the display's protocol; knows no command of the relay and no picture.
 */
import type { Clock } from '../util/clock.ts';
import { isBootLine } from './boot-lines.ts';
import { spoken } from './serial-commands.ts';
import { Connection, type SignalPolicy } from './serial-connection.ts';
import { DeviceError, isDeviceError, toDeviceError } from './display-error.ts';
import { findUnit } from './detect-display.ts';
import { learnFileinfo } from './detect-fileinfo.ts';
import { isSane, probe } from './probe.ts';
import { makeRoom, putPicture, type PictureToPut } from './upload-picture.ts';
import { recoverBy } from './recovery.ts';
import { RECOVERY_STEPS, SESSION_WAYS, type SessionState } from './session-state.ts';
import type { PortIdentity, Transport } from './transport.ts';
import { UnitKnowledge } from './profile-keeper.ts';
import type { UnitFacts } from './display-profile.ts';
import type { TransferState } from './upload.ts';
import { ANSWER_MS, askUnit, isStillThere, type Wire } from './display-context.ts';

/** Seen on deployed units; the design's own first. */
export const DEFAULT_BAUD_RATES: readonly number[] = [9_600, 115_200, 230_400];

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
  /** A ready display said something that nobody had asked for: it may have restarted, and `check` finds out. */
  readonly onDoubt?: (() => void) | undefined;
}

/** What comes so long after our last word is no late answer to it. */
const UNASKED_AFTER_MS = 3_000;

export class Session {
  readonly #connection: Connection;
  readonly #unit: UnitKnowledge;
  readonly #wire: Wire;
  readonly #options: SessionOptions;
  #state: SessionState = { kind: 'closed' };
  #transfer: TransferState = noTransfer();
  #occupied = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#unit = new UnitKnowledge(options.unit, options.onUnit);
    this.#connection = new Connection(
      options.transport,
      options.clock,
      options.signalPolicy ?? 'leave',
      () => {
        if (this.#state.kind !== 'closed') this.#enter({ kind: 'lost' });
      },
      { onLine: (line) => this.#overhear(line), onBytes: () => this.#wonder() },
    );
    this.#wire = { connection: this.#connection, unit: this.#unit };
  }

  get state(): SessionState {
    return this.#state;
  }

  get port(): PortIdentity {
    return this.#options.transport.port;
  }

  get unit(): UnitFacts {
    return this.#unit.facts;
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
        const heard = await findUnit(this.#wire, {
          baudRates: this.#baudRates,
          onStep: (step) => this.#enter(step),
          signal,
        });
        if (!heard) {
          await this.#connection.close();
          this.#enter({ kind: 'deaf' });
          throw new DeviceError('no_reply', 'The port opens, but no display answers at any speed.');
        }
        this.#unit.learn(heard, this.baudRate);
        await learnFileinfo(this.#wire, signal);
        this.#unit.settleDebt();
        this.#backToReady();
      } catch (error) {
        throw await this.#giveUp(error);
      }
    });
  }

  /**
   * Puts a picture on the glass and confirms it. @throws DeviceError `refused`, `corrupt`: ready for another try.
   * `no_reply`, `rebooted`, `aborted`: call `recover` when the state is `broken`. `lost`: over.
   */
  show(picture: PictureToPut): Promise<void> {
    return this.#withReady(async () => {
      this.#transfer = noTransfer();
      this.#enter({ kind: 'transferring', baudRate: this.baudRate });
      await putPicture(this.#wire, this.#transfer, picture);
      this.#unit.settleDebt();
      this.#transfer = noTransfer();
      this.#backToReady();
    });
  }

  /** Lets the display rotate over its stored pictures. @throws DeviceError `no_reply`, `lost`, `aborted` */
  startRotation(signal?: AbortSignal): Promise<void> {
    return this.#withReady(async () => {
      const start = () => askUnit(this.#wire, 'startrotation', ANSWER_MS, signal);
      // Not every firmware answers, and one that has just changed its picture may not have heard, or stammers: ask whether it is there, and again.
      if (!spoken(await start()) && (await isStillThere(this.#wire, signal))) await start();
    });
  }

  /** Asks a ready display whether it is still there, and the same. @throws DeviceError: then the state is `broken` or `lost` */
  check(signal?: AbortSignal): Promise<void> {
    return this.#withReady(async () => {
      if ((await probe(this.#connection, signal, 1)).kind === 'answered') return;
      if (!(await isStillThere(this.#wire, signal)))
        throw new DeviceError('no_reply', 'The display no longer answers.');
      // An idle display is deaf only while it boots.
      throw new DeviceError('rebooted', 'The display was deaf for a moment, as one that restarts.');
    });
  }

  /** After a refusal: frees the slot. @throws DeviceError `no_reply`, `lost`, `aborted` */
  makeRoom(name: string, signal?: AbortSignal): Promise<void> {
    return this.#withReady(() => makeRoom(this.#wire, name, signal));
  }

  /** From `broken` back to `ready`, step by step. @throws DeviceError `needs_replug`, `lost`, `aborted` */
  async recover(signal?: AbortSignal): Promise<void> {
    await this.#alone(async () => {
      if (this.#state.kind !== 'broken') return;
      const broken = {
        transfer: this.#transfer,
        rebooted: this.#state.why === 'rebooted',
        speeds: this.#unit.speeds(this.#baudRates),
      };
      try {
        for (const step of RECOVERY_STEPS) {
          this.#enter({ kind: 'recovering', step });
          const heard = await recoverBy(step, this.#connection, broken, signal);
          if (!heard || !isSane(heard)) continue;
          this.#unit.settleDebt();
          this.#unit.learn(heard, this.baudRate);
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

  get #baudRates(): readonly number[] {
    return this.#options.baudRates ?? DEFAULT_BAUD_RATES;
  }

  get #resting(): boolean {
    return this.#state.kind === 'ready' && !this.#occupied;
  }

  /** A display that restarts by itself has lost what was on its glass, although it answers afterwards as if nothing had been. */
  #overhear(line: string): void {
    if (!this.#resting) return;
    const unasked = this.#connection.link.silentMs > UNASKED_AFTER_MS;
    if (isBootLine(line) || (unasked && line === this.#unit.facts.modelLine))
      this.#enter({ kind: 'broken', why: 'rebooted' });
  }

  #wonder(): void {
    if (this.#resting && this.#connection.link.silentMs > UNASKED_AFTER_MS) this.#options.onDoubt?.();
  }

  /** Work that a ready display is needed for, and that may leave it broken. */
  #withReady(work: () => Promise<void>): Promise<void> {
    return this.#alone(async () => {
      this.#mustBe('ready');
      try {
        await work();
      } catch (error) {
        throw this.#breakOff(error);
      }
    });
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
    this.#enter({ kind: 'ready', baudRate: this.baudRate, modelLine: this.#unit.facts.modelLine });
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
      this.#unit.settleDebt();
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
