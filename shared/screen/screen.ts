/**
 * What the display shows, as a state machine (screen-state.ts): the live QR until its time is over, otherwise the idle
 * rotation, whatever relay and network do. Every picture goes through here, so that the slot counts as dirty from the
 * first byte. Knows pictures and a display that may be away; knows no command and no queue.
 */
import type { Clock } from '../util/clock.ts';
import type { ClearReason } from '../wire/commands.ts';
import { messageOf } from '../wire/errors.ts';
import type { PictureMaker, Screen } from '../picture/picture.ts';
import { DEFAULT_PICTURE_SETTINGS, type PictureSettings } from '../wire/picture.ts';
import { SCREEN_TRANSITIONS, type ScreenState, type ShownScreen } from './screen-state.ts';
import { showPicture, type Display, type Shown, type ShowRequest, type ShowTarget } from './show-picture.ts';
import { pause } from '../util/deadline.ts';
import { jpegOf, type DrawnScreen } from './drawn-screen.ts';
import { ScreenStore, type LiveQr, type ScreenMemory } from './screen-store.ts';
import { anySignal } from '../util/any-signal.ts';

export interface DisplayScreenOptions {
  readonly clock: Clock;
  readonly display: Display;
  readonly pictures: PictureMaker;
  readonly memory: ScreenMemory;
  readonly onShown: (shown: ShownScreen | undefined) => void;
  /** A QR that was to be taken off is off. */
  readonly onCleared: (commandId: string, reason: ClearReason) => void;
  /** Something else is about to cover this command's QR; it comes back by itself. */
  readonly onCovered: (commandId: string) => void;
  /** A QR that was covered, or lost by the display, is confirmed again. */
  readonly onShownAgain: (qr: LiveQr) => void;
  /** `mustRestore` may have become true. */
  readonly onDue: () => void;
  readonly log: (level: 'info' | 'warn' | 'error', event: string, text: string) => void;
}

/** Timers may fire a little early. */
const EARLY_MS = 5;
const AGAIN_MS = 1_000;
const AGAIN_MAX_MS = 60_000;
/** Longest time for which something else covers a QR; a customer waits for it. */
const COVER_MS = 20_000;
const IDLE: ShowTarget = { kind: 'screen', screen: { kind: 'idle' } };

export class DisplayScreen {
  readonly #options: DisplayScreenOptions;
  readonly #store: ScreenStore;
  readonly #stopping = new AbortController();
  #state: ScreenState = { kind: 'unplugged' };
  #settings: PictureSettings = DEFAULT_PICTURE_SETTINGS;
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

  /** The relay is to be asked whether the QR is still wanted; then `decide`. */
  get awaitingRelay(): boolean {
    return this.#state.kind === 'awaiting_relay';
  }

