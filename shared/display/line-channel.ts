/**
 * Lines out, lines in, over a transport: one request at a time, every wait with a deadline counted from the moment when
 * the last byte can have left the wire. Knows how long bytes take; knows no command of the display.
 */
import type { Clock } from '../util/clock.ts';
import { wireMs } from '../wire/display.ts';
import { DisplayError, toDisplayError } from './display-error.ts';
import { isAck } from './reply-lines.ts';
import type { Transport } from './transport.ts';

/**
 * A line whose end does not come within this time is looked at as it is, because some firmware prints without line
 * ends.
 */
const UNENDED_LINE_MS = 250;
/**
 * The same for what is a whole answer as it stands: firmware that says its OK without a line end says it after each
 * chunk.
 */
const UNENDED_ACK_MS = 40;
/** Timers may fire a little early, and a wait for the rest of nothing would spin; in ms. */
const SHORTEST_WAIT_MS = 1;
/** A write that the driver has not taken this long after its wire time will not be taken. */
const WRITE_GRACE_MS = 2_000;

export interface WaitOptions {
  /** On top of the time that the bytes written so far need on the wire. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** What was waited for, for the error's sentence. */
  readonly what: string;
}

/** Called with everything that arrives, what is discarded afterwards too. */
export interface LineListeners {
  readonly onLine?: (line: string) => void;
  /** After any bytes, whether or not they made a line. */
  readonly onBytes?: () => void;
}

export class LineChannel {
  readonly #transport: Transport;
  readonly #clock: Clock;
  readonly #msPerByte: number;
  readonly #listeners: LineListeners;
  readonly #reading = new AbortController();
  readonly #decoder = new TextDecoder('latin1');
  #readLoop: Promise<void> | undefined;
  #lines: string[] = [];
  #unended = '';
  #receivedAt: number;
  #receivedBytes = 0;
  #receivedText = false;
  #wireFreeAt = 0;
  #failure: DisplayError | undefined;
  #wake: (() => void) | undefined;

  constructor(transport: Transport, clock: Clock, baudRate: number, ears: LineListeners = {}) {
    this.#listeners = ears;
    this.#transport = transport;
    this.#clock = clock;
    this.#msPerByte = wireMs(1, baudRate);
    this.#receivedAt = clock.now();
  }

  /** Bytes since the last discard; noise counts. */
  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  /** Whether a printable line came since the last discard. */
  get receivedText(): boolean {
    return this.#receivedText;
  }

