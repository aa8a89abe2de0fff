/**
 * A serial port as the session sees it: plain methods, no stream crosses this line.
 * Knows nothing of the display's protocol. Implementations: Web Serial (kiosk worker), serialport (tray), simulator.
 * One contract suite (tests/contracts/transport-contract.ts) runs on each.
 */

/** Why a transport call failed; each code says what the caller does next. */
export type TransportErrorCode =
  /** The cable or the device is gone: close, and wait for the port to appear again. */
  | 'lost'
  /** Another program holds the port: tell the person, and try again now and then. */
  | 'busy'
  /** The call was given up by its AbortSignal. */
  | 'aborted'
  /** Anything else while opening; try again, then ask for a replug. */
  | 'failed';

export class TransportError extends Error {
  override readonly name = 'TransportError';
  constructor(
    readonly code: TransportErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** What is known of a port before it is opened. */
export interface PortIdentity {
  /** Stable for as long as this port is plugged in; a replug may give another. */
  readonly key: string;
  readonly label: string;
  readonly usbVendorId?: number;
  readonly usbProductId?: number;
}

export interface SignalLines {
  readonly dataTerminalReady?: boolean;
  readonly requestToSend?: boolean;
}

export interface Transport {
  readonly port: PortIdentity;
  /** Opens at 8N1 without flow control. @throws TransportError `busy`, `lost`, `failed` */
  open(options: { readonly baudRate: number }): Promise<void>;
  /**
   * The next bytes, at least one. One call at a time. A pending read ends with `lost` when the device goes,
   * and with `aborted` when the transport is closed or the signal fires; no byte is dropped by an aborted read.
   */
  read(signal?: AbortSignal): Promise<Uint8Array>;
  /**
   * Resolves when the bytes were taken by the driver, which may be before they are on the wire. @throws TransportError
   * `lost`
   */
  write(bytes: Uint8Array): Promise<void>;
  /** Sets the named modem lines, leaves the others. No effect where the port has none. */
  setSignals(lines: SignalLines): Promise<void>;
  /** Idempotent, and never rejects: a port that cannot be closed is as good as lost. */
  close(): Promise<void>;
}

/**
 * Where ports come from. `watch` calls back at once with what is there, and again at every plug and unplug;
 * it returns a function that stops it.
 */
export interface PortSource {
  list(): Promise<readonly Transport[]>;
  watch(onChange: () => void): () => void;
}
