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
import type { ShownScreen } from '../station/station.ts';
import { showPicture, type Display, type Shown, type ShowRequest, type ShowTarget } from './show-picture.ts';
import { pause } from '../util/deadline.ts';
import { ScreenStore, type ScreenMemory, type LiveQr } from './screen-store.ts';
import { anySignal } from '../util/any-signal.ts';

export interface DisplayScreenOptions {
  readonly clock: Clock;
  readonly display: Display;
  readonly pictures: PictureMaker;
  readonly memory: ScreenMemory;
  readonly onShown: (shown: ShownScreen | undefined) => void;
  /** A code that was to leave the glass has left it. */
  readonly onCleared: (commandId: string, reason: ClearReason) => void;
  /** `mustSettle` may have become true. */
  readonly onDue: () => void;
  readonly log: (level: 'info' | 'warn' | 'error', event: string, text: string) => void;
}

export type ScreenRequest = Omit<ShowRequest, 'settings' | 'target' | 'onBegin' | 'onTrouble' | 'thenRotate'>;

/** Timers may fire a little early. */
const EARLY_MS = 5;
const AGAIN_MS = 1_000;
const AGAIN_MAX_MS = 60_000;

export class DisplayScreen {
  readonly #options: DisplayScreenOptions;
  readonly #store: ScreenStore;
  readonly #stopping = new AbortController();
  #settings: PictureSettings = DEFAULT_PICTURE_SETTINGS;
  /** It does not show what it should. */
  #mustRestore = false;
  /** The glass lost its QR, which may have ended meanwhile; the relay is being asked before it is put back. */
  #awaitingRelay = false;
  /** The cable is out, so the glass is dark. */
  #unplugged = true;
  /** After a restore that failed: not again before this, on the clock. */
  #notBefore = 0;
  #failures = 0;
  #restoring = new AbortController();
  #timer = new AbortController();

  constructor(options: DisplayScreenOptions) {
    this.#options = options;
    this.#store = new ScreenStore(options.clock, options.memory);
  }

  get qr(): LiveQr | undefined {
    return this.#store.qr;
  }

  get awaitingRelay(): boolean {
    return this.#awaitingRelay;
  }

  get mustRestore(): boolean {
    const { clock, display } = this.#options;
    return this.#mustRestore && !this.#awaitingRelay && display.ready && clock.now() >= this.#notBefore - EARLY_MS;
  }

  load(): Promise<void> {
    return this.#store.load();
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
    this.#unplugged = false;
    const { dirty, qr } = this.#store;
    if (!busy && (dirty || qr)) {
      this.#mustRestore = true;
      this.#awaitingRelay = qr !== undefined;
      this.#options.onShown(undefined);
    }
    this.#options.onDue();
  }

  /** The cable is out: the glass is dark. */
  displayUnplugged(): void {
    this.#unplugged = true;
    this.#restoring.abort();
    this.#options.onShown(undefined);
    // What was to be taken off the glass is off it.
    this.reportClears('disconnected');
  }

