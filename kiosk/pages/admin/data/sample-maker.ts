/** Asks the sample worker for pictures. The worker starts with the first request and ends with `stop`. */
import type { PictureSettings } from '../../../../shared/wire/picture.ts';
import type { SampleAnswer, SampleRequest } from '../../../worker/messages.ts';

/** A large code at level H takes about a second, and many times that on a PC that is busy with other things. */
const DEADLINE_MS = 60_000;

export class SampleMaker {
  #worker: Worker | undefined;
  #lastId = 0;

  /** @throws Error with a sentence when the picture cannot be made, takes too long or `signal` fires */
  make(settings: PictureSettings, baudRate: number, signal: AbortSignal): Promise<Uint8Array> {
    const worker = (this.#worker ??= new Worker(new URL('../../../worker/sample-worker.ts', import.meta.url), {
      type: 'module',
      name: 'sample',
    }));
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      const over = AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]);
      const onMessage = ({ data }: MessageEvent<SampleAnswer>): void => {
        if (data.id !== id) return;
        finish();
        if (data.kind === 'made') resolve(data.jpeg);
        else reject(new Error(data.sentence));
      };
      const onAbort = (): void => {
        finish();
        reject(new Error('The sample was not made in time.'));
      };
      const finish = (): void => {
        worker.removeEventListener('message', onMessage);
        over.removeEventListener('abort', onAbort);
      };
      worker.addEventListener('message', onMessage);
      over.addEventListener('abort', onAbort);
      worker.postMessage({ id, settings, baudRate } satisfies SampleRequest);
    });
  }

  stop(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
  }
}
