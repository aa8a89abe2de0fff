/**
 * The whole device side: it registers, polls, drives the display and reports. Kiosk worker and tray are the same
 * station with other ports, other storage and other pages. The only file here that chooses classes.
 */
import { realClock, type Clock } from '../util/clock.ts';
import { withinDeadline } from '../util/deadline.ts';
import type { DisplayReport } from '../display/display-report.ts';
import type { DisplayCheck, Scanned } from '../wire/display-check.ts';
import type { RelayState } from '../wire/display.ts';
import { RecordingPorts } from '../display/recording-transport.ts';
import type { DeviceCommand } from '../wire/device.ts';
import { DisplaySupervisor } from './display-supervisor.ts';
import { DisplayChecks } from './display-checks.ts';
import type { DisplayStatus } from './display-status.ts';
import { EnrolmentRequest } from './enrolment-request.ts';
import { Executor } from './executor.ts';
import type { ExecutorEvent } from './executor-options.ts';
import { LinkWatch } from './link-watch.ts';
import { makeLog, type Log } from './log.ts';
import { logPicture } from './picture-log.ts';
import { Outbox } from './outbox.ts';
import { PollLoop, type DeviceSituation, type PollRound } from './poll-loop.ts';
import { ProfileStore } from './profile-store.ts';
import { Registration } from './registration.ts';
import { RelayClient, type LinkState, type Outcome } from './relay-client.ts';
import type { Report, ReportOutcome } from './reports.ts';
import { SettingsStore } from './settings-store.ts';
import { StationError } from './station-error.ts';
import type { RelayCause, StationControls, StationIdentity, StationOptions } from './station-types.ts';

/** Closing, opening, finding the speed and a boot; what takes longer is shown as an error by then. */
const RESTART_TIMEOUT_MS = 40_000;
/** A relay that is back has polls and reports to answer first. */
const QUIET_AFTER_ONLINE_MS = 5_000;

export class Station implements StationControls {
  readonly #options: StationOptions;
  readonly #clock: Clock;
  readonly #stopping = new AbortController();
  readonly #log: Log;
  readonly #client: RelayClient;
  readonly #registration: Registration;
  readonly #outbox: Outbox;
  readonly #display: DisplaySupervisor;
  readonly #checks: DisplayChecks;
  readonly #executor: Executor;
  readonly #settings: SettingsStore;
  readonly #polls: PollLoop;
  readonly #links: LinkWatch;
  #displayState: DisplayStatus['state'] | undefined;
  #relay: { readonly state: RelayState; readonly cause?: RelayCause | undefined } | undefined;
  #onlineSince = 0;
  #enrolmentCode: string | undefined;
  #waiting = 0;