  get mustRestore(): boolean {
    const { clock, display } = this.#options;
    return this.#state.kind === 'restoring' && display.ready && clock.now() >= this.#notBefore - EARLY_MS;
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

  /**
   * The display answers (again): it shows what a boot shows, or something unknown.
   * @param working a command is being carried out, and the display has been ready in between
   */
  displayReady(working: boolean): void {
    if (!working || this.#state.kind === 'unplugged') {
      const { mustGoIdle, qr } = this.#store;
      if (!working && (mustGoIdle || qr)) this.#options.onShown(undefined);
      this.#enter({ kind: qr ? 'awaiting_relay' : mustGoIdle ? 'restoring' : 'idle' });
    }
    this.#options.onDue();
  }

  displayUnplugged(): void {
    this.#enter({ kind: 'unplugged' });
    this.#restoring.abort();
    this.#options.onShown(undefined);
    // What was to be taken off is off.
    this.reportClears('disconnected');
  }

  /** While `awaitingRelay`: whether the QR may be shown again. */
  decide(stillWanted: boolean): void {
    if (this.#state.kind !== 'awaiting_relay') return;
    if (!stillWanted) this.#store.end('disconnected');
    this.#enter({ kind: 'restoring' });
    this.#options.onDue();
  }

  /** The live QR must go; its end is reported once it is off. */
  takeOff(reason: ClearReason): void {
    this.#store.end(reason);
    this.#mustChange();
    this.#options.onDue();
  }

  /** Ends the live QR if its time is over. */
  endIfOver(): void {
    const { qr } = this.#store;
    if (!qr || this.#options.clock.now() < qr.endsAt - EARLY_MS) return;
    this.#store.end('timeout');
    this.#mustChange();
    // A dark screen shows nothing already.
    if (this.#state.kind === 'unplugged') this.reportClears('disconnected');
  }

  /** Any screen but a QR. Goes after `stayMs`; where it covers a QR, soon. @throws PictureError, ShowError */
  async show(target: ShowTarget, stayMs: number, request: ShowRequest, commandId?: string): Promise<Shown> {
    const shown = await this.#showPicture(target, request);
    this.#confirm(target, shown.drawn, commandId);
    this.#restoreIn(this.#store.qr ? Math.min(stayMs, COVER_MS) : stayMs);
    return shown;
  }

  /**
   * Lends the display for a conversation that no screen of ours is the point of. It may show anything meanwhile, and
   * what is in the slot counts as dirty, so that the idle picture is due when it is over.
   */
  async lend(): Promise<void> {
    this.#timer.abort();
    await this.#store.markDirty();
    this.#enter({ kind: 'restoring' });
    this.#options.onShown(undefined);
  }

  /** A screen of this kind has served its purpose: what it covers is next, or the rotation. */
  dismiss(kind: Screen['kind']): void {
    if (this.#state.kind !== 'showing' || this.#state.shown.screen !== kind) return;
    this.#mustChange();
    this.#options.onDue();
  }

  /** A QR that counts as live from now on, in the place of the one before. @throws PictureError, ShowError */
  async showQr(target: ShowTarget, request: ShowRequest, liveAs: (shown: Shown) => LiveQr): Promise<LiveQr> {
    const shown = await this.#showPicture(target, request);
    const qr = liveAs(shown);
    this.#confirm(target, shown.drawn, qr.commandId);
    if (this.#store.qr) this.#store.end('replaced');
    void this.#store.show(qr);
    this.#restoreIn(qr.endsAt - this.#options.clock.now());
    return qr;
  }

  /** Idle again: nothing of a customer's is in the slot, nor on the display. @throws PictureError, ShowError */
  async showIdle(request: ShowRequest): Promise<Shown> {
    const shown = await this.#showPicture(IDLE, request);
    this.#store.markClean();
    if (this.#state.kind === 'restoring') this.#enter({ kind: 'idle' });
    this.#options.onShown({ screen: 'idle', ...jpegOf(shown.drawn) });
    return shown;
  }

  /** Brings back what the display should show. Does not throw; tries again later. */
  restore(): Promise<void> {
    this.#restoring = new AbortController();
    const over = new AbortController();
    return anySignal([this.#stopping.signal, this.#restoring.signal, over.signal], (signal) =>
      this.#restoreUntil(signal, over),
    );
  }

  /** Reports what was owed: QR codes that were to be taken off are off. */
  reportClears(instead?: ClearReason): void {
    for (const { commandId, reason } of this.#store.takePendingClears())
      this.#options.onCleared(commandId, instead ?? reason);
  }

  /** @param over fired here when the QR's time ends, and `signal` with it */
  async #restoreUntil(signal: AbortSignal, over: AbortController): Promise<void> {
    const { clock } = this.#options;
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
      if (!signal.aborted) this.#tryAgainLater(error);
    } finally {
      over.abort();
    }
  }

  /** Others have their turn first; ever more rarely, because a display that refuses pictures will go on refusing. */
  #tryAgainLater(error: unknown): void {
    const { clock, log } = this.#options;
    const waitMs = Math.min(AGAIN_MAX_MS, AGAIN_MS * 2 ** this.#failures);
    this.#failures += 1;
    this.#notBefore = clock.now() + waitMs;
    this.#restoreIn(waitMs);
    log('warn', 'settle_failed', `The display could not be brought back to its rotation: ${messageOf(error)}`);
  }

  async #showAgain(qr: LiveQr, signal: AbortSignal): Promise<void> {
    const target: ShowTarget = { kind: 'again', drawn: qr.drawn };
    const { drawn } = await this.#showPicture(target, { signal });
    // It was taken off meanwhile: the rotation is next.
    if (this.#store.qr !== qr) return;
    const again: LiveQr = { ...qr, drawn };
    if (drawn !== qr.drawn) void this.#store.show(again);
    this.#confirm(target, drawn, qr.commandId);
    this.#restoreIn(qr.endsAt - this.#options.clock.now());
    this.#options.onShownAgain(again);
  }

  async #showPicture(target: ShowTarget, request: ShowRequest): Promise<Shown> {
    const { display, pictures, clock, log } = this.#options;
    const context = {
      display,
      pictures,
      clock,
      settings: this.#settings,
      slotIsClean: () => !this.#store.dirty,
      onBegin: async (kind: DrawnScreen['kind']): Promise<void> => {
        this.#timer.abort();
        this.#enter({ kind: 'restoring' });
        const { qr } = this.#store;
        if (qr && covers(target)) this.#options.onCovered(qr.commandId);
        if (kind === 'picture') await this.#store.markDirty();
        if (kind === 'native') await this.#store.markAway();
      },
      onTrouble: (attempt: number, error: Error & { readonly code: string }): void =>
        log('warn', 'upload_failed', `Try ${attempt} failed (${error.code}): ${error.message}`),
    };
    try {
      return await showPicture(context, target, request);
    } catch (error) {
      // The QR before it would have to come back, and its customer may have paid meanwhile.
      if (this.#state.kind === 'restoring' && this.#store.qr) this.#enter({ kind: 'awaiting_relay' });
      throw error;
    }
  }

  #confirm(target: ShowTarget, drawn: DrawnScreen, commandId?: string): void {
    const screen = target.kind === 'again' ? 'qr' : target.screen.kind;
    const shown: ShownScreen = { screen, ...(commandId === undefined ? {} : { commandId }), ...jpegOf(drawn) };
    if (this.#state.kind === 'restoring') this.#enter({ kind: 'showing', shown });
    this.#options.onShown(shown);
  }

  /** What it shows, or was about to show again, is over. */
  #mustChange(): void {
    const { kind } = this.#state;
    if (kind === 'showing' || kind === 'awaiting_relay') this.#enter({ kind: 'restoring' });
  }

  #enter(next: ScreenState): void {
    const { kind } = this.#state;
    if (kind === next.kind) return;
    if (!SCREEN_TRANSITIONS[kind].includes(next.kind))
      throw new Error(`A screen cannot go from ${kind} to ${next.kind}.`);
    this.#state = next;
  }

  #restoreIn(ms: number): void {
    this.#timer.abort();
    this.#timer = new AbortController();
    void pause(this.#options.clock, Math.max(0, ms), this.#timer.signal).then((slept) => {
      if (!slept) return;
      if (this.#state.kind === 'showing') this.#enter({ kind: 'restoring' });
      this.#options.onDue();
    });
  }
}

/** Neither a QR, which takes the place of the one before, nor the rotation. */
const covers = (target: ShowTarget): boolean =>
  target.kind === 'screen' && target.screen.kind !== 'qr' && target.screen.kind !== 'idle';
