/**
 * Command → picture → device → report, one at a time. Decides what is on the glass and for how long, whatever relay and network do.
 * Knows commands, pictures and a display that may be away; knows no HTTP and no port.
 */
import type { Clock } from '../clock.ts';
import type { ClearReason, CommandType, FailReason } from '../commands.ts';
import { hasErrorName, messageOf } from '../errors.ts';
import type { MadePicture, PictureMaker, Screen } from '../picture/picture.ts';
import { DEFAULT_PICTURE_SETTINGS, type DeviceCommand, type PictureSettings, type StatusBody } from '../schemas.ts';
import type { CommandProgress, Glass } from '../station/station.ts';
import { putOnGlass, type Display, type Put, type PutError, type Putting, type Wanted } from './attempts.ts';
import { pause } from './deadline.ts';
import { GlassKeeper, type KeeperMemory } from './glass-keeper.ts';
import { screenOf, stayMs, testScreen, type ScreenContext } from './screens.ts';

export type Report = Omit<StatusBody, 'device_id'>;
/** `ended`: the relay says that this command is over, so it must not be shown. */
export type ReportFate = 'taken' | 'ended' | 'unknown';

export type ExecutorEvent =
  | {
      readonly kind: 'command';
      readonly commandId: string;
      readonly type: CommandType;
      readonly progress: CommandProgress;
    }
  | { readonly kind: 'glass'; readonly glass: Glass | undefined };

export interface ExecutorOptions {
  readonly clock: Clock;
  readonly display: Display;
  readonly pictures: PictureMaker;
  readonly memory: KeeperMemory;
  readonly deviceName: () => string;
  /** Never rejects. Ends (`success`, `failed`, `cleared`) are kept until they are delivered; the others are tried once. */
  readonly report: (report: Report) => Promise<ReportFate>;
  readonly onEvent: (event: ExecutorEvent) => void;
  /** `idle` may have changed. */
  readonly onIdle: () => void;
  readonly log: (level: 'info' | 'warn' | 'error', event: string, text: string) => void;
}

/** A lease is at least this often renewed; LEASE_SECONDS is 15 by default. */
const RENEW_MS = 5_000;
/** Ended commands that are remembered, so that one that is delivered again is answered and not shown again. */
const REMEMBERED = 50;
const DEFAULT_DISPLAY_SECONDS = 300;
/** Timers may fire a little early. */
const EARLY_MS = 5;
const SETTLE_AGAIN_MS = 1_000;
const SETTLE_AGAIN_MAX_MS = 60_000;

type Job =
  | { readonly kind: 'command'; readonly command: DeviceCommand; readonly takenAt: number }
  | { readonly kind: 'local'; readonly screen: Screen; readonly stayMs: number; settled(error?: Error): void };

export class Executor {
  readonly #options: ExecutorOptions;
  readonly #keeper: GlassKeeper;
  readonly #stopping = new AbortController();
  readonly #ended = new Map<string, Report>();
  readonly #endedByRelay = new Set<string>();
  #settings: PictureSettings = DEFAULT_PICTURE_SETTINGS;
  #jobs: Job[] = [];
  #current: string | undefined;
  #working = false;
  /** Something must be done about the glass although nobody asked: a QR's time is over, or the display came back. */
  #unsettled = false;
  /** The display came back with a QR that may have ended meanwhile; the relay is being asked. */
  #undecided = false;
  /** The cable is out, so the glass is dark. */
  #gone = true;
  /** After a failure to settle: not again before this, on the clock. */
  #settleAfter = 0;
  #settleFailures = 0;
  #settling = new AbortController();
  #running: Promise<void> | undefined;
  #wake: (() => void) | undefined;
  #timer = new AbortController();

  constructor(options: ExecutorOptions) {
    this.#options = options;
    this.#keeper = new GlassKeeper(options.clock, options.memory);
  }

  /** Nothing to do and nothing under way. */
  get idle(): boolean {
    return !this.#working && this.#jobs.length === 0 && !this.#mustSettle;
  }

