/**
 * A display on one port, as an explicit state machine (session-state.ts): finds its speed, says when it is ready,
 * carries one picture at a time, and brings it back when a transfer broke. Knows the display's protocol; knows no
 * command of the relay and no picture.
 */
import { isBootLine } from './reply-lines.ts';
import { spoken } from './serial-commands.ts';
import { SerialConnection } from './serial-connection.ts';
import { DisplayError, isDisplayError, toDisplayError } from './display-error.ts';
import { detectDisplay } from './detect-display.ts';
import { detectFileinfo } from './detect-fileinfo.ts';
import { isSane, probe } from './probe.ts';
import type { NativeScreen } from './native-screen.ts';
import { OwnScreens } from './own-screens.ts';
import { freeSlot, uploadPicture } from './upload-picture.ts';
import { recoverBy } from './recovery.ts';
import { RECOVERY_STEPS, SESSION_TRANSITIONS, type SessionState } from './session-state.ts';
import type { PortIdentity } from './transport.ts';
import { ProfileKeeper } from './profile-keeper.ts';
import type { DisplayProfile } from './display-profile.ts';
import type { DisplaySessionOptions } from './session-options.ts';
import { noTransfer, type PictureUpload, type TransferState } from './upload.ts';
import { DeafWindows } from './deaf-windows.ts';
import { ANSWER_MS, changeScreen, isStillThere, type DisplayContext } from './display-context.ts';

/** Seen on deployed displays; the design's own first. */
const DEFAULT_BAUD_RATES: readonly number[] = [9_600, 115_200, 230_400];

/** What comes so long after our last word is no late answer to it. */
const UNASKED_AFTER_MS = 3_000;

export class DisplaySession {
  readonly #connection: SerialConnection;
  readonly #profile: ProfileKeeper;
  readonly #context: DisplayContext;
  readonly #ownScreens: OwnScreens;
  readonly #options: DisplaySessionOptions;
  #state: SessionState = { kind: 'closed' };
  #transfer: TransferState = noTransfer();
  #occupied = false;

  constructor(options: DisplaySessionOptions) {
    this.#options = options;
    this.#profile = new ProfileKeeper(options.profile, options.onProfile);
    this.#connection = new SerialConnection(
      options.transport,
      options.clock,
      options.signalPolicy ?? 'leave',
      () => {
        if (this.#state.kind !== 'closed') this.#enter({ kind: 'lost' });
      },
      { onLine: (line) => this.#watchForRestart(line), onBytes: () => this.#reportUnaskedBytes() },
    );
    const windows = new DeafWindows(this.#connection, this.#profile);
    this.#context = { connection: this.#connection, profile: this.#profile, windows };
    this.#ownScreens = new OwnScreens(this.#context);
  }

  get state(): SessionState {
    return this.#state;
  }

  get port(): PortIdentity {
    return this.#options.transport.port;
  }

  get profile(): DisplayProfile {
    return this.#profile.current;
  }

  get baudRate(): number {
    return this.#connection.baudRate;
  }

  /** What decides how large a picture may be: Infinity where USB carries the bytes itself. */
  get pictureBaudRate(): number {
    return this.#connection.nativeUsb ? Infinity : this.#connection.baudRate;
  }

  /**
   * Opens the port and finds the speed. Ends `ready`. @throws DisplayError `busy`, `open_failed`, `lost`, `no_reply`
   * when nobody answers, `aborted`
   */
  async connect(signal?: AbortSignal): Promise<void> {
    await this.#exclusively(async () => {
      try {
        const heard = await detectDisplay(this.#context, {
          baudRates: this.#baudRates,
          onStep: (step) => this.#enter(step),
          signal,
        });
        if (!heard) {
          await this.#connection.close();
          this.#enter({ kind: 'deaf' });
          throw new DisplayError('no_reply', 'The port opens, but no display answers at any speed.');
        }
        this.#profile.learnFrom(heard, this.baudRate);
        await detectFileinfo(this.#context, signal);
        this.#profile.clearUnsentBytes();
        this.#backToReady();
      } catch (error) {
        throw await this.#failConnecting(error);
      }
    });
  }

