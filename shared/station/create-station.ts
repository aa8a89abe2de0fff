/** Builds a Station (station.ts) out of its parts. The only file here that constructs them. */
import { realClock } from '../util/clock.ts';
import { EnrolmentRequest } from './enrolment-request.ts';
import { Executor } from './executor.ts';
import type { Report, ReportOutcome } from './reports.ts';
import type { RelayState } from '../wire/display.ts';
import type { PictureFacts } from '../wire/schemas.ts';
import { DisplaySupervisor } from './display-supervisor.ts';
import { makeLog } from './log.ts';
import { Outbox } from './outbox.ts';
import { PollLoop } from './poll-loop.ts';
import { Registration } from './registration.ts';
import { RelayClient } from './relay-client.ts';
import type { DisplayStatus } from './display-status.ts';
import type { RelayCause, Station, StationOptions } from './station.ts';
import { SettingsStore } from './settings-store.ts';
import { StationError } from './station-error.ts';
import { ProfileStore } from './profile-store.ts';

/** Closing, opening, finding the speed and a boot; what takes longer is shown as an error by then. */
const RESTART_TIMEOUT_MS = 40_000;

export function createStation(options: StationOptions): Station {
  const clock = options.clock ?? realClock;
  const random = options.random ?? secureRandom;
  const { memory, onEvent } = options;
  const stopping = new AbortController();
  const log = makeLog(clock, (entry) => onEvent({ kind: 'log', entry }));

  const client = new RelayClient(options.http, clock);
  const enrolment = new EnrolmentRequest(client, memory, log, (code) => enrolmentChanged(code));
  const registration = new Registration(client, memory, log, random, options.identity, enrolment);
  const outbox = new Outbox(memory, (report) => client.report(registration.credentials, report, stopping.signal), log);

  const display = new DisplaySupervisor({
    ports: options.ports,
    clock,
    profiles: new ProfileStore(memory, log),
    signalPolicy: options.signalPolicy,
    baudRates: options.baudRates,
    onStatus: (status) => displayChanged(status),
    log,
  });

  const executor = new Executor({
    clock,
    display,
    pictures: options.pictures,
    memory,
    deviceName: () => registration.identity.computerName,
    report: (report) => sendReport(report),
    onEvent: (event) => {
      onEvent(event);
      if (event.kind === 'command' && event.progress.stage === 'displayed')
        remark(event.commandId, event.progress.picture);
    },
    onIdle: () => polls.situationChanged(),
    log,
  });

  const settings = new SettingsStore(memory, (each) => executor.configure(each));

  const polls = new PollLoop({
    clock,
    random,
    client,
    registration,
    log,
    situation: () => ({
      ready: display.ready && executor.idle,
      display: display.status.state,
      urgent: display.ready && executor.awaitingRelay,
    }),
    onRelay: (state, cause) => relayChanged(state, cause),
    onPoll: (gapMs) => onEvent({ kind: 'poll', gapMs }),
    onSettings: (each) => settings.update(each),
    onCommand: (command) => executor.take(command),
    onCalledOff: (commandId, reason) => executor.callOff(commandId, reason),
    onUnknownCommand: (commandId) =>
      void outbox.add({
        command_id: commandId,
        status: 'failed',
        reason: 'display_failed',
        error: 'This version of the device does not understand the command.',
      }),
    onRound: ({ answered, commands, urgent }) => {
      if (answered) void outbox.flush();
      if (!urgent || commands > 0) return;
      if (answered) void askWhetherOpen();
      else executor.decide(false);
    },
  });

  /** Ends must arrive; that we are at it is only of interest now. */
  async function sendReport(report: Report): Promise<ReportOutcome> {
    if (report.status !== 'received' && report.status !== 'uploading') return outbox.add(report);
    const outcome = await client.report(registration.credentials, report, stopping.signal);
    if (outcome.kind === 'ok') return outcome.value;
    return outcome.kind === 'rejected' ? 'ended' : 'unknown';
  }

  /** For whoever looks for the reason of a code that nobody could read, or of a slow one. */
  function remark(commandId: string, { bytes = 0, note, over_budget }: PictureFacts): void {
    if (note !== undefined) log('warn', 'picture_noted', `The picture of command ${commandId} is noted ${note}.`);
    if (over_budget === true)
      log(
        'warn',
        'picture_over_budget',
        `The picture of command ${commandId} has ${bytes} bytes: more than fit budget_ms.`,
      );
  }

  /** The display or the relay was away, with a QR on record: the relay knows whether its command still lives. */
  async function askWhetherOpen(): Promise<void> {
    const commandId = executor.liveCommandId;
    if (commandId === undefined) return;
    const outcome = await sendReport({ command_id: commandId, status: 'uploading' });
    // Called off: what takes it off the glass comes with one of the next polls, and says why.
    if (outcome === 'called_off') return;
    if (outcome === 'ended') executor.over(commandId);
    executor.decide(outcome === 'taken');
  }

  let lastState: DisplayStatus['state'] | undefined;
  function displayChanged(status: DisplayStatus): void {
    const before = lastState;
    lastState = status.state;
    onEvent({ kind: 'display', ...status });
    log(status.state === 'error' ? 'warn' : 'info', `display_${status.state}`, describe(status));
    if (status.state === 'unplugged' && before !== 'unplugged') executor.displayUnplugged();
    // Between two commands of one job the display is ready too; the executor knows its own doing.
    if (status.state === 'ready') executor.displayReady();
    polls.situationChanged();
  }

  let relay: { readonly state: RelayState; readonly cause?: RelayCause | undefined } | undefined;
  function relayChanged(state: RelayState, cause?: RelayCause): void {
    if (relay?.state === state && relay.cause === cause) return;
    // While nobody could tell us, the QR on the glass may have been paid.
    if (state === 'online' && relay !== undefined) void askWhetherOpen();
    relay = { state, cause };
    onEvent({ kind: 'relay', state, ...(cause === undefined ? {} : { cause }) });
    if (state === 'online') void registration.sendVersion(stopping.signal);
    log(
      state === 'online' ? 'info' : 'warn',
      `relay_${state}`,
      cause === undefined ? 'The relay answers.' : `Relay: ${cause}.`,
    );
  }

  let shownCode: string | undefined;
  function enrolmentChanged(code: string | undefined): void {
    if (code === shownCode) return;
    shownCode = code;
    onEvent({ kind: 'enrolment', ...(code === undefined ? {} : { code }) });
  }

  const announce = (): void =>
    onEvent({
      kind: 'identity',
      deviceId: registration.credentials.deviceId,
      computerName: registration.identity.computerName,
    });

  return {
    async start() {
      await registration.load();
      await outbox.load();
      await settings.load();
      announce();
      await executor.start();
      display.start();
      polls.start();
    },
    async stop() {
      stopping.abort();
      await Promise.all([polls.stop(), display.stop(), executor.stop()]);
    },
    wake() {
      display.wake();
      polls.wake();
      // A PC that slept does not notice for how long; the relay does.
      void askWhetherOpen();
    },
    async provision(news) {
      registration.provision(news);
      announce();
      polls.registerAgain();
    },
    showTestCard: () => executor.showLocal({ kind: 'test' }),
    async showPairingCode() {
      const outcome = await client.pairing(registration.credentials, stopping.signal);
      if (outcome.kind !== 'ok') throw new Error(`The relay gave no pairing code (${outcome.text}).`);
      const code = outcome.value;
      // The code is good already; whoever asked need not wait until it is on the glass, nor lose it where it does not get there.
      executor
        .showLocal({ kind: 'pairing', code })
        .catch(() => log('warn', 'pairing_not_shown', 'The pairing code is not on the display, which is not ready.'));
      return code;
    },
    async restartDisplay() {
      const late = new AbortController();
      const timer = new AbortController();
      clock.sleep(RESTART_TIMEOUT_MS, timer.signal).then(
        () => late.abort(),
        () => undefined,
      );
      try {
        await display.restart(late.signal);
      } catch {
        throw new StationError('not_back', 'The display did not come back. Check its cable, then try again.');
      } finally {
        timer.abort();
      }
    },
  };
}

function describe({ state, cause, port }: DisplayStatus): string {
  const where =
    port === undefined ? '' : ` on ${port.label}${port.baudRate === undefined ? '' : ` at ${port.baudRate} baud`}`;
  return `The display is ${state}${where}${cause === undefined ? '' : ` (${cause})`}.`;
}

/** [0, 1) from the platform's cryptographic source: device ids must not collide across a hundred PCs made from one image. */
function secureRandom(): number {
  return (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32;
}
