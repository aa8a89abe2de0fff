/**
 * One Web Serial port as a Transport. Knows the streams of the Web Serial API and their locks; knows nothing of the
 * display.
 *
 * Rules of that API that shape this file: `close()` rejects while a stream is locked; a read error that is not the loss
 * of the device (break, framing, overrun) leaves a fresh `readable` behind; a resolved `write()` may only mean queued;
 * and a lost device may show up as a read error, as a write error or only as the `disconnect` event. Errors are judged
 * by name.
 */
import { realClock } from '../../shared/util/clock.ts';
import { withDeadline } from '../../shared/util/deadline.ts';
import { hasErrorName, messageOf } from '../../shared/wire/errors.ts';
import { TransportError, type PortIdentity, type SignalLines, type Transport } from '../../shared/display/transport.ts';
import { ByteQueue } from './byte-queue.ts';

/** Bytes. The default of 255 overruns while the worker is busy with a picture. */
const BUFFER_BYTES = 8192;
/** Some drivers never answer; the session then treats the port as one that cannot be opened. */
const OPEN_DEADLINE_MS = 10_000;
const CLOSE_DEADLINE_MS = 3_000;

/** Read errors after which the port lives on (Web Serial, 4.5 "readable attribute"). */
const PASSING_READ_ERRORS = ['BreakError', 'BufferOverrunError', 'FramingError', 'ParityError'];

/** What lasts from one open to its close. */
interface OpenPort {
  readonly incoming: ByteQueue;
  pump: Promise<void>;
  reader?: ReadableStreamDefaultReader<Uint8Array>;
  /** Ends the write under way. */
  failWrite?: (error: TransportError) => void;
  lost: boolean;
  closing: boolean;
  readonly onDisconnect: () => void;
}

export class WebSerialTransport implements Transport {
  readonly #device: SerialPort;
  #open: OpenPort | undefined;
  #closing: Promise<void> = Promise.resolve();

  constructor(
    device: SerialPort,
    readonly port: PortIdentity,
  ) {
    this.#device = device;
  }

  async open({ baudRate }: { readonly baudRate: number }): Promise<void> {
    await this.#closing;
    if (this.#open) throw new TransportError('failed', 'The port is open already.');
    await this.#openDevice({ baudRate, bufferSize: BUFFER_BYTES });
    const open: OpenPort = {
      incoming: new ByteQueue(),
      pump: Promise.resolve(),
      lost: false,
      closing: false,
      onDisconnect: () => this.#lose(open),
    };
    this.#open = open;
    this.#device.addEventListener('disconnect', open.onDisconnect);
    open.pump = this.#readOn(open);
  }

  async read(signal?: AbortSignal): Promise<Uint8Array> {
    return this.#opened().incoming.take(signal);
  }

  async write(bytes: Uint8Array): Promise<void> {
    const open = this.#opened();
    if (open.lost || this.#device.writable === null) throw lostError();
    if (open.failWrite) throw new TransportError('failed', 'Another write is under way.');
    const writer = this.#device.writable.getWriter();
    try {
      await new Promise<void>((resolve, reject) => {
        open.failWrite = reject;
        // A failed write breaks the stream, and a port without a stream is unusable.
        writer.write(bytes).then(resolve, (error: unknown) => reject(lostError(error)));
      });
    } finally {
      delete open.failWrite;
      writer.releaseLock();
    }
  }

  async setSignals(lines: SignalLines): Promise<void> {
    const open = this.#opened();
    if (open.lost) throw lostError();
    try {
      await withDeadline(realClock, CLOSE_DEADLINE_MS, this.#device.setSignals(lines), undefined);
    } catch {
      // A port without modem lines says NetworkError, and so does one that was just pulled: the pump finds out which.
    }
  }

  close(): Promise<void> {
    const open = this.#open;
    if (open) {
      this.#open = undefined;
      this.#closing = this.#closePort(open);
    }
    return this.#closing;
  }

  #opened(): OpenPort {
    if (!this.#open) throw new TransportError('aborted', 'The port is closed.');
    return this.#open;
  }

  async #openDevice(options: SerialOptions): Promise<void> {
    const opening = this.#device.open(options);
    try {
      const opened = await withDeadline(realClock, OPEN_DEADLINE_MS, opening, 'late');
      if (opened === 'late') throw new Error(`The port did not open within ${OPEN_DEADLINE_MS / 1_000} s.`);
    } catch (error) {
      // It may still open after the deadline. It must be closed then, or the port stays busy.
      opening.then(
        () => this.#device.close().catch(() => undefined),
        () => undefined,
      );
      // Left open by a close that did not finish: the next try finds it closed.
      if (hasErrorName(error, 'InvalidStateError')) await this.#device.close().catch(() => undefined);
      throw this.#openError(error);
    }
  }

  #openError(error: unknown): TransportError {
    const message = messageOf(error);
    // Chrome has one name for "held by another program" and for "just pulled out".
    if (hasErrorName(error, 'NetworkError'))
      return this.#device.connected === false
        ? new TransportError('lost', message, { cause: error })
        : new TransportError('busy', message, { cause: error });
    return new TransportError('failed', message, { cause: error });
  }

  /** Reads until the port is lost or closed. Its last step releases the stream. */
  async #readOn(open: OpenPort): Promise<void> {
    while (!open.closing && !open.lost) {
      const readable = this.#device.readable;
      if (readable === null) {
        this.#lose(open);
        return;
      }
      const reader = readable.getReader();
      open.reader = reader;
      try {
        for (;;) {
          const { value, done } = await reader.read();
          if (done) {
            if (!open.closing) this.#lose(open);
            return;
          }
          if (value.length > 0) await open.incoming.put(value);
        }
      } catch (error) {
        if (!PASSING_READ_ERRORS.some((name) => hasErrorName(error, name))) this.#lose(open, error);
      } finally {
        delete open.reader;
        reader.releaseLock();
      }
    }
  }

  #lose(open: OpenPort, cause?: unknown): void {
    if (open.lost || open.closing) return;
    open.lost = true;
    open.incoming.end(lostError(cause));
    open.failWrite?.(lostError(cause));
  }

  async #closePort(open: OpenPort): Promise<void> {
    open.closing = true;
    this.#device.removeEventListener('disconnect', open.onDisconnect);
    const closed = new TransportError('aborted', 'The port was closed.');
    open.incoming.end(closed);
    open.failWrite?.(closed);
    const steps = async (): Promise<void> => {
      await open.reader?.cancel().catch(() => undefined);
      await open.pump;
      await this.#device.close();
    };
    await withDeadline(realClock, CLOSE_DEADLINE_MS, steps(), undefined).catch(() => undefined);
  }
}

function lostError(cause?: unknown): TransportError {
  const why = cause === undefined ? '' : ` (${messageOf(cause)})`;
  return new TransportError('lost', `The display was unplugged${why}.`, cause === undefined ? undefined : { cause });
}
