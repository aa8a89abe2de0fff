/**
 * A display as a unit report has it: the same answers to the same commands, and the same moments of deafness. Pictures
 * are counted and acknowledged in its own words. A port source, as a simulated unit is.
 */
import type { Clock } from '../util/clock.ts';
import { wireMs } from '../wire/display.ts';
import { TransportError, type PortIdentity, type PortSource, type Transport } from '../display/transport.ts';
import type { DisplayReport } from '../display/display-report.ts';
import { BYTES, habitsOf, keyOf, type RecordedAnswer, type DisplayHabits } from './display-habits.ts';

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
/** Unknown to every firmware, so that its answer is that to every unknown command. */
const UNKNOWN = 'test';

interface Reception {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly chunkBytes: number;
  received: number;
}

export class ReplayDisplay implements PortSource {
  /** Pictures that arrived whole, by slot. */
  readonly files = new Map<string, Uint8Array>();
  /** Lines that it heard, as they were sent. */
  readonly heard: string[] = [];
  readonly habits: DisplayHabits;
  readonly #clock: Clock;
  readonly #transport: Transport;
  /** How often each command was answered. */
  readonly #turns = new Map<string, number>();
  #life = new AbortController();
  #isHearing = false;
  #deafUntil = 0;
  #wireFreeAt = 0;
  #line = '';
  #reception: Reception | undefined;
  #waiting: Uint8Array[] = [];
  #reader: { resolve(bytes: Uint8Array): void; reject(error: Error): void } | undefined;

  constructor(report: DisplayReport, clock: Clock) {
    this.#clock = clock;
    this.habits = habitsOf(report);
    this.#transport = {
      port: identityOf(report),
      open: async ({ baudRate }) => this.#open(baudRate),
      read: (signal) => this.#read(signal),
      write: async (bytes) => this.#arrive(bytes.slice()),
      setSignals: async () => undefined,
      close: async () => this.#close(),
    };
  }

  list = async (): Promise<readonly Transport[]> => [this.#transport];

  watch(onChange: () => void): () => void {
    onChange();
    return () => undefined;
  }

  #open(baudRate: number): void {
    const { baud, bootMs, banner } = this.habits;
    this.#isHearing = baudRate === baud;
    this.#line = '';
    this.#reception = undefined;
    this.#waiting = [];
    this.#life = new AbortController();
    this.#deafUntil = this.#clock.now() + bootMs;
    this.#wireFreeAt = this.#clock.now();
    if (banner && this.#isHearing)
      this.#later(banner.delayMs + banner.text.length * this.#msPerByte, () => this.#deliver(banner.text));
  }

  #close(): void {
    this.#life.abort();
    this.#isHearing = false;
    this.#reader?.reject(new TransportError('aborted', 'The call was given up.'));
  }

  #read(signal?: AbortSignal): Promise<Uint8Array> {
    const next = this.#waiting.shift();
    if (next) return Promise.resolve(next);
    if (this.#life.signal.aborted || signal?.aborted)
      return Promise.reject(new TransportError('aborted', 'The call was given up.'));
    return new Promise((resolve, reject) => {
      const end = (): void => {
        this.#reader = undefined;
        signal?.removeEventListener('abort', abort);
      };
      const abort = (): void => this.#reader?.reject(new TransportError('aborted', 'The call was given up.'));
      this.#reader = { resolve: (bytes) => (end(), resolve(bytes)), reject: (error) => (end(), reject(error)) };
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  get #msPerByte(): number {
    return wireMs(1, this.habits.baud);
  }

  #later(ms: number, then: () => void): void {
    this.#clock.sleep(Math.max(0, ms), this.#life.signal).then(then, () => undefined);
  }

  /** A line or a piece of a picture is taken when its last byte is across; what began in a deaf moment is lost. */
  #arrive(bytes: Uint8Array): void {
    if (!this.#isHearing) return;
    const startsAt = Math.max(this.#wireFreeAt, this.#clock.now());
    this.#wireFreeAt = startsAt + bytes.length * this.#msPerByte;
    this.#later(this.#wireFreeAt - this.#clock.now(), () => {
      if (startsAt < this.#deafUntil) return;
      for (const byte of bytes) this.#takeByte(byte);
    });
  }

  #takeByte(byte: number): void {
    if (this.#reception) this.#takePictureByte(this.#reception, byte);
    else if (byte === LINE_FEED || byte === CARRIAGE_RETURN) {
      const line = this.#line;
      this.#line = '';
      if (line.trim() !== '') this.#obey(line.trim());
    } else this.#line += String.fromCharCode(byte);
  }

  #takePictureByte(reception: Reception, byte: number): void {
    reception.bytes[reception.received] = byte;
    reception.received += 1;
    const isWhole = reception.received === reception.bytes.length;
    if (!isWhole && reception.received % reception.chunkBytes !== 0) return;
    if (isWhole) {
      this.#reception = undefined;
      this.files.set(reception.name, reception.bytes);
    }
    this.#answer(BYTES);
    if (isWhole) this.#fallDeaf(BYTES);
  }

  #obey(line: string): void {
    this.heard.push(line);
    const key = keyOf(line);
    const [, name = '', total = '', chunkBytes = ''] = line.split('**');
    if (key === 'sending' && this.habits.answers.has(key))
      this.#reception = { name, bytes: new Uint8Array(Number(total)), chunkBytes: Number(chunkBytes), received: 0 };
    const known = this.habits.answers.has(key) ? key : UNKNOWN;
    this.#answer(known);
    this.#fallDeaf(known);
  }

  #fallDeaf(key: string): void {
    const ms = this.habits.deafMs.get(key) ?? 0;
    if (ms > 0) this.#deafUntil = this.#clock.now() + ms;
  }

  /** In the order of the recording; the last of them from then on. */
  #answer(key: string): void {
    const answers: readonly RecordedAnswer[] = this.habits.answers.get(key) ?? [];
    const turn = this.#turns.get(key) ?? 0;
    this.#turns.set(key, turn + 1);
    const answer = answers[Math.min(turn, answers.length - 1)];
    if (!answer) return;
    this.#later(answer.delayMs + answer.text.length * this.#msPerByte, () => this.#deliver(answer.text));
  }

  #deliver(text: string): void {
    const bytes = Uint8Array.from(text, (char) => char.charCodeAt(0));
    if (this.#reader) this.#reader.resolve(bytes);
    else this.#waiting.push(bytes);
  }
}

function identityOf({ port }: DisplayReport): PortIdentity {
  const { label, usb_vendor_id, usb_product_id } = port;
  return {
    key: 'replay',
    label,
    ...(usb_vendor_id === undefined ? {} : { usbVendorId: usb_vendor_id }),
    ...(usb_product_id === undefined ? {} : { usbProductId: usb_product_id }),
  };
}
