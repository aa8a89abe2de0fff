/**
 * A queue of bytes between the pump that reads the port and the driver that takes them. An aborted `take` loses none.
 */
import { TransportError } from '../../shared/display/transport.ts';

/** Above this the pump waits, so that a chattering device cannot fill the memory; in bytes. */
const FULL_BYTES = 64 * 1024;

interface Taker {
  resolve(bytes: Uint8Array): void;
  reject(error: TransportError): void;
}

export class ByteQueue {
  #parts: Uint8Array[] = [];
  #bytes = 0;
  #taker: Taker | undefined;
  #endedBy: TransportError | undefined;
  #onRoom: (() => void) | undefined;

  /** Resolves when there is room for more. */
  async put(bytes: Uint8Array): Promise<void> {
    if (this.#endedBy) return;
    this.#parts.push(bytes);
    this.#bytes += bytes.length;
    if (this.#taker) this.#taker.resolve(this.#takeAll());
    if (this.#bytes >= FULL_BYTES) await new Promise<void>((resolve) => (this.#onRoom = resolve));
  }

  /** All that is there, at least one byte. What arrived before the end is still handed out, then the end's error. */
  take(signal?: AbortSignal): Promise<Uint8Array> {
    if (this.#taker) return Promise.reject(new TransportError('failed', 'Another read is under way.'));
    if (signal?.aborted) return Promise.reject(abortedError());
    if (this.#bytes > 0) return Promise.resolve(this.#takeAll());
    if (this.#endedBy) return Promise.reject(this.#endedBy);
    return new Promise((resolve, reject) => {
      const finish = (): void => {
        signal?.removeEventListener('abort', onAbort);
        this.#taker = undefined;
      };
      const onAbort = (): void => {
        finish();
        reject(abortedError());
      };
      this.#taker = {
        resolve: (bytes) => (finish(), resolve(bytes)),
        reject: (error) => (finish(), reject(error)),
      };
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  end(error: TransportError): void {
    if (this.#endedBy) return;
    this.#endedBy = error;
    this.#taker?.reject(error);
    this.#onRoom?.();
  }

  #takeAll(): Uint8Array {
    const all = new Uint8Array(this.#bytes);
    let at = 0;
    for (const part of this.#parts) {
      all.set(part, at);
      at += part.length;
    }
    this.#parts = [];
    this.#bytes = 0;
    this.#onRoom?.();
    this.#onRoom = undefined;
    return all;
  }
}

const abortedError = (): TransportError => new TransportError('aborted', 'The read was given up.');
