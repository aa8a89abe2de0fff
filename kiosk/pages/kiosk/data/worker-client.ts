/** The page's side of the messages between page and worker. Knows nothing of their meaning. */
import type { AskResult, FromWorker, ToWorker } from '../../../worker/messages.ts';

type Ask = Extract<ToWorker, { kind: 'ask' }>['what'];

/** A test card takes a few seconds at 9600 baud, a restart up to three boots. */
const ASK_DEADLINE_MS = 60_000;
/** A check takes two minutes at most, and may wait for a boot. */
const CHECK_DEADLINE_MS = 150_000;

export class WorkerClient {
  readonly #worker: Worker;
  readonly #asked = new Map<number, (result: AskResult) => void>();
  #nextId = 1;

  constructor(worker: Worker, onMessage: (message: FromWorker) => void, onCrash: (sentence: string) => void) {
    this.#worker = worker;
    worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
      if (data.kind === 'answer') this.#asked.get(data.id)?.(data.result);
      onMessage(data);
    });
    worker.addEventListener('error', (event) => onCrash(event.message || 'The worker could not be loaded.'));
  }

  send(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  ask(what: Ask): Promise<AskResult> {
    const id = this.#nextId++;
    return new Promise((resolve) => {
      const answer = (result: AskResult): void => {
        clearTimeout(timer);
        this.#asked.delete(id);
        resolve(result);
      };
      const timer = setTimeout(
        () => answer({ ok: false, why: 'too_long', sentence: 'This takes too long.' }),
        what === 'check_display' ? CHECK_DEADLINE_MS : ASK_DEADLINE_MS,
      );
      this.#asked.set(id, answer);
      this.send({ kind: 'ask', id, what });
    });
  }

  terminate(): void {
    this.#worker.terminate();
    for (const answer of [...this.#asked.values()])
      answer({ ok: false, why: 'restarted', sentence: 'The kiosk was restarted.' });
  }
}
