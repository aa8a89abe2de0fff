/**
 * A Transport on `serialport`: COM ports on Windows, ttys on Linux. Knows the library's quirks; knows nothing of the
 * display.
 */
import { SerialPort } from 'serialport';
import { realClock } from '../../shared/util/clock.ts';
import { withDeadline } from '../../shared/util/deadline.ts';
import { messageOf } from '../../shared/wire/errors.ts';
import {
  TransportError,
  type PortIdentity,
  type SignalLines,
  type Transport,
  type TransportErrorCode,
} from '../../shared/display/transport.ts';

/** A driver that needs longer than this to close has lost its device. */
const CLOSE_TIMEOUT_MS = 2_000;

interface PendingRead {
  resolve(bytes: Uint8Array): void;
  reject(error: TransportError): void;
}

export class NodeSerialTransport implements Transport {
  readonly #path: string;
  #serial: SerialPort | undefined;
  #arrived: Uint8Array[] = [];
  #read: PendingRead | undefined;
  /** Ends writes whose callback the library never calls because the device went away. */
  readonly #writes = new Set<(error: TransportError) => void>();
  #lost = false;
  #dtr = true;
  #rts = true;

  /** @param path what the system calls the port: `COM5`, `/dev/ttyUSB0` */
  constructor(
    readonly port: PortIdentity,
    path: string,
  ) {
    this.#path = path;
  }

  async open({ baudRate }: { readonly baudRate: number }): Promise<void> {
    if (this.#serial) throw new TransportError('failed', 'The port is open already.');
    const serial = new SerialPort({
      path: this.#path,
      baudRate,
      dataBits: 8,
      stopBits: 1,
      parity: 'none',
      autoOpen: false,
    });
    // Without a listener an error event would end the program; what it means is told by `close` and by the callbacks.
    serial.on('error', () => undefined);
    serial.on('data', (bytes: Buffer) => this.#hear(serial, bytes));
    serial.on('close', (reason: Error | null) => this.#onClosed(serial, reason));
    this.#serial = serial;
    this.#lost = false;
    this.#arrived = [];
    this.#dtr = true;
    this.#rts = true;
    await new Promise<void>((resolve, reject) =>
      serial.open((error) => {
        if (error === null) return resolve();
        if (this.#serial === serial) this.#serial = undefined;
        reject(openError(error));
      }),
    );
    // On Windows the library opens with DTR raised and RTS low. Browsers raise both, and behind a bridge that
    // difference is the boot-mode pin of the ESP32 (docs/protocol.md).
    await this.#applySignals();
  }

  read(signal?: AbortSignal): Promise<Uint8Array> {
    if (this.#read) return Promise.reject(new TransportError('failed', 'Another read is under way.'));
    if (signal?.aborted) return Promise.reject(abortedError());
    const bytes = this.#takeArrived();
    if (bytes) return Promise.resolve(bytes);
    if (this.#lost) return Promise.reject(lostError());
    if (!this.#serial) return Promise.reject(abortedError());
    return new Promise((resolve, reject) => {
      const onAbort = (): void => this.#read?.reject(abortedError());
      const end = (): void => {
        signal?.removeEventListener('abort', onAbort);
        this.#read = undefined;
      };
      this.#read = {
        resolve: (value) => (end(), resolve(value)),
        reject: (error) => (end(), reject(error)),
      };
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  write(bytes: Uint8Array): Promise<void> {
    const serial = this.#serial;
    if (this.#lost) return Promise.reject(lostError());
    if (!serial) return Promise.reject(abortedError());
    return new Promise((resolve, reject) => {
      const giveUp = (error: TransportError): void => {
        this.#writes.delete(giveUp);
        reject(error);
      };
      this.#writes.add(giveUp);
      // The library keeps a reference until the bytes are gone; the caller may reuse its buffer before that.
      serial.write(Buffer.from(bytes), (error) => {
        if (error) return giveUp(this.#serial === serial ? lostError(error) : abortedError());
        this.#writes.delete(giveUp);
        resolve();
      });
    });
  }

  async setSignals(lines: SignalLines): Promise<void> {
    if (this.#lost) throw lostError();
    if (!this.#serial) throw abortedError();
    this.#dtr = lines.dataTerminalReady ?? this.#dtr;
    this.#rts = lines.requestToSend ?? this.#rts;
    await this.#applySignals();
  }

  async close(): Promise<void> {
    const serial = this.#serial;
    this.#serial = undefined;
    this.#arrived = [];
    this.#endPending(abortedError());
    if (!serial?.isOpen) return;
    const closed = new Promise<void>((resolve) => serial.close(() => resolve()));
    await withDeadline(realClock, CLOSE_TIMEOUT_MS, closed, undefined);
  }

  /**
   * The library sets every line it is not told about to a default, so both are always named. A port without lines
   * refuses; that is fine.
   */
  async #applySignals(): Promise<void> {
    const serial = this.#serial;
    if (!serial) return;
    await new Promise<void>((resolve) => serial.set({ dtr: this.#dtr, rts: this.#rts }, () => resolve()));
  }

  #hear(serial: SerialPort, bytes: Buffer): void {
    if (this.#serial !== serial) return;
    // A copy: the library's buffers are slices of a pool.
    this.#arrived.push(Uint8Array.from(bytes));
    if (!this.#read) return;
    const all = this.#takeArrived();
    if (all) this.#read.resolve(all);
  }

  #onClosed(serial: SerialPort, reason: Error | null): void {
    if (this.#serial !== serial) return;
    this.#serial = undefined;
    this.#lost = true;
    this.#endPending(lostError(reason ?? undefined));
  }

  #endPending(error: TransportError): void {
    this.#read?.reject(error);
    for (const giveUp of [...this.#writes]) giveUp(error);
  }

  #takeArrived(): Uint8Array | undefined {
    const [first, ...more] = this.#arrived;
    if (!first) return undefined;
    this.#arrived = [];
    return more.length === 0 ? first : Uint8Array.from(Buffer.concat([first, ...more]));
  }
}

/** The library reports by sentence; these words come from its C++ sources for Windows and for Unix. */
const OPEN_ERRORS: readonly (readonly [RegExp, TransportErrorCode])[] = [
  [/access denied|cannot lock port|resource busy/i, 'busy'],
  [/file not found|no such file|no such device|input\/output error/i, 'lost'],
];

function openError(error: Error): TransportError {
  const code = OPEN_ERRORS.find(([words]) => words.test(error.message))?.[1] ?? 'failed';
  const sentence =
    code === 'busy' ? 'Another program holds the port.' : code === 'lost' ? 'The port is gone.' : messageOf(error);
  return new TransportError(code, sentence, { cause: error });
}
const lostError = (cause?: unknown): TransportError =>
  new TransportError('lost', 'The display was unplugged.', cause === undefined ? undefined : { cause });
const abortedError = (): TransportError => new TransportError('aborted', 'The call was given up.');
