/**
 * One Web Serial port as a Transport. Knows the streams of the Web Serial API and their locks; knows nothing of the display.
 *
 * Rules of that API that shape this file: `close()` rejects while a stream is locked; a read error that is not the loss of the
 * device (break, framing, overrun) leaves a fresh `readable` behind; a resolved `write()` may only mean queued; and a lost
 * device may show up as a read error, as a write error or only as the `disconnect` event. Errors are judged by name.
 */
import { hasErrorName, messageOf } from '../../shared/wire/errors.ts';
import { TransportError, type PortIdentity, type SignalLines, type Transport } from '../../shared/display/transport.ts';
import { Inbox } from './byte-queue.ts';
import { within } from './deadline.ts';

/** Bytes. The default of 255 overruns while the worker is busy with a picture. */
const BUFFER_BYTES = 8192;
/** Some drivers never answer; the session then treats the port as one that cannot be opened. */
const OPEN_DEADLINE_MS = 10_000;
const CLOSE_DEADLINE_MS = 3_000;

/** Read errors after which the port lives on (Web Serial, 4.5 "readable attribute"). */
const PASSING_READ_ERRORS = ['BreakError', 'BufferOverrunError', 'FramingError', 'ParityError'];

/** What lasts from one open to its close. */
interface Link {
  readonly inbox: Inbox;
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
  #link: Link | undefined;
  #closing: Promise<void> = Promise.resolve();

  constructor(
    device: SerialPort,
    readonly port: PortIdentity,
  ) {
    this.#device = device;
  }

  async open({ baudRate }: { readonly baudRate: number }): Promise<void> {
    await this.#closing;
    if (this.#link) throw new TransportError('failed', 'The port is open already.');
    await this.#openDevice({ baudRate, bufferSize: BUFFER_BYTES });
    const link: Link = {
      inbox: new Inbox(),
      pump: Promise.resolve(),
      lost: false,
      closing: false,
      onDisconnect: () => this.#lose(link),
    };
    this.#link = link;
    this.#device.addEventListener('disconnect', link.onDisconnect);
    link.pump = this.#readOn(link);
  }

  async read(signal?: AbortSignal): Promise<Uint8Array> {
    return this.#opened().inbox.take(signal);
  }

  async write(bytes: Uint8Array): Promise<void> {
    const link = this.#opened();
    if (link.lost || this.#device.writable === null) throw lostError();
    if (link.failWrite) throw new TransportError('failed', 'Another write is under way.');
    const writer = this.#device.writable.getWriter();
    try {
      await new Promise<void>((resolve, reject) => {
        link.failWrite = reject;
        // A write that fails takes the stream with it; without a stream the port is as good as gone.
        writer.write(bytes).then(resolve, (error: unknown) => reject(lostError(error)));
      });
    } finally {
      delete link.failWrite;
      writer.releaseLock();
    }
  }

  async setSignals(lines: SignalLines): Promise<void> {
    const link = this.#opened();
    if (link.lost) throw lostError();
    try {
      await within(CLOSE_DEADLINE_MS, this.#device.setSignals(lines));
    } catch {
      // A port without modem lines says NetworkError, and so does one that was just pulled: the pump finds out which.
    }
  }

  close(): Promise<void> {
    const link = this.#link;
    if (link) {
      this.#link = undefined;
      this.#closing = this.#closeLink(link);
    }
    return this.#closing;
  }

  #opened(): Link {
    if (!this.#link) throw new TransportError('aborted', 'The port is closed.');
    return this.#link;
  }

  async #openDevice(options: SerialOptions): Promise<void> {
    const opening = this.#device.open(options);
    try {
      await within(OPEN_DEADLINE_MS, opening);
    } catch (error) {
      // It may still open when nobody waits any more; an open port that nobody owns would be busy for good.
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

  /** Reads until the port goes or is closed; its last step lets go of the stream. */
  async #readOn(link: Link): Promise<void> {
    while (!link.closing && !link.lost) {
      const readable = this.#device.readable;
      if (readable === null) {
        this.#lose(link);
        return;
      }
      const reader = readable.getReader();
      link.reader = reader;
      try {
        for (;;) {
          const { value, done } = await reader.read();
          if (done) {
            if (!link.closing) this.#lose(link);
            return;
          }
          if (value.length > 0) await link.inbox.put(value);
        }
      } catch (error) {
        if (!PASSING_READ_ERRORS.some((name) => hasErrorName(error, name))) this.#lose(link, error);
      } finally {
        delete link.reader;
        reader.releaseLock();
      }
    }
  }

  #lose(link: Link, cause?: unknown): void {
    if (link.lost || link.closing) return;
    link.lost = true;
    link.inbox.end(lostError(cause));
    link.failWrite?.(lostError(cause));
  }

  async #closeLink(link: Link): Promise<void> {
    link.closing = true;
    this.#device.removeEventListener('disconnect', link.onDisconnect);
    const closed = new TransportError('aborted', 'The port was closed.');
    link.inbox.end(closed);
    link.failWrite?.(closed);
    const steps = async (): Promise<void> => {
      await link.reader?.cancel().catch(() => undefined);
      await link.pump;
      await this.#device.close();
    };
    await within(CLOSE_DEADLINE_MS, steps()).catch(() => undefined);
  }
}

function lostError(cause?: unknown): TransportError {
  const why = cause === undefined ? '' : ` (${messageOf(cause)})`;
  return new TransportError('lost', `The display was unplugged${why}.`, cause === undefined ? undefined : { cause });
}
