/**
 * A display by other hands: shares no line with shared/simulator and knows the protocol from the maker's documents
 * alone. It answers `stoprotation`, then hears nothing for 0.2 s; a word that falls into this window is gone. A driver
 * that takes the silence for a display that is counting bytes begins again with `stoprotation`, for ever.
 */
import type { Clock } from '../../../shared/util/clock.ts';
import { TransportError, type PortSource, type Transport } from '../../../shared/display/transport.ts';

const BAUD_RATE = 9_600;
const MS_PER_BYTE = 10_000 / BAUD_RATE;
const DEAF_MS = 200;
const MODEL = 'DQR-222 firmware 2.1.4';

interface Reception {
  readonly bytes: number[];
  readonly total: number;
  readonly chunkBytes: number;
}

export class ForeignDisplay implements PortSource {
  /** The last picture that arrived whole. */
  picture: Uint8Array | undefined;
  rotating = true;
  /** Lines that it heard. */
  readonly heard: string[] = [];
  readonly #clock: Clock;
  readonly #transport: Transport;
  #isOpenAtItsSpeed = false;
  #wireFreeAt = 0;
  #deafUntil = 0;
  #line = '';
  #reception: Reception | undefined;
  #waiting: number[] = [];
  #reader: { resolve(bytes: Uint8Array): void; reject(error: Error): void } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#transport = {
      port: { key: 'foreign', label: 'USB-SERIAL CH340', usbVendorId: 0x1a86, usbProductId: 0x7523 },
      open: async ({ baudRate }) => void (this.#isOpenAtItsSpeed = baudRate === BAUD_RATE),
      read: (signal) => this.#read(signal),
      write: async (bytes) => this.#arrive(bytes),
      setSignals: async () => undefined,
      close: async () => {
        this.#isOpenAtItsSpeed = false;
        this.#reader?.reject(new TransportError('aborted', 'closed'));
      },
    };
  }

  list = async (): Promise<readonly Transport[]> => [this.#transport];

  watch(onChange: () => void): () => void {
    onChange();
    return () => undefined;
  }

  #read(signal?: AbortSignal): Promise<Uint8Array> {
    if (this.#waiting.length > 0) return Promise.resolve(Uint8Array.from(this.#waiting.splice(0)));
    return new Promise((resolve, reject) => {
      const end = (): void => {
        this.#reader = undefined;
        signal?.removeEventListener('abort', abort);
      };
      const abort = (): void => this.#reader?.reject(new TransportError('aborted', 'given up'));
      this.#reader = {
        resolve: (bytes) => (end(), resolve(bytes)),
        reject: (error) => (end(), reject(error)),
      };
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  /** Each byte when its stop bit has passed. */
  #arrive(bytes: Uint8Array): void {
    const copy = bytes.slice();
    this.#wireFreeAt = Math.max(this.#wireFreeAt, this.#clock.now());
    for (const [index, byte] of copy.entries()) {
      const dueMs = this.#wireFreeAt + (index + 1) * MS_PER_BYTE - this.#clock.now();
      void this.#clock.sleep(dueMs).then(() => this.#takeByte(byte));
    }
    this.#wireFreeAt += copy.length * MS_PER_BYTE;
  }

  #takeByte(byte: number): void {
    if (!this.#isOpenAtItsSpeed || this.#clock.now() < this.#deafUntil) return;
    if (this.#reception) this.#takePictureByte(this.#reception, byte);
    else if (byte === 10) {
      const line = this.#line.trim();
      this.#line = '';
      if (line !== '') this.#obey(line);
    } else this.#line += String.fromCharCode(byte);
  }

  #takePictureByte(reception: Reception, byte: number): void {
    reception.bytes.push(byte);
    const isWhole = reception.bytes.length === reception.total;
    if (!isWhole && reception.bytes.length % reception.chunkBytes !== 0) return;
    if (isWhole) {
      this.#reception = undefined;
      this.picture = Uint8Array.from(reception.bytes);
    }
    this.#say('ok');
  }

  #obey(line: string): void {
    this.heard.push(line);
    const [word, , total, chunkBytes] = line.split('**');
    if (word === 'stoprotation') {
      this.rotating = false;
      this.#say('Rotation mode stopped.');
      this.#deafUntil = this.#clock.now() + DEAF_MS;
    } else if (word === 'startrotation') {
      this.rotating = true;
      this.#say('Command received. Starting rotation mode...');
    } else if (word === 'sending') {
      this.#reception = { bytes: [], total: Number(total), chunkBytes: Number(chunkBytes) };
      this.#say('start', 'exit');
    } else this.#say(MODEL);
  }

  #say(...lines: string[]): void {
    const bytes = [...lines.map((line) => `${line}\r\n`).join('')].map((char) => char.charCodeAt(0));
    void this.#clock.sleep(bytes.length * MS_PER_BYTE).then(() => {
      if (!this.#isOpenAtItsSpeed) return;
      this.#waiting.push(...bytes);
      this.#reader?.resolve(Uint8Array.from(this.#waiting.splice(0)));
    });
  }
}
