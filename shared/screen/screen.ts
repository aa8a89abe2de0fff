/**
 * The glass and what it should show: the live QR until its time is over, otherwise the idle rotation, whatever relay and network do.
 * Every picture goes through here, so that the slot counts as soiled from the first byte. Knows pictures and a display that may be
 * away; knows no command and no queue.
 */
import type { Clock } from '../util/clock.ts';
import type { ClearReason } from '../wire/commands.ts';
import { messageOf } from '../wire/errors.ts';
import type { MadePicture, PictureMaker } from '../picture/picture.ts';
import { DEFAULT_PICTURE_SETTINGS, type PictureSettings } from '../wire/schemas.ts';
import type { Glass as Shown } from '../station/station.ts';
import { putOnGlass, type Display, type Put, type Putting, type Wanted } from './show-picture.ts';
import { pause } from '../util/deadline.ts';
import { GlassKeeper, type KeeperMemory, type LiveQr } from './screen-store.ts';
import { underAny } from '../util/any-signal.ts';

export interface GlassOptions {
  readonly clock: Clock;
  readonly display: Display;
  readonly pictures: PictureMaker;
  readonly memory: KeeperMemory;
  readonly onShown: (shown: Shown | undefined) => void;
  /** A code that was to leave the glass has left it. */
  readonly onCleared: (commandId: string, reason: ClearReason) => void;
  /** `mustSettle` may have become true. */
  readonly onDue: () => void;
  readonly log: (level: 'info' | 'warn' | 'error', event: string, text: string) => void;
}

export type GlassPutting = Omit<Putting, 'settings' | 'wanted' | 'onBegin' | 'onTrouble' | 'thenRotate'>;

/** Timers may fire a little early. */
const EARLY_MS = 5;
const AGAIN_MS = 1_000;
const AGAIN_MAX_MS = 60_000;

export class Glass {
  readonly #options: GlassOptions;
  readonly #keeper: GlassKeeper;
  readonly #stopping = new AbortController();
  #settings: PictureSettings = DEFAULT_PICTURE_SETTINGS;
  /** It does not show what it should. */
  #unsettled = false;
  /** The glass lost its QR, which may have ended meanwhile; the relay is being asked before it is put back. */
  #undecided = false;
  /** The cable is out, so the glass is dark. */
  #gone = true;
  /** After a failure to settle: not again before this, on the clock. */
  #notBefore = 0;
  #failures = 0;
  #settling = new AbortController();
  #timer = new AbortController();

  constructor(options: GlassOptions) {
    this.#options = options;
    this.#keeper = new GlassKeeper(options.clock, options.memory);
  }

  get qr(): LiveQr | undefined {
    return this.#keeper.qr;
  }

  get undecided(): boolean {
    return this.#undecided;
  }

  get mustSettle(): boolean {
    const { clock, display } = this.#options;
    return this.#unsettled && !this.#undecided && display.ready && clock.now() >= this.#notBefore - EARLY_MS;
  }

  load(): Promise<void> {
    return this.#keeper.load();
  }

  stop(): void {
    this.#stopping.abort();
    this.#timer.abort();
  }

  configure(settings: PictureSettings): void {
    this.#settings = settings;
  }

  /** The display answers (again): it shows what a boot shows, or something unknown. */
  displayReady(busy: boolean): void {
    this.#gone = false;
    const { dirty, qr } = this.#keeper;
    if (!busy && (dirty || qr)) {
      this.#unsettled = true;
      this.#undecided = qr !== undefined;
      this.#options.onShown(undefined);
    }
    this.#options.onDue();
  }

  /** The cable is out: the glass is dark. */
  displayGone(): void {
    this.#gone = true;
    this.#settling.abort();
    this.#options.onShown(undefined);
    // What was to be taken off the glass is off it.
    this.tellClears('disconnected');
  }

