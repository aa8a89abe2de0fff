/**
 * A simulated ESP32 display as bytes in and bytes out, with a clock of its own choosing: the wire, the power and the
 * reset button around a SimulatedFirmware. The virtual display, the unit tests and the pty rig drive this same core.
 * Knows no port and no realm.
 */
import type { Clock } from '../util/clock.ts';
import { wireMs } from '../wire/display.ts';
import type { Fault, FirmwareFault, PortFault } from './faults.ts';
import { isPortFault } from './faults.ts';
import { DEFAULT_VARIANT, type FirmwareVariant } from './firmware-variant.ts';
import { SimulatedFirmware } from './simulated-firmware.ts';
import type { FirmwareWorld, SimulatedScreen } from './firmware-world.ts';

export type { Fault, PortFault } from './faults.ts';
export type { FirmwareVariant } from './firmware-variant.ts';
export type { SimulatedScreen } from './firmware-world.ts';

export interface SimulatedDisplayOptions {
  readonly clock: Clock;
  /** The only speed at which the display hears and is understood. */
  readonly baudRate?: number;
  /** Native USB: any speed will do and bytes arrive at once. */
  readonly nativeUsb?: boolean;
  readonly variant?: Partial<FirmwareVariant>;
  /** From reset to the banner, in ms. */
  readonly bannerAfterMs?: number;
  /** From reset to the first byte that is heard, in ms; 1,200 to 2,000 on real boards. */
  readonly bootMs?: number;
}

/** The wire is moved along in pieces of this many bytes, so that a pulled cable cuts within a chunk. */
const SLICE_BYTES = 64;
const LINES_NOTED = 1_000;

export class SimulatedDisplay {
  /** Stored pictures by slot name, as received. Survive resets. */
  readonly files = new Map<string, Uint8Array>();
  /** The last lines that it heard. */
  readonly linesHeard: string[] = [];
  readonly #clock: Clock;
  readonly #variant: FirmwareVariant;
  readonly #nativeUsb: boolean;
  readonly #bannerAfterMs: number;
  readonly #bootMs: number;
  #deviceBaud: number;
  #hostBaud: number;
  #firmware: SimulatedFirmware | undefined;
  #life = new AbortController();
  #powered = false;
  #dead = false;
  #incoming: Uint8Array[] = [];
  #pumping = false;
  #sendFreeAt = 0;
  #screen: SimulatedScreen = { kind: 'dark' };
  #faults: Fault[] = [];
  readonly #sendListeners = new Set<(bytes: Uint8Array) => void>();
  readonly #screenListeners = new Set<(screen: SimulatedScreen) => void>();
  readonly #pullListeners = new Set<(backAfterMs: number) => void>();

  constructor(options: SimulatedDisplayOptions) {
    this.#clock = options.clock;
    this.#variant = { ...DEFAULT_VARIANT, ...options.variant };
    this.#nativeUsb = options.nativeUsb ?? false;
    this.#deviceBaud = options.baudRate ?? 9600;
    this.#hostBaud = this.#deviceBaud;
    this.#bannerAfterMs = options.bannerAfterMs ?? 300;
    this.#bootMs = options.bootMs ?? 1_500;
    this.powerOn();
  }

  get screen(): SimulatedScreen {
    return this.#screen;
  }

  get baudRate(): number {
    return this.#deviceBaud;
  }

  /** Faults that have not happened yet. */
  get faults(): readonly Fault[] {
    return this.#faults;
  }

  /** Bytes that the host put on the wire. They arrive at the pace of the speed. */
  receive(bytes: Uint8Array): void {
    if (!this.#powered || bytes.length === 0) return;
    this.#incoming.push(bytes.slice());
    if (!this.#pumping) void this.#pump(this.#life.signal);
  }

  /** Bytes that have reached the host. */
  onSend(listener: (bytes: Uint8Array) => void): () => void {
    this.#sendListeners.add(listener);
    return () => this.#sendListeners.delete(listener);
  }

  /** Called with what it shows now, and at every change. */
  onScreen(listener: (screen: SimulatedScreen) => void): () => void {
    this.#screenListeners.add(listener);
    listener(this.#screen);
    return () => this.#screenListeners.delete(listener);
  }

  /** A `pulled_cable` fault came due; the port or rig pulls the cable. */
  onPull(listener: (backAfterMs: number) => void): () => void {
    this.#pullListeners.add(listener);
    return () => this.#pullListeners.delete(listener);
  }

  /** The speed that the host chose. At another than its own the display neither hears nor is understood. */
  setBaud(baudRate: number): void {
    this.#hostBaud = baudRate;
  }

  /**
   * What opening a port, pulsing RTS and the button do: boot again; everything under way is forgotten, stored pictures
   * stay.
   */
  reset(): void {
    if (!this.#powered) return;
    this.#forget();
    this.#setScreen({ kind: 'booting' });
    if (this.#dead) return;
    this.#later(this.#bannerAfterMs, () => this.#send(banner(this.#variant)));
    this.#later(this.#bootMs, () => {
      this.#firmware = new SimulatedFirmware(this.#world());
    });
  }

  /** A line that nobody asked for, as chatty firmware prints. */
  chat(line: string): void {
    this.#send(ascii(`${line}\r\n`));
  }

  powerOff(): void {
    this.#powered = false;
    this.#dead = false;
    this.#faults = this.#faults.filter(({ kind }) => kind !== 'disk_stays_full');
    this.#forget();
    this.#setScreen({ kind: 'dark' });
  }

  powerOn(): void {
    if (this.#powered) return;
    this.#powered = true;
    this.reset();
  }

  /** Lets something go wrong: at once where the fault says so, otherwise when its moment comes. */
  inject(fault: Fault): void {
    switch (fault.kind) {
      case 'dead':
        this.#dead = true;
        this.#firmware?.hang();
        break;
      case 'deaf':
        this.#firmware?.deafFor(fault.forMs);
        break;
      case 'ok_to_everything':
        this.#firmware?.sayOkToEverything();
        break;
      case 'other_speed':
        this.#deviceBaud = fault.baudRate;
        break;
      default:
        this.#faults.push(fault);
    }
  }

  /** For the port: uses up its next waiting fault of this kind. */
  takePortFault<K extends PortFault['kind']>(kind: K): Extract<PortFault, { kind: K }> | undefined {
    return this.#take((fault): fault is Extract<PortFault, { kind: K }> => isPortFault(fault) && fault.kind === kind);
  }

  clearFaults(): void {
    this.#faults = [];
  }

  get #understood(): boolean {
    return this.#nativeUsb || this.#hostBaud === this.#deviceBaud;
  }

  get #msPerByte(): number {
    return this.#nativeUsb ? 0 : wireMs(1, this.#hostBaud);
  }

  #forget(): void {
    this.#life.abort();
    this.#life = new AbortController();
    this.#incoming = [];
    this.#pumping = false;
    this.#sendFreeAt = 0;
    this.#firmware = undefined;
  }

  #later(ms: number, then: () => void): void {
    this.#clock.sleep(ms, this.#life.signal).then(then, () => undefined);
  }