  /** After `undecided`: whether the QR may be shown again. */
  decide(stillWanted: boolean): void {
    if (!this.#awaitingRelay) return;
    this.#awaitingRelay = false;
    if (!stillWanted) this.#store.end('disconnected');
    this.#options.onDue();
  }

  /** The live QR must go; it is told as gone once it is off. */
  takeOff(reason: ClearReason): void {
    this.#store.end(reason);
    this.#mustRestore ||= this.#store.dirty;
    this.#awaitingRelay = false;
    this.#options.onDue();
  }

  /** Ends the live QR if its time is over. */
  endIfOver(): void {
    const { qr } = this.#store;
    if (!qr || this.#options.clock.now() < qr.endsAt - EARLY_MS) return;
    this.#store.end('timeout');
    this.#mustRestore = true;
    this.#awaitingRelay = false;
    // A dark glass shows nothing already.
    if (this.#unplugged) this.reportClears('disconnected');
  }

  /** Any screen but a QR. Goes after `stayMs`. @throws PictureError, ShowError */
  async show(target: ShowTarget, stayMs: number, request: ScreenRequest, commandId?: string): Promise<Shown> {
    const shown = await this.#showPicture({ ...request, target: target });
    this.#shown(target, shown.picture, commandId);
    this.#restoreIn(stayMs);
    return shown;
  }

  /** A QR that counts as live from now on, in the place of the one before. @throws PictureError, ShowError */
  async showQr(target: ShowTarget, request: ScreenRequest, liveAs: (shown: Shown) => LiveQr): Promise<LiveQr> {
    const shown = await this.#showPicture({ ...request, target: target });
    const qr = liveAs(shown);
    this.#shown(target, shown.picture, qr.commandId);
    if (this.#store.qr) this.#store.end('replaced');
    void this.#store.show(qr);
    this.#restoreIn(qr.endsAt - this.#options.clock.now());
    return qr;
  }

  /** The idle picture over whatever is in the slot, then the rotation. @throws PictureError, ShowError */
  async showIdle(request: ScreenRequest): Promise<Shown> {
    const target: ShowTarget = { kind: 'screen', screen: { kind: 'idle' } };
    const shown = await this.#showPicture({ ...request, target: target, thenRotate: true });
    this.#store.markClean();
    this.#shown(target, shown.picture);
    return shown;
  }

  /** Brings the glass to what it should show. Does not throw; tries again later. */
  restore(): Promise<void> {
    this.#restoring = new AbortController();
    const over = new AbortController();
    return anySignal([this.#stopping.signal, this.#restoring.signal, over.signal], (signal) =>
      this.#restoreUntil(signal, over),
    );
  }

  /** @param over fired here when the QR's time ends, and `signal` with it */
  async #restoreUntil(signal: AbortSignal, over: AbortController): Promise<void> {
    const { clock, log } = this.#options;
    const { qr } = this.#store;
    if (qr) void pause(clock, qr.endsAt - clock.now(), signal).then((slept) => slept && over.abort());
    try {
      if (qr) await this.#showAgain(qr, signal);
      else {
        await this.showIdle({ signal });
        this.reportClears();
      }
      this.#failures = 0;
    } catch (error) {
      this.#mustRestore = true;
      if (signal.aborted) return;
      // Somebody else's turn, then again; ever more rarely, because a display that refuses pictures will go on refusing.
      const waitMs = Math.min(AGAIN_MAX_MS, AGAIN_MS * 2 ** this.#failures);
      this.#failures += 1;
      this.#notBefore = clock.now() + waitMs;
      this.#restoreIn(waitMs);
      log('warn', 'settle_failed', `The display could not be brought back to its rotation: ${messageOf(error)}`);
    } finally {
      over.abort();
    }
  }

  /** Tells what was owed: codes that were to leave the glass have left it. */
  reportClears(instead?: ClearReason): void {
    for (const { commandId, reason } of this.#store.takePendingClears())
      this.#options.onCleared(commandId, instead ?? reason);
  }

  async #showAgain(qr: LiveQr, signal: AbortSignal): Promise<void> {
    const target: ShowTarget = { kind: 'made', picture: qr.picture };
    // One upload a decision: what was wanted may be paid by the next.
    await this.#showPicture({ target: target, signal, maxAttempts: 1 });
    this.#shown(target, qr.picture, qr.commandId);
    this.#restoreIn(qr.endsAt - this.#options.clock.now());
  }

  async #showPicture(request: Omit<ShowRequest, 'settings'>): Promise<Shown> {
    const { display, pictures, clock, log } = this.#options;
    try {
      const shown = await showPicture(display, pictures, clock, {
        ...request,
        settings: this.#settings,
        onBegin: async () => {
          this.#timer.abort();
          this.#mustRestore = true;
          this.#awaitingRelay = false;
          await this.#store.markDirty();
        },
        onTrouble: (attempt, error) =>
          log('warn', 'upload_failed', `Upload ${attempt} failed (${error.code}): ${error.message}`),
      });
      this.#mustRestore = false;
      return shown;
    } catch (error) {
      // The QR before it would have to come back, and its customer may have paid while we were at it.
      if (this.#mustRestore) this.#awaitingRelay = this.#store.qr !== undefined;
      throw error;
    }
  }

  #shown(target: ShowTarget, { jpeg }: MadePicture, commandId?: string): void {
    const screen = target.kind === 'made' ? 'qr' : target.screen.kind;
    this.#options.onShown({ screen, ...(commandId === undefined ? {} : { commandId }), jpeg });
  }

  #restoreIn(ms: number): void {
    this.#timer.abort();
    this.#timer = new AbortController();
    void pause(this.#options.clock, Math.max(0, ms), this.#timer.signal).then((slept) => {
      if (!slept) return;
      this.#mustRestore = true;
      this.#options.onDue();
    });
  }
}