  /** After `undecided`: whether the QR may be shown again. */
  decide(stillWanted: boolean): void {
    if (!this.#undecided) return;
    this.#undecided = false;
    if (!stillWanted) this.#keeper.end('disconnected');
    this.#options.onDue();
  }

  /** The live QR must go; it is told as gone once it is off. */
  takeOff(reason: ClearReason): void {
    this.#keeper.end(reason);
    this.#unsettled ||= this.#keeper.dirty;
    this.#undecided = false;
    this.#options.onDue();
  }

  /** Ends the live QR if its time is over. */
  endIfOver(): void {
    const { qr } = this.#keeper;
    if (!qr || this.#options.clock.now() < qr.endsAt - EARLY_MS) return;
    this.#keeper.end('timeout');
    this.#unsettled = true;
    this.#undecided = false;
    // A dark glass shows nothing already.
    if (this.#gone) this.tellClears('disconnected');
  }

  /** Any screen but a QR. Goes after `stayMs`. @throws PictureError, PutError */
  async show(wanted: Wanted, stayMs: number, putting: GlassPutting, commandId?: string): Promise<Put> {
    const put = await this.#put({ ...putting, wanted });
    this.#shown(wanted, put.picture, commandId);
    this.#settleIn(stayMs);
    return put;
  }

  /** A QR that counts as live from now on, in the place of the one before. @throws PictureError, PutError */
  async showQr(wanted: Wanted, putting: GlassPutting, liveAs: (put: Put) => LiveQr): Promise<LiveQr> {
    const put = await this.#put({ ...putting, wanted });
    const qr = liveAs(put);
    this.#shown(wanted, put.picture, qr.commandId);
    if (this.#keeper.qr) this.#keeper.end('replaced');
    void this.#keeper.show(qr);
    this.#settleIn(qr.endsAt - this.#options.clock.now());
    return qr;
  }

  /** The idle picture over whatever is in the slot, then the rotation. @throws PictureError, PutError */
  async showIdle(putting: GlassPutting): Promise<Put> {
    const wanted: Wanted = { kind: 'screen', screen: { kind: 'idle' } };
    const put = await this.#put({ ...putting, wanted, thenRotate: true });
    this.#keeper.clean();
    this.#shown(wanted, put.picture);
    return put;
  }

  /** Brings the glass to what it should show. Does not throw; tries again later. */
  settle(): Promise<void> {
    this.#settling = new AbortController();
    const over = new AbortController();
    return underAny([this.#stopping.signal, this.#settling.signal, over.signal], (signal) =>
      this.#settleUntil(signal, over),
    );
  }

  /** @param over fired here when the QR's time ends, and `signal` with it */
  async #settleUntil(signal: AbortSignal, over: AbortController): Promise<void> {
    const { clock, log } = this.#options;
    const { qr } = this.#keeper;
    if (qr) void pause(clock, qr.endsAt - clock.now(), signal).then((slept) => slept && over.abort());
    try {
      if (qr) await this.#putBack(qr, signal);
      else {
        await this.showIdle({ signal });
        this.tellClears();
      }
      this.#failures = 0;
    } catch (error) {
      this.#unsettled = true;
      if (signal.aborted) return;
      // Somebody else's turn, then again; ever more rarely, because a display that refuses pictures will go on refusing.
      const waitMs = Math.min(AGAIN_MAX_MS, AGAIN_MS * 2 ** this.#failures);
      this.#failures += 1;
      this.#notBefore = clock.now() + waitMs;
      this.#settleIn(waitMs);
      log('warn', 'settle_failed', `The display could not be brought back to its rotation: ${messageOf(error)}`);
    } finally {
      over.abort();
    }
  }

  /** Tells what was owed: codes that were to leave the glass have left it. */
  tellClears(instead?: ClearReason): void {
    for (const { commandId, reason } of this.#keeper.takeOwedClears())
      this.#options.onCleared(commandId, instead ?? reason);
  }

  async #putBack(qr: LiveQr, signal: AbortSignal): Promise<void> {
    const wanted: Wanted = { kind: 'made', picture: qr.picture };
    // One upload a decision: what was wanted may be paid by the next.
    await this.#put({ wanted, signal, maxAttempts: 1 });
    this.#shown(wanted, qr.picture, qr.commandId);
    this.#settleIn(qr.endsAt - this.#options.clock.now());
  }

  async #put(putting: Omit<Putting, 'settings'>): Promise<Put> {
    const { display, pictures, clock, log } = this.#options;
    try {
      const put = await putOnGlass(display, pictures, clock, {
        ...putting,
        settings: this.#settings,
        onBegin: async () => {
          this.#timer.abort();
          this.#unsettled = true;
          this.#undecided = false;
          await this.#keeper.soil();
        },
        onTrouble: (attempt, error) =>
          log('warn', 'upload_failed', `Upload ${attempt} failed (${error.code}): ${error.message}`),
      });
      this.#unsettled = false;
      return put;
    } catch (error) {
      // The QR before it would have to come back, and its customer may have paid while we were at it.
      if (this.#unsettled) this.#undecided = this.#keeper.qr !== undefined;
      throw error;
    }
  }

  #shown(wanted: Wanted, { jpeg }: MadePicture, commandId?: string): void {
    const screen = wanted.kind === 'made' ? 'qr' : wanted.screen.kind;
    this.#options.onShown({ screen, ...(commandId === undefined ? {} : { commandId }), jpeg });
  }

  #settleIn(ms: number): void {
    this.#timer.abort();
    this.#timer = new AbortController();
    void pause(this.#options.clock, Math.max(0, ms), this.#timer.signal).then((slept) => {
      if (!slept) return;
      this.#unsettled = true;
      this.#options.onDue();
    });
  }
}