  /**
   * Shows a picture and confirms it. @throws DisplayError `refused`, `corrupt`: ready for another try.
   * `no_reply`, `rebooted`, `aborted`: call `recover` when the state is `broken`. `lost`: over.
   */
  show(picture: PictureUpload): Promise<void> {
    return this.#withReady(async () => {
      this.#transfer = noTransfer();
      this.#enter({ kind: 'transferring', baudRate: this.baudRate });
      this.#ownScreens.rotationStopped();
      await uploadPicture(this.#context, this.#transfer, picture);
      this.#profile.clearUnsentBytes();
      this.#transfer = noTransfer();
      this.#backToReady();
    });
  }

  /**
   * Lets the display draw a screen by itself, and confirms it. @throws DisplayError `refused` where it does not draw
   * it: ready for a picture. `no_reply`, `rebooted`, `aborted`: call `recover` when the state is `broken`. `lost`:
   * over.
   */
  drawNative(screen: NativeScreen, signal?: AbortSignal): Promise<void> {
    return this.#withReady(() => this.#ownScreens.draw(screen, signal));
  }

  /** How loud the display's own sounds are, 1 to 21. @throws DisplayError `no_reply`, `lost`, `aborted` */
  setVolume(volume: number, signal?: AbortSignal): Promise<void> {
    return this.#withReady(() => this.#ownScreens.setVolume(volume, signal));
  }

  /** Lets the display rotate over its stored pictures. @throws DisplayError `no_reply`, `lost`, `aborted` */
  startRotation(signal?: AbortSignal): Promise<void> {
    return this.#withReady(async () => {
      await this.#context.windows.measure(signal);
      this.#ownScreens.rotationStarted();
      const start = () => changeScreen(this.#context, 'start', ANSWER_MS, signal);
      // Not every firmware answers, and one that has just changed its picture may not have heard, or stammers: ask
      // whether it is there, and again.
      if (!spoken(await start()) && (await isStillThere(this.#context, signal))) await start();
      await this.#context.windows.measure(signal);
    });
  }

  /**
   * Asks a ready display whether it is still there, and the same. @throws DisplayError: then the state is `broken` or
   * `lost`
   */
  check(signal?: AbortSignal): Promise<void> {
    return this.#withReady(async () => {
      if ((await probe(this.#connection, signal, 1)).kind === 'answered') return;
      if (!(await isStillThere(this.#context, signal)))
        throw new DisplayError('no_reply', 'The display no longer answers.');
      // An idle display is deaf only while it boots.
      throw new DisplayError('rebooted', 'The display was deaf for a moment, as one that restarts.');
    });
  }

  /** After a refusal: frees the slot. @throws DisplayError `no_reply`, `lost`, `aborted` */
  freeSlot(name: string, signal?: AbortSignal): Promise<void> {
    return this.#withReady(() => freeSlot(this.#context, name, signal));
  }

  /** From `broken` back to `ready`, step by step. @throws DisplayError `needs_replug`, `lost`, `aborted` */
  async recover(signal?: AbortSignal): Promise<void> {
    await this.#exclusively(async () => {
      if (this.#state.kind !== 'broken') return;
      const broken = {
        transfer: this.#transfer,
        rebooted: this.#state.why === 'rebooted',
        speeds: this.#profile.speeds(this.#baudRates),
      };
      try {
        for (const step of RECOVERY_STEPS) {
          this.#enter({ kind: 'recovering', step });
          const heard = await recoverBy(step, this.#connection, broken, signal);
          if (!heard || !isSane(heard)) continue;
          this.#profile.clearUnsentBytes();
          this.#profile.learnFrom(heard, this.baudRate);
          this.#ownScreens.restarted();
          this.#backToReady();
          return;
        }
        await this.#connection.close();
        this.#enter({ kind: 'needs_replug' });
        throw new DisplayError('needs_replug', 'Unplug the display, wait a moment, and plug it in again.');
      } catch (error) {
        throw await this.#failConnecting(error);
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

  get #idle(): boolean {
    return this.#state.kind === 'ready' && !this.#occupied;
  }

  /** A display that restarts by itself has lost its picture, although it answers afterwards as before. */
  #watchForRestart(line: string): void {
    if (!this.#idle) return;
    const unasked = this.#connection.channel.silentMs > UNASKED_AFTER_MS;
    if (isBootLine(line) || (unasked && line === this.#profile.current.modelLine))
      this.#enter({ kind: 'broken', why: 'rebooted' });
  }

  #reportUnaskedBytes(): void {
    if (this.#idle && this.#connection.channel.silentMs > UNASKED_AFTER_MS) this.#options.onUnaskedBytes?.();
  }

  /** Work that a ready display is needed for, and that may leave it broken. */
  #withReady(work: () => Promise<void>): Promise<void> {
    return this.#exclusively(async () => {
      this.#mustBe('ready');
      try {
        await work();
      } catch (error) {
        throw this.#failFromReady(error);
      }
    });
  }

  /** One request at a time is the callers' duty; two at once is a bug, not a race to be won. */
  async #exclusively(work: () => Promise<void>): Promise<void> {
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
    throw new DisplayError(code, `The display is ${this.#state.kind}, not ${kind}.`);
  }

  #backToReady(): void {
    this.#enter({ kind: 'ready', baudRate: this.baudRate, modelLine: this.#profile.current.modelLine });
  }

  #enter(next: SessionState): void {
    const { kind } = this.#state;
    if (kind === 'lost' && next.kind !== 'closed') throw new DisplayError('lost', 'The display was unplugged.');
    if (kind === 'closed' && next.kind !== 'opening') throw new DisplayError('aborted', 'The session was closed.');
    if (!SESSION_TRANSITIONS[kind].includes(next.kind))
      throw new Error(`A session cannot go from ${kind} to ${next.kind}.`);
    this.#state = next;
    this.#options.onState?.(next);
  }

  /** After an error in a ready display: what state it leaves, and the error in our words. */
  #failFromReady(error: unknown): DisplayError {
    const failure = isDisplayError(error) ? error : toDisplayError(error);
    if (this.#state.kind === 'lost' || this.#state.kind === 'closed') return new DisplayError('lost', failure.message);
    const { code } = failure;
    if (code === 'lost') this.#enter({ kind: 'lost' });
    else if (code === 'refused' || code === 'corrupt' || (code === 'aborted' && this.#transfer.promisedBytes === 0)) {
      this.#profile.clearUnsentBytes();
      if (this.#state.kind !== 'ready') this.#backToReady();
    } else this.#enter({ kind: 'broken', why: code });
    return failure;
  }

  /** After an error on the way to ready. */
  async #failConnecting(error: unknown): Promise<DisplayError> {
    const failure = toDisplayError(error);
    if (failure.code === 'lost' && this.#state.kind !== 'lost' && this.#state.kind !== 'closed')
      this.#enter({ kind: 'lost' });
    const { kind } = this.#state;
    if (kind === 'lost' || kind === 'deaf' || kind === 'needs_replug' || kind === 'closed')
      await this.#connection.close();
    else await this.close();
    return failure;
  }
}
