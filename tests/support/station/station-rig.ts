/**
 * A whole station on a simulated display, a fake relay and a clock that the test moves. Only the realm's own parts are
 * missing.
 */
import { createSimulatedPort, type SimulatedPort } from '../../../shared/simulator/simulated-port.ts';
import { SimulatedDisplay, type SimulatedDisplayOptions } from '../../../shared/simulator/simulated-display.ts';
import type { MadePicture, PictureMaker, Screen } from '../../../shared/picture/picture.ts';
import { Station } from '../../../shared/station/station.ts';
import type { Memory, StationEvent, StationOptions } from '../../../shared/station/station-types.ts';
import { FakeRelay } from './fake-relay.ts';
import { ManualClock } from '../manual-clock.ts';

export class MapMemory implements Memory {
  readonly map = new Map<string, string>();

  async get(key: string): Promise<unknown> {
    const json = this.map.get(key);
    return json === undefined ? undefined : JSON.parse(json);
  }

  async set(key: string, value: unknown): Promise<void> {
    this.map.set(key, JSON.stringify(value));
  }

  async delete(key: string): Promise<void> {
    this.map.delete(key);
  }
}

/** Pictures that are no pictures: the screen's own JSON, filled up to a size. What arrives can be read back. */
export class PlainPictures implements PictureMaker {
  readonly #bytes: number;

  constructor(bytes = 2_400) {
    this.#bytes = bytes;
  }

  async make(screen: Screen): Promise<MadePicture> {
    return { jpeg: plainJpeg(screen, this.#bytes), facts: { version: 8, module_px: 4, verified: true } };
  }

  /** An image says what follows its comma. */
  async read(dataUri: string): Promise<string | undefined> {
    return dataUri.split(',')[1];
  }
}

export function plainJpeg(screen: Screen, bytes: number): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(screen));
  const jpeg = new Uint8Array(Math.max(bytes, text.length + 1)).fill(0x20);
  jpeg.set(text);
  return jpeg;
}

/** The screen that these bytes are, or undefined when they are damaged. */
export function readPlain(jpeg: Uint8Array): Screen | undefined {
  try {
    return JSON.parse(new TextDecoder().decode(jpeg)) as Screen;
  } catch {
    return undefined;
  }
}

/**
 * Of so much of its end a code can be short and still be read: what lies below it in the picture, and what its error
 * correction makes up for (shared/station/called-off.test.ts has it from real pictures without a caption).
 */
const READ_WITHOUT_BYTES = 420;

/** The screen of a picture that is whole, or whose end is zeros because it was called off near it. */
export function readAsDrawn(jpeg: Uint8Array): Screen | undefined {
  const written = jpeg.findLastIndex((byte) => byte !== 0) + 1;
  return jpeg.length - written <= READ_WITHOUT_BYTES ? readPlain(jpeg.subarray(0, written)) : undefined;
}

/** xorshift32: the same faults in the same order for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

export interface StationRigOptions {
  readonly display?: Omit<SimulatedDisplayOptions, 'clock'>;
  readonly usbVendorId?: number;
  readonly resetOnOpen?: boolean;
  readonly plugged?: boolean;
  readonly pictureBytes?: number;
  readonly memory?: MapMemory;
  readonly seed?: number;
  readonly station?: Partial<StationOptions>;
}

export interface StationRig {
  readonly clock: ManualClock;
  readonly relay: FakeRelay;
  readonly display: SimulatedDisplay;
  readonly port: SimulatedPort;
  readonly memory: MapMemory;
  readonly station: Station;
  readonly events: StationEvent[];
  /** `data-display` and its cause, as the agent's page would have them. */
  readonly displayStates: () => string[];
  readonly displayNow: () => string;
  readonly relayNow: () => string;
  /**
   * `qr TEXT`, `qr TEXT, cut short` where the end is missing and a customer can read it all the same, another screen's
   * kind, `damaged`.
   */
  readonly screenText: () => string | undefined;
}

export function makeStationRig(options: StationRigOptions = {}): StationRig {
  const clock = new ManualClock();
  const display = new SimulatedDisplay({ clock, ...options.display });
  const port = createSimulatedPort(display, {
    clock,
    ...(options.usbVendorId === undefined ? {} : { usbVendorId: options.usbVendorId }),
    ...(options.resetOnOpen === undefined ? {} : { resetOnOpen: options.resetOnOpen }),
    ...(options.plugged === undefined ? {} : { plugged: options.plugged }),
  });
  const relay = new FakeRelay(clock);
  const memory = options.memory ?? new MapMemory();
  const events: StationEvent[] = [];
  const station = new Station({
    identity: { computerName: 'SHOWROOM-PC-01', kind: 'kiosk', version: '0.0.0', enrolKey: 'enrol' },
    http: relay.http,
    ports: port,
    pictures: new PlainPictures(options.pictureBytes),
    memory,
    clock,
    random: seeded(options.seed ?? 1),
    onEvent: (event) => events.push(event),
    ...options.station,
  });
  const last = <K extends StationEvent['kind']>(kind: K): Extract<StationEvent, { kind: K }> | undefined =>
    events.findLast((event): event is Extract<StationEvent, { kind: K }> => event.kind === kind);
  const words = (event: { readonly state: string; readonly cause?: string } | undefined): string =>
    event === undefined ? 'unknown' : event.cause === undefined ? event.state : `${event.state} (${event.cause})`;
  return {
    clock,
    relay,
    display,
    port,
    memory,
    station,
    events,
    displayStates: () => events.filter((event) => event.kind === 'display').map(words),
    displayNow: () => words(last('display')),
    relayNow: () => words(last('relay')),
    screenText: () => {
      const { screen: shown } = display;
      if (shown.kind !== 'picture') return shown.kind;
      const screen = readAsDrawn(shown.bytes);
      if (screen === undefined) return 'damaged';
      const cut = readPlain(shown.bytes) === undefined ? ', cut short' : '';
      return screen.kind === 'qr' && screen.source.kind === 'text' ? `qr ${screen.source.text}${cut}` : screen.kind;
    },
  };
}