  constructor(options: StationOptions) {
    const { memory, onEvent, identity, ports, pictures, signalPolicy, baudRates } = options;
    const clock = options.clock ?? realClock;
    const random = options.random ?? secureRandom;
    const log = makeLog(clock, (entry) => onEvent({ kind: 'log', entry }));
    this.#options = options;
    this.#clock = clock;
    this.#log = log;
    this.#client = new RelayClient(options.http, clock);
    const enrolment = new EnrolmentRequest(this.#client, memory, log, (code) => this.#enrolmentChanged(code));
    this.#registration = new Registration(this.#client, memory, log, random, identity, enrolment);
    this.#outbox = new Outbox(memory, (report) => this.#post(report), log);
    const recording = new RecordingPorts(ports, clock, 'paused');
    this.#display = new DisplaySupervisor({
      ports: recording,
      clock,
      profiles: new ProfileStore(memory, log),
      signalPolicy,
      baudRates,
      onStatus: (status) => this.#displayChanged(status),
      log,
    });
    this.#checks = new DisplayChecks({
      clock,
      display: this.#display,
      pictures,
      recording,
      recordedBy: `${identity.kind} ${identity.version}`,
      onProgress: (progress) => onEvent({ kind: 'check', progress }),
    });
    this.#executor = new Executor({
      clock,
      display: this.#display,
      checks: this.#checks,
      pictures,
      memory,
      deviceName: () => this.#registration.identity.computerName,
      report: (report) => this.#report(report),
      onEvent: (event) => this.#executorChanged(event),
      onIdle: () => this.#polls.situationChanged(),
      log,
    });
    this.#links = new LinkWatch({
      clock,
      random,
      ask: (signal) => this.#askWhoIsLinked(signal),
      onLinked: (agent) => onEvent({ kind: 'linked', ...(agent === undefined ? {} : { agent }) }),
      onCodeUsed: (code, agent) => {
        this.#executor.usePairingCode();
        onEvent({ kind: 'code_used', code, ...(agent === undefined ? {} : { agent }) });
      },
    });
    this.#settings = new SettingsStore(memory, (settings) => this.#executor.configure(settings));
    this.#polls = new PollLoop({
      clock,
      random,
      client: this.#client,
      registration: this.#registration,
      log,
      situation: () => this.#situation(),
      onRelay: (state, cause) => this.#relayChanged(state, cause),
      onPoll: (gapMs) => onEvent({ kind: 'poll', gapMs }),
      onSettings: (settings) => this.#settings.update(settings),
      onCommand: (command: DeviceCommand) => this.#take(command),
      onCalledOff: (commandId, reason) => this.#executor.callOff(commandId, reason),
      onWaiting: (count) => this.#waitingChanged(count),
      onUnknownCommand: (commandId) => this.#refuse(commandId),
      onRound: (round) => this.#polled(round),
    });
  }

  async start(): Promise<void> {
    await this.#registration.load();
    await this.#outbox.load();
    await this.#settings.load();
    this.#publishIdentity();
    await this.#executor.start();
    this.#display.start();
    this.#polls.start();
    this.#links.start();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([this.#polls.stop(), this.#links.stop(), this.#display.stop(), this.#executor.stop()]);
  }

  wake(): void {
    this.#display.wake();
    this.#polls.wake();
    // A PC that slept does not notice for how long; the relay does.
    void this.#askWhetherOpen();
  }

  async provision(news: Partial<Pick<StationIdentity, 'computerName' | 'enrolKey'>>): Promise<void> {
    this.#registration.provision(news);
    this.#publishIdentity();
    this.#polls.provisioned();
  }

  showTestCard(): Promise<void> {
    return this.#executor.showLocal({ kind: 'test' });
  }

  async showPairingCode(): Promise<string> {
    const outcome = await this.#client.pairing(this.#registration.credentials, this.#stopping.signal);
    if (outcome.kind !== 'ok') throw new Error(`The relay gave no pairing code (${outcome.text}).`);
    this.#links.pairingBegins(outcome.value);
    // The code is good already, and need not be on the display to be used.
    void this.#showOnDisplay(outcome.value);
    return outcome.value;
  }

  async restartDisplay(): Promise<void> {
    const outcome = await withinDeadline(
      this.#clock,
      RESTART_TIMEOUT_MS,
      undefined,
      (over) =>
        this.#display.restart(over).then(
          () => 'back' as const,
          () => 'away' as const,
        ),
      'away' as const,
    );
    if (outcome === 'away')
      throw new StationError('not_back', 'The display did not come back. Check its cable, then try again.');
  }

  checkDisplay(): Promise<DisplayCheck> {
    return this.#executor.check();
  }

  answerCheck(scanned: Exclude<Scanned, 'not_asked'>): void {
    this.#checks.answer(scanned);
  }

  checkReport(): DisplayReport | undefined {
    return this.#checks.report;
  }

  async #showOnDisplay(code: string): Promise<void> {
    if (this.#executor.liveCommandId !== undefined) {
      this.#log('info', 'pairing_beside_qr', 'The display shows a QR, so the pairing code is not on it.');
      return;
    }
    try {
      await this.#executor.showLocal({ kind: 'pairing', code });
    } catch {
      this.#log('warn', 'pairing_not_shown', 'The pairing code is not on the display, which is not ready.');
    }
  }

  async #askWhoIsLinked(signal: AbortSignal): Promise<Outcome<LinkState> | undefined> {
    const { credentials } = this.#registration;
    const isOnline = this.#relay?.state === 'online' && this.#clock.now() - this.#onlineSince >= QUIET_AFTER_ONLINE_MS;
    if (credentials.deviceToken === undefined || !isOnline) return undefined;
    return this.#client.linked(credentials, signal);
  }

  #take(command: DeviceCommand): void {
    this.#links.wake();
    this.#executor.take(command);
  }

  #post(report: Readonly<Record<string, unknown>>) {
    return this.#client.report(this.#registration.credentials, report, this.#stopping.signal);
  }

  /** Ends must arrive; that a command is being worked on is only of interest now. */
  async #report(report: Report): Promise<ReportOutcome> {
    if (report.status !== 'received' && report.status !== 'uploading') return this.#outbox.add(report);
    const outcome = await this.#post(report);
    if (outcome.kind === 'ok') return outcome.value;
    return outcome.kind === 'rejected' ? 'ended' : 'unknown';
  }

  /** A command that this version does not understand. */
  #refuse(commandId: string): void {
    void this.#outbox.add({
      command_id: commandId,
      status: 'failed',
      reason: 'display_failed',
      error: 'This version of the device does not understand the command.',
    });
  }

  #situation(): DeviceSituation {
    const { ready, status } = this.#display;
    return {
      ready: ready && this.#executor.idle,
      display: status.state,
      urgent: ready && this.#executor.awaitingRelay,
    };
  }

  #polled({ answered, commands, urgent }: PollRound): void {
    if (answered) void this.#outbox.flush();
    if (!urgent || commands > 0) return;
    if (answered) void this.#askWhetherOpen();
    else this.#executor.decide(false);
  }

  /** The display or the relay was away, with a QR on record: the relay knows whether its command is still open. */
  async #askWhetherOpen(): Promise<void> {
    const commandId = this.#executor.liveCommandId;
    if (commandId === undefined) return;
    const outcome = await this.#report({ command_id: commandId, status: 'uploading' });
    // Called off: what takes it off the display comes with one of the next polls, and says why.
    if (outcome === 'called_off') return;
    if (outcome === 'ended') this.#executor.over(commandId);
    this.#executor.decide(outcome === 'taken');
  }

  #executorChanged(event: ExecutorEvent): void {
    this.#options.onEvent(event);
    if (event.kind === 'command' && event.progress.stage === 'displayed')
      logPicture(this.#log, event.commandId, event.progress.picture);
  }

  #displayChanged(status: DisplayStatus): void {
    const before = this.#displayState;
    this.#displayState = status.state;
    this.#options.onEvent({ kind: 'display', ...status });
    this.#log(status.state === 'error' ? 'warn' : 'info', `display_${status.state}`, describe(status));
    if (status.state === 'unplugged' && before !== 'unplugged') this.#executor.displayUnplugged();
    // Between two commands of one job the display is ready too; the executor knows what it is doing.
    if (status.state === 'ready') this.#executor.displayReady();
    this.#polls.situationChanged();
  }

  #relayChanged(state: RelayState, cause?: RelayCause): void {
    const before = this.#relay;
    if (before?.state === state && before.cause === cause) return;
    // While the relay was away the QR on the display may have been paid.
    if (state === 'online' && before !== undefined) void this.#askWhetherOpen();
    if (state === 'online') this.#onlineSince = this.#clock.now();
    this.#relay = { state, cause };
    this.#options.onEvent({ kind: 'relay', state, ...(cause === undefined ? {} : { cause }) });
    if (state === 'online') void this.#registration.sendVersion(this.#stopping.signal);
    const text = cause === undefined ? 'The relay answers.' : `Relay: ${cause}.`;
    this.#log(state === 'online' ? 'info' : 'warn', `relay_${state}`, text);
  }

  #waitingChanged(count: number): void {
    if (count === this.#waiting) return;
    this.#waiting = count;
    if (count > 0) this.#checks.giveWay();
    this.#options.onEvent({ kind: 'waiting', count });
  }

  #enrolmentChanged(code: string | undefined): void {
    if (code === this.#enrolmentCode) return;
    this.#enrolmentCode = code;
    this.#options.onEvent({ kind: 'enrolment', ...(code === undefined ? {} : { code }) });
  }

  #publishIdentity(): void {
    const { credentials, identity } = this.#registration;
    const { computerName } = identity;
    this.#options.onEvent({ kind: 'identity', deviceId: credentials.deviceId, computerName });
  }
}

function describe({ state, cause, port }: DisplayStatus): string {
  const where =
    port === undefined ? '' : ` on ${port.label}${port.baudRate === undefined ? '' : ` at ${port.baudRate} baud`}`;
  return `The display is ${state}${where}${cause === undefined ? '' : ` (${cause})`}.`;
}

/**
 * [0, 1) from the platform's cryptographic source: device ids must not collide across a hundred PCs made from one
 * image.
 */
function secureRandom(): number {
  return (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32;
}
