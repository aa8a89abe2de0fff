/**
 * Runs one station for the page and answers the page's messages. Everything that only a browser has is injected, so
 * that tests can use other ports.
 */
import { ShowError } from '../../shared/screen/show-picture.ts';
import { messageOf } from '../../shared/wire/errors.ts';
import type { SimulatedPort } from '../../shared/simulator/simulated-port.ts';
import type { PortSource } from '../../shared/display/transport.ts';
import { StationError } from '../../shared/station/station-error.ts';
import type { StationControls, StationOptions } from '../../shared/station/station-types.ts';
import { RecordingPorts } from '../../shared/display/recording-transport.ts';
import { realClock } from '../../shared/util/clock.ts';
import type { AskFailure, AskResult, FromWorker, ToWorker, VirtualScreen } from './messages.ts';

type StartMessage = Extract<ToWorker, { kind: 'start' }>;
type AskMessage = Extract<ToWorker, { kind: 'ask' }>;

export interface HostParts {
  readonly post: (message: FromWorker) => void;
  readonly serialPorts: () => PortSource;
  readonly virtualPort: (baudRate: number, onScreen: (screen: VirtualScreen) => void) => SimulatedPort;
  readonly createStation: (options: StationOptions) => StationControls;
  /** What the station needs besides ports. */
  readonly equip: (start: StartMessage) => Promise<Pick<StationOptions, 'http' | 'memory' | 'pictures'>>;
  /** Resolves when no other worker of this profile runs a station, and keeps it so for this worker's life. */
  readonly ownAlone: (profile: string) => Promise<void>;
  /** Browser and operating system, where the browser says so. */
  readonly browserName: () => Promise<string | undefined>;
}

/** As the display of the design; `?baud=` chooses another. */
const VIRTUAL_BAUD = 9600;

export class StationHost {
  readonly #parts: HostParts;
  #station: Promise<StationControls> | undefined;
  #virtual: SimulatedPort | undefined;
  #recording: { readonly ports: RecordingPorts; readonly version: string } | undefined;

  constructor(parts: HostParts) {
    this.#parts = parts;
  }

  async handle(message: ToWorker): Promise<void> {
    switch (message.kind) {
      case 'start':
        this.#station ??= this.#start(message);
        await this.#station.catch((error: unknown) => this.#parts.post({ kind: 'broken', sentence: messageOf(error) }));
        return;
      case 'provision':
        await (await this.#station)?.provision(message);
        return;
      case 'wake':
        (await this.#station)?.wake();
        return;
      case 'ask':
        this.#parts.post({ kind: 'answer', id: message.id, result: await this.#answer(message) });
        return;
      case 'scanned':
        (await this.#station)?.answerCheck(message.scanned);
        return;
      case 'virtual_cable':
        if (message.plugged) this.#virtual?.plug();
        else this.#virtual?.unplug();
        return;
      case 'stop':
        await (await this.#station)?.stop();
        return;
    }
  }

  async #start(start: StartMessage): Promise<StationControls> {
    const { post } = this.#parts;
    await this.#parts.ownAlone(start.profile);
    const system = await this.#parts.browserName();
    const station = this.#parts.createStation({
      ...(await this.#parts.equip(start)),
      identity: {
        computerName: start.computerName,
        kind: 'kiosk',
        version: start.version,
        ...(system === undefined ? {} : { system }),
        ...(start.enrolKey === undefined ? {} : { enrolKey: start.enrolKey }),
        requestsEnrolment: true,
      },
      ports: this.#recorded(this.#portsFor(start), start),
      ...(start.signalPolicy === undefined ? {} : { signalPolicy: start.signalPolicy }),
      onEvent: (event) => post({ kind: 'event', event }),
    });
    await station.start();
    return station;
  }

  #portsFor(start: StartMessage): PortSource {
    if (start.display === 'serial') return this.#parts.serialPorts();
    this.#virtual = this.#parts.virtualPort(start.virtualBaudRate ?? VIRTUAL_BAUD, (screen) =>
      this.#parts.post({ kind: 'virtual_screen', screen }),
    );
    return this.#virtual;
  }

  #recorded(ports: PortSource, { recording, version }: StartMessage): PortSource {
    if (recording === undefined) return ports;
    this.#recording = { ports: new RecordingPorts(ports, realClock), version };
    return this.#recording.ports;
  }

  async #answer({ what }: AskMessage): Promise<AskResult> {
    try {
      const station = await this.#station;
      if (station === undefined) return { ok: false, why: 'not_started', sentence: 'The kiosk has not started yet.' };
      switch (what) {
        case 'test_card':
          await station.showTestCard();
          return { ok: true };
        case 'pairing_code':
          return { ok: true, code: await station.showPairingCode() };
        case 'restart_display':
          await station.restartDisplay();
          return { ok: true };
        case 'check_display':
          return { ok: true, check: await station.checkDisplay() };
        case 'unit_report': {
          const whole = this.#recording?.ports.report(`kiosk ${this.#recording.version}`);
          const report = whole ?? station.checkReport();
          return { ok: true, ...(report ? { report } : {}) };
        }
      }
    } catch (error) {
      return { ok: false, why: whyOf(error), sentence: messageOf(error) };
    }
  }
}

function whyOf(error: unknown): AskFailure {
  if (error instanceof ShowError) return 'not_shown';
  if (!(error instanceof StationError)) return 'failed';
  return error.code === 'stopped' ? 'restarted' : error.code;
}
