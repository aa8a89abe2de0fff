/**
 * A simulated ESP32 display behind a pseudo terminal: what a browser with the rig's library sees as a USB serial port.
 * The same SimulatedDisplay as everywhere else; this file is only its cable.
 */
import { basename } from 'node:path';
import { realClock } from '../../../shared/util/clock.ts';
import { SimulatedDisplay, type SimulatedDisplayOptions } from '../../../shared/simulator/simulated-display.ts';
import { here, missing, takesPart, type Presence } from '../participants.ts';
import { CH340, type PortsFolder, type UsbIdentity } from './ports-folder.ts';
import { openPty, type Pty } from './pty.ts';

export interface PtyDisplayOptions extends Partial<SimulatedDisplayOptions> {
  readonly name?: string;
  readonly usb?: UsbIdentity;
  /** Whether opening resets the board, as most bridges do. Default true. */
  readonly resetOnOpen?: boolean;
}

/** How often the modem lines are looked at; a reset pulse is held for 100 ms or more. */
const SIGNALS_POLL_MS = 50;

export class PtyDisplay {
  readonly display: SimulatedDisplay;
  /** Speeds that the host opened with, in order. */
  readonly openedAt: number[] = [];
  readonly #ports: PortsFolder;
  readonly #name: string;
  readonly #usb: UsbIdentity;
  readonly #resetOnOpen: boolean;
  #pty: Pty | undefined;
  #busy = false;
  #open = false;
  #opens = 0;
  #signalsSeen = 0;
  #held = false;
  readonly #signalsTimer: NodeJS.Timeout;
  readonly #stop = new AbortController();
  readonly #leave: () => void;

  constructor(ports: PortsFolder, options: PtyDisplayOptions = {}) {
    this.#ports = ports;
    this.#name = options.name ?? 'ttyUSB0';
    this.#usb = options.usb ?? CH340;
    this.#resetOnOpen = options.resetOnOpen ?? true;
    this.display = new SimulatedDisplay({ ...options, clock: options.clock ?? realClock });
    this.display.powerOff();
    this.display.onSend((bytes) => this.#pty?.write(bytes));
    this.display.onPull((backAfterMs) => {
      void this.unplug()
        .then(() => realClock.sleep(backAfterMs, this.#stop.signal))
        .then(() => this.plug())
        .catch(() => undefined);
    });
    this.#leave = takesPart({ name: 'display', ask: () => this.#presence() });
    this.#signalsTimer = setInterval(() => this.#watchSignals(), SIGNALS_POLL_MS);
  }

  /** Whether the host has the port open. */
  get open(): boolean {
    return this.#open;
  }

  /** How often the host opened the port since the start. */
  get opens(): number {
    return this.#opens;
  }

  /** Cable in: the board boots, and the host hears of a new port. */
  async plug(): Promise<void> {
    if (this.#pty) return;
    this.#pty = await openPty({
      onBytes: (bytes) => this.display.receive(bytes),
      onOpen: () => {
        this.#open = true;
        this.#opens += 1;
        if (this.#resetOnOpen) this.display.reset();
      },
      onClose: () => (this.#open = false),
      onBaud: (baudRate) => {
        this.openedAt.push(baudRate);
        this.display.setBaud(baudRate);
      },
    });
    this.display.powerOn();
    this.#ports.plug(this.#name, this.#target(), this.#usb);
  }

  /** Cable out: the board loses power, the host's reads fail and it hears that the port is gone. */
  async unplug(): Promise<void> {
    const pty = this.#pty;
    if (!pty) return;
    this.#pty = undefined;
    this.#open = false;
    this.display.powerOff();
    this.#ports.unplug(this.#name);
    await pty.close();
  }

  /** While true, opening fails as it does when another program holds the port. */
  setBusy(busy: boolean): void {
    this.#busy = busy;
    if (this.#pty) this.#ports.pointAt(this.#name, this.#target());
  }

  #presence(): Presence {
    if (!this.#pty) return here('its cable is out');
    if (this.#opens === 0) return missing('its cable is in, and nobody has opened its port');
    const port = this.#open ? 'open' : 'closed';
    return here(
      `its port is ${port}, and was opened ${this.#opens} times, last at ${this.openedAt.at(-1) ?? 'no'} baud`,
    );
  }

  async remove(): Promise<void> {
    this.#leave();
    this.#stop.abort();
    clearInterval(this.#signalsTimer);
    await this.unplug();
  }

  #target(): string {
    return this.#busy || !this.#pty ? '/dev/counterqr-port-held-by-another-program' : this.#pty.path;
  }

  /** The usual two-transistor circuit: RTS without DTR pulls the reset line, and letting go of it boots. */
  #watchSignals(): void {
    const signals = this.#ports.signals();
    const mine = this.#pty ? Number(basename(this.#pty.path)) : -1;
    for (const [pts, dtr, rts] of signals.slice(this.#signalsSeen)) {
      if (pts !== mine) continue;
      const holds = rts && !dtr;
      if (this.#held && !holds) this.display.reset();
      this.#held = holds;
    }
    this.#signalsSeen = signals.length;
  }
}