  async #pump(life: AbortSignal): Promise<void> {
    this.#pumping = true;
    let dueAt = this.#clock.now();
    for (let next = this.#incoming.shift(); next !== undefined; next = this.#incoming.shift()) {
      const sliceBytes = this.#nativeUsb ? next.length : SLICE_BYTES;
      for (let start = 0; start < next.length; start += sliceBytes) {
        const slice = next.subarray(start, start + sliceBytes);
        dueAt = Math.max(dueAt, this.#clock.now()) + slice.length * this.#msPerByte;
        try {
          await this.#clock.sleep(Math.max(0, dueAt - this.#clock.now()), life);
        } catch {
          return;
        }
        if (this.#understood) this.#firmware?.take(slice);
        if (life.aborted) return;
      }
    }
    this.#pumping = false;
  }

  #send(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const now = this.#clock.now();
    this.#sendFreeAt = Math.max(now, this.#sendFreeAt) + bytes.length * this.#msPerByte;
    this.#later(this.#sendFreeAt - now, () => {
      const heard = this.#understood ? bytes : bytes.map((byte) => (byte * 37) | 0x80);
      for (const listener of this.#sendListeners) listener(heard);
    });
  }

  #setScreen(screen: SimulatedScreen): void {
    this.#screen = screen;
    for (const listener of this.#screenListeners) listener(screen);
  }

  #take<F extends Fault>(wanted: (fault: Fault) => fault is F): F | undefined {
    const index = this.#faults.findIndex(wanted);
    if (index < 0) return undefined;
    const fault = this.#faults[index] as F;
    if (fault.kind === 'disk_full' && fault.uploads > 1) {
      this.#faults[index] = { kind: 'disk_full', uploads: fault.uploads - 1 };
    } else if (fault.kind !== 'disk_stays_full') this.#faults.splice(index, 1);
    return fault;
  }

  #world(): FirmwareWorld {
    return {
      variant: this.#variant,
      files: this.files,
      send: (bytes) => this.#send(bytes),
      later: (ms, then) => this.#later(ms, then),
      showScreen: (screen) => this.#setScreen(screen),
      takeFault: <K extends FirmwareFault['kind']>(
        kind: K,
        wanted?: (fault: Extract<FirmwareFault, { kind: K }>) => boolean,
      ) =>
        this.#take(
          (fault): fault is Extract<FirmwareFault, { kind: K }> =>
            fault.kind === kind && (wanted?.(fault as Extract<FirmwareFault, { kind: K }>) ?? true),
        ),
      reset: () => this.reset(),
      noteLine: (line) => {
        this.linesHeard.push(line);
        if (this.linesHeard.length > LINES_NOTED) this.linesHeard.shift();
      },
      chunkDone: (chunk) => this.#pullIfDue(chunk),
    };
  }

  #pullIfDue(chunk: number): void {
    const pull = this.#take(
      (fault): fault is Extract<PortFault, { kind: 'pulled_cable' }> =>
        fault.kind === 'pulled_cable' && fault.chunk === chunk,
    );
    if (pull) for (const listener of this.#pullListeners) listener(pull.backAfterMs);
  }
}

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));

function banner({ banner: kind, modelLine }: FirmwareVariant): Uint8Array {
  switch (kind) {
    case 'rom':
      return ascii(`ets Jul 29 2019 12:21:46\r\n${modelLine}\r\n`);
    case 'model':
      return ascii(`${modelLine}\r\n`);
    case 'garbage':
      return Uint8Array.from({ length: 30 }, (_, index) => 0x80 | (index * 37));
    case 'none':
      return new Uint8Array();
  }
}
