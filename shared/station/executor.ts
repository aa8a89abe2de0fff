/**
 * Command → picture → device → report, one at a time, in the order of their coming. Knows commands and the screen;
 * knows no HTTP and no port.
 */
import type { ClearReason } from '../wire/commands.ts';
import { messageOf } from '../wire/errors.ts';
import type { Screen } from '../picture/picture.ts';
import { DEFAULT_PICTURE_SETTINGS, type PictureSettings } from '../wire/picture.ts';
import type { DeviceCommand } from '../wire/device.ts';
import type { ExecutorOptions } from './executor-options.ts';
import type { CommandProgress } from './station-types.ts';
import type { DisplayCheck } from '../wire/display-check.ts';
import type { CheckRequest } from './display-checks.ts';
import { StationError } from './station-error.ts';
import type { ShowRequest } from '../screen/show-picture.ts';
import type { LiveQr } from '../screen/screen-store.ts';
import { DisplayScreen } from '../screen/screen.ts';
import { Lease } from './lease-renewal.ts';
import { LocalCheck } from './local-check.ts';
import { LocalScreen, type LocalJob } from './local-screen.ts';
import { factsOf } from '../screen/drawn-screen.ts';
import { failureOf, ReportCache, successOf, type Report } from './reports.ts';
import { screenOf, stayMs, testScreen, writtenAmount, type ScreenContext } from '../screen/screen-of-command.ts';
import { uploadProgress } from './upload-progress.ts';
import { anySignal } from '../util/any-signal.ts';

const DEFAULT_DISPLAY_SECONDS = 300;

type Job =
  | { readonly kind: 'command'; readonly command: DeviceCommand; readonly takenAt: number }
  | { readonly kind: 'local'; readonly local: LocalJob };

export class Executor {
  readonly #options: ExecutorOptions;
  readonly #screen: DisplayScreen;
  readonly #outcomes = new ReportCache();
  readonly #stopping = new AbortController();
  #jobs: Job[] = [];
  #settings: PictureSettings = DEFAULT_PICTURE_SETTINGS;
  #current: Lease | undefined;
  #pairingCode: LocalScreen | undefined;
  #working = false;
  #running: Promise<void> | undefined;
  #wake: (() => void) | undefined;