  /** When the last byte that was written will have left the wire, on the clock. */
  get wireFreeAt(): number {
    return Math.max(this.#wireFreeAt, this.#clock.now());
  }

  /** Since our last byte left the wire. */
  get silentMs(): number {
    return Math.max(0, this.#clock.now() - this.#wireFreeAt);
  }

  wireMs(bytes: number): number {
    return bytes * this.#msPerByte;
  }

  /** Starts to listen; `onLost` is called once, when the device goes. */
  listen(onLost: (error: DisplayError) => void): void {
    this.#readLoop = this.#read(onLost);
  }

  /** Ends listening. The transport stays open. */
  async stop(): Promise<void> {
    this.#reading.abort();
    this.#fail(new DisplayError('aborted', 'The channel was closed.'));
    await this.#readLoop;
  }

  /** Forgets what the device said so far. */
  discard(): void {
    this.#lines = [];
    this.#unended = '';
    this.#receivedBytes = 0;
    this.#receivedText = false;
  }

  /**
   * Hands bytes to the driver. @throws DisplayError `lost`, `no_reply` when the driver does not take them, `aborted`
   */
  async write(bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
    this.#throwIfOver(signal);
    const took = this.wireMs(bytes.length);
    this.#wireFreeAt = this.wireFreeAt + took;
    const timeoutMs = this.#wireFreeAt - this.#clock.now() + WRITE_GRACE_MS;
    await this.#within(timeoutMs, signal, 'the port to take the bytes', this.#transport.write(bytes));
  }

  async writeLine(text: string, signal?: AbortSignal): Promise<void> {
    await this.write(
      Uint8Array.from(`${text}\n`, (char) => char.charCodeAt(0)),
      signal,
    );
  }

  /**
   * The first answer that `look` finds in a line. Lines that it passes over are gone. @throws DisplayError `no_reply`,
   * `lost`, `aborted`
   */
  async nextLine<T>(look: (line: string) => T | undefined, { timeoutMs, signal, what }: WaitOptions): Promise<T> {
    const deadline = this.wireFreeAt + timeoutMs;
    for (;;) {
      this.#throwIfOver(signal);
      for (let line = this.#lines.shift(); line !== undefined; line = this.#lines.shift()) {
        const found = look(line);
        if (found !== undefined) return found;
      }
      const now = this.#clock.now();
      let waitMs = deadline - now;
      if (this.#unended.trim() !== '') {
        const quietMs = now - this.#receivedAt;
        const unendedMs = isAck(this.#unended.trim()) ? UNENDED_ACK_MS : UNENDED_LINE_MS;
        const found = quietMs >= unendedMs ? look(printable(this.#unended)) : undefined;
        if (found !== undefined) {
          this.#unended = '';
          return found;
        }
        if (quietMs < unendedMs) waitMs = Math.min(waitMs, unendedMs - quietMs);
      }
      if (now >= deadline) throw new DisplayError('no_reply', `No reply within ${Math.round(timeoutMs)} ms: ${what}.`);
      await this.#sleepOrWake(waitMs, signal);
    }
  }

  /**
   * Resolves this long before the last byte that was written will have left the wire. Lines heard meanwhile are passed
   * on. @throws DisplayError `lost`, `aborted`
   */
  async waitUntilNearlyFree(earlyMs: number, pass: (line: string) => void, signal?: AbortSignal): Promise<void> {
    for (;;) {
      this.#throwIfOver(signal);
      for (const line of this.#lines.splice(0)) pass(line);
      const waitMs = this.#wireFreeAt - earlyMs - this.#clock.now();
      if (waitMs <= 0) return;
      await this.#sleepOrWake(waitMs, signal);
    }
  }

  /** Resolves once nothing was heard for `quietMs`, or after `atMostMs`. */
  async waitUntilQuiet(quietMs: number, atMostMs: number, signal?: AbortSignal): Promise<void> {
    const deadline = this.#clock.now() + atMostMs;
    for (;;) {
      this.#throwIfOver(signal);
      const now = this.#clock.now();
      const since = Math.max(this.#receivedAt, this.#wireFreeAt);
      if (now - since >= quietMs || now >= deadline) return;
      await this.#sleepOrWake(Math.min(deadline, since + quietMs) - now, signal);
    }
  }

  async #read(onLost: (error: DisplayError) => void): Promise<void> {
    try {
      for (;;) this.#receive(await this.#transport.read(this.#reading.signal));
    } catch (error) {
      if (this.#reading.signal.aborted) return;
      // A read that ends although nobody asked it to is a device that went, whatever the driver calls it.
      const lost = new DisplayError('lost', toDisplayError(error).message, { cause: error });
      this.#fail(lost);
      onLost(lost);
    }
  }

  #receive(bytes: Uint8Array): void {
    this.#receivedAt = this.#clock.now();
    this.#receivedBytes += bytes.length;
    const pieces = (this.#unended + this.#decoder.decode(bytes)).split(/[\r\n]+/);
    this.#unended = pieces.pop() ?? '';
    for (const piece of pieces) {
      const line = printable(piece);
      if (line === '') continue;
      this.#receivedText ||= isText(piece);
      this.#lines.push(line);
      this.#listeners.onLine?.(line);
    }
    this.#listeners.onBytes?.();
    this.#wake?.();
  }

  #fail(error: DisplayError): void {
    this.#failure ??= error;
    this.#wake?.();
  }

  #throwIfOver(signal: AbortSignal | undefined): void {
    if (this.#failure) throw this.#failure;
    if (signal?.aborted) throw new DisplayError('aborted', 'The request was given up.', { cause: signal.reason });
  }

  /** Resolves after `ms`, or sooner when something was heard, the channel broke or the signal fired. */
  #sleepOrWake(ms: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const timer = new AbortController();
      const done = (): void => {
        this.#wake = undefined;
        signal?.removeEventListener('abort', done);
        timer.abort();
        resolve();
      };
      this.#wake = done;
      signal?.addEventListener('abort', done, { once: true });
      this.#clock.sleep(Math.max(SHORTEST_WAIT_MS, ms), timer.signal).then(done, () => undefined);
    });
  }

  async #within(timeoutMs: number, signal: AbortSignal | undefined, what: string, work: Promise<void>): Promise<void> {
    let state: 'waiting' | 'done' | { readonly error: unknown } = 'waiting';
    const finish = (next: typeof state): void => {
      state = next;
      this.#wake?.();
    };
    work.then(
      () => finish('done'),
      (error: unknown) => finish({ error }),
    );
    const deadline = this.#clock.now() + timeoutMs;
    // A write that was taken in the same breath needs no timer.
    await Promise.resolve();
    await Promise.resolve();
    for (;;) {
      const now = state as 'waiting' | 'done' | { readonly error: unknown };
      if (now === 'done') return;
      if (now !== 'waiting') throw this.#failure ?? toDisplayError(now.error);
      this.#throwIfOver(signal);
      const left = deadline - this.#clock.now();
      if (left <= 0) throw new DisplayError('no_reply', `No reply within ${Math.round(timeoutMs)} ms: ${what}.`);
      await this.#sleepOrWake(left, signal);
    }
  }
}

/** Bytes that are no ASCII text are dropped, so that noise on the line does not hide an answer. */
const printable = (text: string): string => text.replace(/[^ -~]/g, '').trim();

/** Mostly ASCII: said by somebody at this speed, not noise from another. */
const isText = (text: string): boolean => printable(text).length * 2 > text.trim().length;