  /** The display came back with a QR whose command may have ended: poll once, take what comes, then `decide`. */
  get undecided(): boolean {
    return this.#undecided;
  }

  get liveCommandId(): string | undefined {
    return this.#keeper.qr?.commandId;
  }

  get #mustSettle(): boolean {
    const { clock, display } = this.#options;
    return this.#unsettled && !this.#undecided && display.ready && clock.now() >= this.#settleAfter - EARLY_MS;
  }

  get #context(): ScreenContext {
    const { clock, deviceName, display } = this.#options;
    return { deviceName: deviceName(), baudRate: display.baudRate ?? 0, clock };
  }

  async start(): Promise<void> {
    await this.#keeper.load();
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#timer.abort();
    this.#wake?.();
    await this.#running;
    for (const job of this.#jobs) if (job.kind === 'local') job.settled(new Error('The station was stopped.'));
    this.#jobs = [];
  }

  configure(settings: PictureSettings): void {
    this.#settings = settings;
  }

  /** A command from the relay. One that is known already is answered, not carried out again. */
  take(command: DeviceCommand): void {
    const { command_id } = command;
    const waiting = this.#jobs.some((job) => job.kind === 'command' && job.command.command_id === command_id);
    if (waiting || this.#current === command_id) return;
    const { qr } = this.#keeper;
    const known = qr?.commandId === command_id ? successOf(qr.commandId, qr) : this.#ended.get(command_id);
    if (known) {
      this.#options.log('info', 'command_known', `Command ${command_id} came again; its outcome is reported again.`);
      void this.#options.report(known);
      return;
    }
    this.#jobs.push({ kind: 'command', command, takenAt: this.#options.clock.now() });
    this.#options.onIdle();
    this.#wake?.();
  }

  /** Shows something that no command asked for. Resolves when it is on the glass. */
  showLocal(what: { readonly kind: 'test' } | { readonly kind: 'pairing'; readonly code: string }): Promise<void> {
    if (!this.#options.display.ready || !this.idle)
      return Promise.reject(new Error('The display is not ready. Wait until it is, then try again.'));
    const screen = what.kind === 'test' ? testScreen(this.#context) : what;
    return new Promise((resolve, reject) => {
      const settled = (error?: Error): void => (error ? reject(error) : resolve());
      this.#jobs.push({ kind: 'local', screen, stayMs: stayMs(screen.kind), settled });
      this.#options.onIdle();
      this.#wake?.();
    });
  }

  /** The display answers (again): what it shows is what a boot shows, or unknown. */
  displayReady(): void {
    this.#gone = false;
    if (this.#working || (!this.#keeper.dirty && !this.#keeper.qr)) {
      this.#wake?.();
      return;
    }
    this.#unsettled = true;
    this.#undecided = this.#keeper.qr !== undefined;
    this.#options.onIdle();
    this.#wake?.();
  }

  /** The cable is out: the glass is dark. */
  displayGone(): void {
    this.#gone = true;
    this.#settling.abort();
    this.#glass(undefined);
    // What was to be taken off the glass is off it.
    this.#tellClears('disconnected');
  }

  /** After `undecided`: whether the QR may be shown again. */
  decide(stillWanted: boolean): void {
    if (!this.#undecided) return;
    this.#undecided = false;
    if (!stillWanted) this.#keeper.end('disconnected');
    this.#wake?.();
  }

  /** The relay says that this command is over, and nobody told us to take it off. */
  over(commandId: string): void {
    if (this.#keeper.qr?.commandId !== commandId) return;
    this.#keeper.end('closed');
    this.#unsettled = true;
    this.#undecided = false;
    this.#wake?.();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      this.#endIfOver();
      const job = this.#jobs.shift();
      if (!job && !this.#mustSettle) {
        await new Promise<void>((resolve) => (this.#wake = resolve));
        continue;
      }
      this.#working = true;
      try {
        if (job?.kind === 'command') await this.#carryOut(job.command, job.takenAt);
        else if (job) await this.#carryOutLocal(job);
        else await this.#settleGlass();
      } catch (error) {
        if (!signal.aborted) this.#options.log('error', 'executor_failed', messageOf(error));
      } finally {
        this.#working = false;
        this.#options.onIdle();
      }
    }
  }

  // -- commands

  async #carryOut(command: DeviceCommand, takenAt: number): Promise<void> {
    const { command_id, type } = command;
    this.#current = command_id;
    const over = new AbortController();
    const notAfter = takenAt + command.expires_in_ms;
    const finished = new AbortController();
    const stop = (): void => over.abort();
    this.#stopping.signal.addEventListener('abort', stop, { once: true });
    void this.#options.clock
      .sleep(Math.max(0, notAfter - this.#options.clock.now()), finished.signal)
      .then(stop, nothing);
    try {
      this.#progress(command, { stage: 'received' });
      void this.#renew(command, over, finished.signal);
      await this.#perform(command, takenAt, notAfter, over.signal);
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      this.#fail(command, error);
    } finally {
      this.#stopping.signal.removeEventListener('abort', stop);
      finished.abort();
      this.#endedByRelay.delete(command_id);
      this.#current = undefined;
    }
    this.#options.log('info', 'command_done', `Command ${command_id} (${type}) is done.`);
  }

  async #perform(command: DeviceCommand, takenAt: number, notAfter: number, signal: AbortSignal): Promise<void> {
    const { command_id, type } = command;
    const tookMs = (): number => Math.max(0, Math.round(this.#options.clock.now() - takenAt));
    if (type === 'start_rotation' || type === 'show_paid') {
      const { qr } = this.#keeper;
      // Delivered late or again: the glass shows a code that is newer than this wish to clear.
      const newer = qr !== undefined && qr.commandId !== command.clears && qr.createdAt > command.created_at;
      if (newer) {
        this.#finish(command, { command_id, status: 'success', execution_time: tookMs() });
        return;
      }
      this.#keeper.end(type === 'show_paid' ? 'paid' : (command.reason ?? 'closed'));
      this.#unsettled ||= this.#keeper.dirty;
    }
    if (type === 'start_rotation') {
      const put = await this.#putIdle(command, notAfter, signal);
      this.#finish(command, { ...successFacts(put), command_id, status: 'success', execution_time: tookMs() });
      this.#tellClears();
      return;
    }
    const screen = screenOf(command, this.#context);
    const put = await this.#put({ kind: 'screen', screen }, command, notAfter, signal);
    const jpeg = put.picture.jpeg;
    this.#glass({ screen: screen.kind, commandId: command_id, jpeg });
    if (type === 'display_qr') {
      const replaced = this.#keeper.qr;
      const { clock } = this.#options;
      const seconds = command.display_seconds ?? DEFAULT_DISPLAY_SECONDS;
      const qr = {
        commandId: command_id,
        createdAt: command.created_at,
        endsAt: clock.now() + seconds * 1_000,
        picture: put.picture,
        executionTime: tookMs(),
        attempts: put.attempts,
        baudRate: put.baudRate,
      };
      void this.#options.report(successOf(command_id, qr)).then((fate) => {
        if (fate === 'ended') this.over(command_id);
      });
      this.#progress(command, { stage: 'displayed', picture: factsOf(put.picture), tookMs: qr.executionTime });
      if (replaced) this.#keeper.end('replaced');
      void this.#keeper.show(qr);
      this.#settleIn(seconds * 1_000);
    } else {
      this.#finish(command, { ...successFacts(put), command_id, status: 'success', execution_time: tookMs() });
      this.#settleIn((command.display_seconds ?? 0) * 1_000 || stayMs(screen.kind));
    }
    this.#tellClears();
  }

  #put(wanted: Wanted, command: DeviceCommand, notAfter: number, signal: AbortSignal): Promise<Put> {
    return this.#putOn({
      wanted,
      settings: this.#settings,
      signal,
      notAfter,
      onPreparing: () => this.#progress(command, { stage: 'preparing' }),
      onProgress: (sentBytes, { jpeg }, attempt, baudRate) => {
        const remainingMs = ((jpeg.length - sentBytes) * 10_000) / baudRate;
        this.#progress(command, { stage: 'uploading', sentBytes, totalBytes: jpeg.length, attempt, remainingMs });
      },
    });
  }

  async #putIdle(command: DeviceCommand, notAfter: number, signal: AbortSignal): Promise<Put> {
    const put = await this.#putOn({
      wanted: { kind: 'screen', screen: { kind: 'idle' } },
      settings: this.#settings,
      signal,
      notAfter,
      thenRotate: true,
      onProgress: (sentBytes, { jpeg }, attempt) =>
        this.#progress(command, { stage: 'uploading', sentBytes, totalBytes: jpeg.length, attempt, remainingMs: 0 }),
    });
    this.#keeper.clean();
    this.#glass({ screen: 'idle', jpeg: put.picture.jpeg });
    return put;
  }

  /** Every picture goes through here: the slot counts as soiled from the first byte, and what was on the glass as gone. */
  async #putOn(putting: Putting): Promise<Put> {
    const { display, pictures, clock, log } = this.#options;
    const put = await putOnGlass(display, pictures, clock, {
      ...putting,
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
  }

  #fail(command: DeviceCommand, error: unknown): void {
    const { command_id } = command;
    if (this.#endedByRelay.has(command_id)) return;
    const reason: FailReason = hasErrorName(error, 'PictureError')
      ? 'bad_picture'
      : hasErrorName(error, 'PutError') && (error as PutError).attempts === 0
        ? 'display_unplugged'
        : 'display_failed';
    const sentence =
      reason === 'bad_picture'
        ? `${(error as { code?: string }).code ?? 'bad_picture'}: ${messageOf(error)}`
        : messageOf(error);
    this.#finish(command, {
      command_id,
      status: 'failed',
      reason,
      error: sentence.slice(0, 1_000),
      ...(hasErrorName(error, 'PutError') ? { attempts: (error as PutError).attempts } : {}),
    });
    this.#options.log('warn', 'command_failed', `Command ${command_id} failed (${reason}).`);
  }

  #finish(command: DeviceCommand, report: Report): void {
    this.#remember(report);
    void this.#options.report(report);
    if (report.status === 'failed')
      this.#progress(command, { stage: 'failed', reason: report.reason as FailReason, error: report.error ?? '' });
    else this.#progress(command, { stage: 'cleared', reason: 'done' });
  }

  /** Tells the relay at once and then again and again that we are at it; hears from it when the command has ended meanwhile. */
  async #renew({ command_id }: DeviceCommand, over: AbortController, finished: AbortSignal): Promise<void> {
    for (let status: Report['status'] = 'received'; !finished.aborted; status = 'uploading') {
      const fate = await this.#options.report({ command_id, status });
      if (finished.aborted) return;
      if (fate === 'ended') {
        this.#options.log('info', 'command_ended', `Command ${command_id} ended while it was being carried out.`);
        this.#endedByRelay.add(command_id);
        over.abort();
        return;
      }
      await pause(this.#options.clock, status === 'received' ? 200 : RENEW_MS, finished);
    }
  }

  // -- the glass by itself

  async #carryOutLocal(job: Extract<Job, { kind: 'local' }>): Promise<void> {
    try {
      const { signal } = this.#stopping;
      const put = await this.#putOn({
        wanted: { kind: 'screen', screen: job.screen },
        settings: this.#settings,
        signal,
      });
      this.#glass({ screen: job.screen.kind, jpeg: put.picture.jpeg });
      this.#settleIn(job.stayMs);
      job.settled();
    } catch (error) {
      job.settled(error instanceof Error ? error : new Error(messageOf(error)));
    }
  }

  /** Brings the glass to what it should show: the live QR, or the idle rotation. */
  async #settleGlass(): Promise<void> {
    const { clock, log } = this.#options;
    const { qr } = this.#keeper;
    this.#settling = new AbortController();
    const over = new AbortController();
    const signal = AbortSignal.any([this.#stopping.signal, this.#settling.signal, over.signal]);
    if (qr) void clock.sleep(qr.endsAt - clock.now(), signal).then(() => over.abort(), nothing);
    try {
      const wanted: Wanted = qr ? { kind: 'made', picture: qr.picture } : { kind: 'screen', screen: { kind: 'idle' } };
      const { picture } = await this.#putOn({ wanted, settings: this.#settings, signal, thenRotate: !qr });
      this.#settleFailures = 0;
      if (qr) {
        this.#glass({ screen: 'qr', commandId: qr.commandId, jpeg: picture.jpeg });
        this.#settleIn(qr.endsAt - clock.now());
        return;
      }
      this.#keeper.clean();
      this.#glass({ screen: 'idle', jpeg: picture.jpeg });
      this.#tellClears();
    } catch (error) {
      this.#unsettled = true;
      if (signal.aborted) return;
      // Somebody else's turn, then again; ever more rarely, because a display that refuses pictures will go on refusing.
      const waitMs = Math.min(SETTLE_AGAIN_MAX_MS, SETTLE_AGAIN_MS * 2 ** this.#settleFailures);
      this.#settleFailures += 1;
      this.#settleAfter = clock.now() + waitMs;
      this.#settleIn(waitMs);
      log('warn', 'settle_failed', `The display could not be brought back to its rotation: ${messageOf(error)}`);
    } finally {
      over.abort();
    }
  }

  #settleIn(ms: number): void {
    this.#timer.abort();
    const timer = new AbortController();
    this.#timer = timer;
    this.#options.clock.sleep(Math.max(0, ms), timer.signal).then(() => {
      this.#unsettled = true;
      this.#options.onIdle();
      this.#wake?.();
    }, nothing);
  }

  #endIfOver(): void {
    const { qr } = this.#keeper;
    if (!qr || this.#options.clock.now() < qr.endsAt - EARLY_MS) return;
    this.#keeper.end('timeout');
    this.#unsettled = true;
    this.#undecided = false;
    // A dark glass shows nothing already.
    if (this.#gone) this.#tellClears('disconnected');
  }

  /** Codes that were to leave the glass have left it. */
  #tellClears(instead?: ClearReason): void {
    for (const { commandId, reason } of this.#keeper.takeOwedClears()) {
      const report: Report = { command_id: commandId, status: 'cleared', reason: instead ?? reason };
      this.#remember(report);
      void this.#options.report(report);
      this.#options.onEvent({
        kind: 'command',
        commandId,
        type: 'display_qr',
        progress: { stage: 'cleared', reason: instead ?? reason },
      });
    }
  }

  #remember(report: Report): void {
    this.#ended.set(report.command_id, report);
    for (const oldest of this.#ended.keys()) {
      if (this.#ended.size <= REMEMBERED) break;
      this.#ended.delete(oldest);
    }
  }

  #progress({ command_id, type }: DeviceCommand, progress: CommandProgress): void {
    this.#options.onEvent({ kind: 'command', commandId: command_id, type, progress });
  }

  #glass(glass: Glass | undefined): void {
    this.#options.onEvent({ kind: 'glass', glass });
  }
}

const nothing = (): void => undefined;

const factsOf = ({ jpeg, facts }: MadePicture): MadePicture['facts'] => ({ bytes: jpeg.length, ...facts });

const successFacts = ({ picture, attempts, baudRate }: Put): Partial<Report> => ({
  attempts,
  baud: baudRate,
  picture: factsOf(picture),
});

function successOf(commandId: string, qr: { readonly executionTime: number } & Put): Report {
  return { command_id: commandId, status: 'success', execution_time: qr.executionTime, ...successFacts(qr) };
}
