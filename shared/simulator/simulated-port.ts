/**
 * A port with a SimulatedDisplay at its other end: the virtual display and the unit tests plug in here. As unkind as a
 * real one: writes resolve before the bytes are on the wire, one read at a time, a replug gives a new port, opening
 * resets the board, and a device that goes takes every pending call with it.
 */
import type { Clock } from '../util/clock.ts';
import type { SimulatedDisplay } from './simulated-display.ts';
import {
  TransportError,
  type PortIdentity,
  type PortSource,
  type SignalLines,
  type Transport,
} from '../display/transport.ts';

export interface SimulatedPortOptions {
  readonly clock: Clock;
  /** Default: a CH340 bridge. */
  readonly usbVendorId?: number;
  readonly usbProductId?: number;
  readonly label?: string;
  /** Whether opening resets the board, as most bridges do. Default true. */
  readonly resetOnOpen?: boolean;
  /** Whether the cable is in at first. Default true. */
  readonly plugged?: boolean;
}

export interface SimulatedPort extends PortSource {
  readonly display: SimulatedDisplay;
  readonly plugged: boolean;
  /** Pulls the cable: the board loses power, every pending call ends with `lost`. */
  unplug(): void;
  /** Plugs it in again: a new port object appears and the board boots. */
  plug(): void;
  /** While true, opening is refused with `busy`. */
  setBusy(busy: boolean): void;
}

let portsMade = 0;

export function createSimulatedPort(display: SimulatedDisplay, options: SimulatedPortOptions): SimulatedPort {
  const watchers = new Set<() => void>();
  let current: PortEnd | undefined;
  let busy = false;

  const changed = (): void => {
    for (const watcher of [...watchers]) watcher();
  };
  const port: SimulatedPort = {
    display,
    get plugged() {
      return current !== undefined;
    },
    list: async () => (current === undefined ? [] : [current]),
    watch(onChange) {
      watchers.add(onChange);
      onChange();
      return () => watchers.delete(onChange);
    },
    unplug() {
      if (current === undefined) return;
      const gone = current;
      current = undefined;
      display.powerOff();
      gone.lose();
      changed();
    },
    plug() {
      if (current !== undefined) return;
      portsMade += 1;
      display.powerOn();
      current = new PortEnd(
        {
          key: `simulated-${portsMade}`,
          label: options.label ?? 'Simulated display',
          usbVendorId: options.usbVendorId ?? 0x1a86,
          usbProductId: options.usbProductId ?? 0x7523,
        },
        display,
        options.resetOnOpen ?? true,
        () => busy || display.takePortFault('port_busy') !== undefined,
      );
      changed();
    },
    setBusy(value) {
      busy = value;
    },
  };
  display.onPull((backAfterMs) => {
    port.unplug();
    options.clock.sleep(backAfterMs).then(port.plug, () => undefined);
  });
  if (options.plugged ?? true) port.plug();
  else display.powerOff();
  return port;
}

interface PendingRead {
  resolve(bytes: Uint8Array): void;
  reject(error: TransportError): void;
}

/** The host's end of the cable. */
class PortEnd implements Transport {
  readonly #display: SimulatedDisplay;
  readonly #resetOnOpen: boolean;
  readonly #isBusy: () => boolean;
  #open = false;
  #lost = false;
  #dtr = true;
  #rts = true;
  #arrived: Uint8Array[] = [];
  #read: PendingRead | undefined;
  #stuck: PendingRead | undefined;
  #stopListening: () => void = () => undefined;

  constructor(
    readonly port: PortIdentity,
    display: SimulatedDisplay,
    resetOnOpen: boolean,
    isBusy: () => boolean,
  ) {
    this.#display = display;
    this.#resetOnOpen = resetOnOpen;
    this.#isBusy = isBusy;
  }

  async open({ baudRate }: { readonly baudRate: number }): Promise<void> {
    if (this.#lost) throw lostError();
    if (this.#open) throw new TransportError('failed', 'The port is open already.');
    if (this.#isBusy()) throw new TransportError('busy', 'Another program holds the port.');
    this.#open = true;
    this.#arrived = [];
    this.#dtr = true;
    this.#rts = true;
    this.#display.setBaud(baudRate);
    this.#stopListening = this.#display.onSend((bytes) => this.#hear(bytes));
    if (this.#resetOnOpen) this.#display.reset();
  }

  read(signal?: AbortSignal): Promise<Uint8Array> {
    if (this.#lost) return Promise.reject(lostError());
    if (!this.#open || signal?.aborted) return Promise.reject(abortedError());
    if (this.#read) return Promise.reject(new TransportError('failed', 'Another read is under way.'));
    const bytes = this.#takeArrived();
    if (bytes) return Promise.resolve(bytes);
    return new Promise((resolve, reject) => {
      const end = (): void => {
        signal?.removeEventListener('abort', onAbort);
        this.#read = undefined;
      };
      const onAbort = (): void => this.#read?.reject(abortedError());
      this.#read = {
        resolve: (value) => (end(), resolve(value)),
        reject: (error) => (end(), reject(error)),
      };
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#lost) throw lostError();
    if (!this.#open) throw abortedError();
    if (this.#display.takePortFault('stuck_write')) {
      await new Promise<Uint8Array>((resolve, reject) => (this.#stuck = { resolve, reject }));
      return;
    }
    this.#display.receive(bytes);
  }

  async setSignals(lines: SignalLines): Promise<void> {
    if (this.#lost) throw lostError();
    if (!this.#open) throw abortedError();
    const wasHeld = this.#rts && !this.#dtr;
    this.#dtr = lines.dataTerminalReady ?? this.#dtr;
    this.#rts = lines.requestToSend ?? this.#rts;
    // The usual two-transistor circuit: RTS without DTR pulls the reset line, and letting go of it boots.
    if (wasHeld && !(this.#rts && !this.#dtr)) this.#display.reset();
  }

  async close(): Promise<void> {
    this.#open = false;
    this.#stopListening();
    this.#read?.reject(abortedError());
    this.#stuck?.reject(abortedError());
    this.#stuck = undefined;
  }

  /** The cable is out. */
  lose(): void {
    this.#lost = true;
    this.#stopListening();
    this.#read?.reject(lostError());
    this.#stuck?.reject(lostError());
    this.#stuck = undefined;
  }

  #hear(bytes: Uint8Array): void {
    this.#arrived.push(bytes);
    if (!this.#read) return;
    const all = this.#takeArrived();
    if (all) this.#read.resolve(all);
  }

  #takeArrived(): Uint8Array | undefined {
    if (this.#arrived.length === 0) return undefined;
    const all = Uint8Array.from(this.#arrived.flatMap((bytes) => [...bytes]));
    this.#arrived = [];
    return all;
  }
}

const lostError = (): TransportError => new TransportError('lost', 'The display was unplugged.');
const abortedError = (): TransportError => new TransportError('aborted', 'The call was given up.');