  constructor(options: ExecutorOptions) {
    this.#options = options;
    const { onEvent } = options;
    this.#screen = new DisplayScreen({
      ...options,
      onShown: (screen) => onEvent({ kind: 'screen', screen }),
      onCleared: (commandId, reason) => {
        this.#send({ command_id: commandId, status: 'cleared', reason });
        onEvent({ kind: 'command', commandId, type: 'display_qr', progress: { stage: 'cleared', reason } });
      },
      onCovered: (commandId) => this.#reportOf({ command_id: commandId, status: 'uploading', covered: true }),
      onShownAgain: (qr) => this.#reportOf(successOf(qr.commandId, qr.executionTime, qr)),
      onDue: () => this.#wakeUp(),
    });
  }

  /** Nothing to do and nothing under way. */
  get idle(): boolean {
    return !this.#working && this.#jobs.length === 0 && !this.#screen.mustRestore;
  }

  /** The display came back with a QR whose command may have ended: poll once, take what comes, then `decide`. */
  get awaitingRelay(): boolean {
    return !this.#working && this.#screen.awaitingRelay;
  }

  get liveCommandId(): string | undefined {
    return this.#screen.qr?.commandId;
  }

  get #context(): ScreenContext {
    const { clock, deviceName, display } = this.#options;
    return { deviceName: deviceName(), baudRate: display.baudRate ?? 0, clock };
  }

  async start(): Promise<void> {
    await this.#screen.load();
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#screen.stop();
    this.#wake?.();
    await this.#running;
    for (const job of this.#jobs)
      if (job.kind === 'local') job.local.giveUp(new StationError('stopped', 'The station was stopped.'));
    this.#jobs = [];
  }

  configure(settings: PictureSettings): void {
    this.#settings = settings;
    this.#screen.configure(settings);
  }

  /** A command from the relay. One that is known already is answered, not carried out again. */
  take(command: DeviceCommand): void {
    const { command_id } = command;
    const waiting = this.#jobs.some((job) => job.kind === 'command' && job.command.command_id === command_id);
    if (waiting || this.#current?.command.command_id === command_id) return;
    const { qr } = this.#screen;
    const known =
      qr?.commandId === command_id ? successOf(command_id, qr.executionTime, qr) : this.#outcomes.of(command_id);
    if (known) {
      this.#options.log('info', 'command_known', `Command ${command_id} came again; its outcome is reported again.`);
      void this.#options.report(known);
      return;
    }
    this.#jobs.push({ kind: 'command', command, takenAt: this.#options.clock.now() });
    this.#wakeUp();
  }

  /** Shows something that no command asked for. Resolves when the display shows it. */
  showLocal(what: { readonly kind: 'test' } | { readonly kind: 'pairing'; readonly code: string }): Promise<void> {
    const local = new LocalScreen(what.kind === 'test' ? testScreen(this.#context) : what);
    return this.#takeLocal(local, () => {
      if (what.kind === 'pairing') this.#pairingCode = local;
      return local.shown;
    });
  }

  /** Checks the display, with a person beside it. */
  check(): Promise<DisplayCheck> {
    const local = new LocalCheck((signal) => this.#options.checks.run(this.#checkBy('person'), signal));
    return this.#takeLocal(local, () => local.done);
  }

  #takeLocal<T>(local: LocalJob, taken: () => Promise<T>): Promise<T> {
    if (!this.#options.display.ready || !this.idle)
      return Promise.reject(
        new StationError('not_ready', 'The display is not ready. Wait until it is, then try again.'),
      );
    const result = taken();
    this.#jobs.push({ kind: 'local', local });
    this.#wakeUp();
    return result;
  }

  #checkBy(asks: CheckRequest['asks']): CheckRequest {
    return { screen: this.#screen, card: () => testScreen(this.#context), settings: this.#settings, asks };
  }

  /** The pairing code was used: it leaves the display, or does not get there. */
  usePairingCode(): void {
    this.#pairingCode?.use(this.#screen);
  }

  /** The display answers (again). */
  displayReady(): void {
    this.#screen.displayReady(this.#working);
  }

  /** The cable is out. */
  displayUnplugged(): void {
    this.#screen.displayUnplugged();
  }

  /** After `awaitingRelay`: whether the QR may be shown again. */
  decide(stillWanted: boolean): void {
    this.#screen.decide(stillWanted);
  }

  /** The relay says that this command is over, and no command takes it off. */
  over(commandId: string): void {
    if (this.liveCommandId === commandId) this.#screen.takeOff('closed');
  }

  /** A code that was called off after it had been handed out: it is not shown, if that can be helped. */
  callOff(commandId: string, reason: ClearReason): void {
    if (this.#current?.command.command_id === commandId) this.#current.callOff(reason);
  }

  #wakeUp(): void {
    this.#options.onIdle();
    this.#wake?.();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      this.#screen.endIfOver();
      const job = this.#jobs.shift();
      if (!job && !this.#screen.mustRestore) {
        await new Promise<void>((resolve) => (this.#wake = resolve));
        continue;
      }
      this.#working = true;
      try {
        if (job?.kind === 'command') await this.#carryOut(job.command, job.takenAt);
        else if (job) await job.local.carryOut(this.#screen, signal);
        else await this.#screen.restore();
      } catch (error) {
        if (!signal.aborted) this.#options.log('error', 'executor_failed', messageOf(error));
      } finally {
        this.#working = false;
        this.#options.onIdle();
      }
    }
  }

  async #carryOut(command: DeviceCommand, takenAt: number): Promise<void> {
    const { clock, report, log } = this.#options;
    const { command_id, type } = command;
    const { signal: stopped } = this.#stopping;
    const lease = new Lease(command, takenAt, clock, report);
    this.#current = lease;
    try {
      this.#progress(command, { stage: 'received' });
      lease.hold();
      const { notAfter } = lease;
      await anySignal([lease.signal, stopped], (signal) =>
        this.#perform(command, takenAt, {
          ...uploadProgress((progress) => this.#progress(command, progress)),
          notAfter,
          signal,
        }),
      );
      log('info', 'command_done', `Command ${command_id} (${type}) is done.`);
    } catch (error) {
      if (stopped.aborted) return;
      if (lease.endedAs) {
        this.#progress(command, { stage: 'cleared', reason: lease.endedAs });
        log('info', 'command_ended', `Command ${command_id} ended while it was being carried out (${lease.endedAs}).`);
      } else this.#fail(command, error);
      if (type === 'display_qr' && lease.endedAs === undefined) this.#screen.takeOff('replaced');
    } finally {
      lease.finish();
      this.#current = undefined;
    }
  }

  async #perform(command: DeviceCommand, takenAt: number, request: ShowRequest): Promise<void> {
    const { command_id, type } = command;
    const { clock } = this.#options;
    const tookMs = (): number => Math.max(0, Math.round(clock.now() - takenAt));
    const before = this.#screen.qr;
    if (type === 'start_rotation' || type === 'show_paid') {
      const { qr } = this.#screen;
      // Delivered late or again: the display shows a code that is newer than this wish to clear.
      if (qr && qr.commandId !== command.clears && qr.createdAt > command.created_at) {
        this.#finish(command, successOf(command_id, tookMs()));
        return;
      }
      // Meant for a newer code that never got there: the one before goes, but was neither paid nor cancelled.
      const isOlder = command.clears !== undefined && qr?.commandId !== command.clears;
      this.#screen.takeOff(isOlder ? 'replaced' : type === 'show_paid' ? 'paid' : (command.reason ?? 'closed'));
    }
    if (type === 'display_qr') await this.#showQr(command, tookMs, request);
    else if (type === 'check_display') {
      const { signal = this.#stopping.signal } = request;
      const check = await this.#options.checks.run(this.#checkBy('nobody'), signal);
      this.#finish(command, { ...successOf(command_id, tookMs()), picture: { check } });
    } else if (type === 'start_rotation' && !(command.reason === 'cancelled' && before?.drawn.kind === 'native'))
      this.#finish(command, successOf(command_id, tookMs(), await this.#screen.showIdle(request)));
    else {
      // A display that has drawn the code has a screen of its own for that, at the cost of a line.
      const screen: Screen = type === 'start_rotation' ? { kind: 'cancelled' } : screenOf(command, this.#context);
      const stay = (command.display_seconds ?? 0) * 1_000 || stayMs(screen.kind);
      const shown = await this.#screen.show({ kind: 'screen', screen }, stay, request, command_id);
      this.#finish(command, successOf(command_id, tookMs(), shown));
    }
    this.#screen.reportClears();
  }

  async #showQr(command: DeviceCommand, tookMs: () => number, request: ShowRequest): Promise<void> {
    const { clock } = this.#options;
    const { command_id, created_at, display_seconds = DEFAULT_DISPLAY_SECONDS } = command;
    const screen = screenOf(command, this.#context);
    const qr = await this.#screen.showQr({ kind: 'screen', screen }, request, (shown): LiveQr => ({
      ...shown,
      commandId: command_id,
      createdAt: created_at,
      endsAt: clock.now() + display_seconds * 1_000,
      executionTime: tookMs(),
    }));
    this.#reportOf(successOf(command_id, qr.executionTime, qr));
    this.#progress(command, { stage: 'displayed', picture: factsOf(qr.drawn), tookMs: qr.executionTime });
  }

  #fail(command: DeviceCommand, error: unknown): void {
    const report = failureOf(command.command_id, error);
    this.#send(report);
    const { reason, error: sentence = '', picture } = report;
    const note = picture?.note;
    this.#progress(command, { stage: 'failed', reason, error: sentence, ...(note === undefined ? {} : { note }) });
    this.#options.log('warn', 'command_failed', `Command ${command.command_id} failed (${reason}): ${sentence}`, note);
  }

  #finish(command: DeviceCommand, report: Report): void {
    this.#send(report);
    this.#progress(command, { stage: 'cleared', reason: 'done' });
  }

  /** Of the QR on the display: the relay may answer that it is over. */
  #reportOf(report: Report): void {
    void this.#options.report(report).then((outcome) => {
      if (outcome === 'ended') this.over(report.command_id);
    });
  }

  #send(report: Report): void {
    this.#outcomes.remember(report);
    void this.#options.report(report);
  }

  #progress(command: DeviceCommand, progress: CommandProgress): void {
    const { command_id, type } = command;
    const amount = writtenAmount(command, this.#settings);
    this.#options.onEvent({
      kind: 'command',
      commandId: command_id,
      type,
      progress,
      ...(amount === '' ? {} : { amount }),
    });
  }
}
