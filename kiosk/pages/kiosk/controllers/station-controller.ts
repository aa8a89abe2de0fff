/**
 * Runs the worker for its host element: starts it, folds its messages into a view, starts another one after a crash
 * or a long silence.
 */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { unknownStation, withLog, withMessage, type StationView } from '../data/station-view.ts';
import { WorkerClient } from '../data/worker-client.ts';
import type { Asked, FromWorker, ToWorker } from '../../../worker/messages.ts';

export type StartMessage = Extract<ToWorker, { kind: 'start' }>;

const RESTART_AFTER_MS = 3_000;
/** Polls come every 2 s, even failing ones say something within their 9 s; a worker this silent is gone. */
const SILENT_MS = 90_000;
const WATCH_EVERY_MS = 15_000;

export class StationController implements ReactiveController {
  view: StationView = unknownStation;
  readonly #host: ReactiveControllerHost;
  readonly #makeWorker: () => Worker;
  readonly #onView: (view: StationView) => void;
  #client: WorkerClient | undefined;
  #start: StartMessage | undefined;
  #heardAt = 0;
  #restart: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setInterval> | undefined;

  constructor(host: ReactiveControllerHost, makeWorker: () => Worker, onView: (view: StationView) => void) {
    this.#host = host;
    this.#makeWorker = makeWorker;
    this.#onView = onView;
    host.addController(this);
  }

  hostConnected(): void {
    this.#watch = setInterval(() => this.#checkAlive(), WATCH_EVERY_MS);
  }

  hostDisconnected(): void {
    clearInterval(this.#watch);
    clearTimeout(this.#restart);
    this.#client?.terminate();
    this.#client = undefined;
  }

  get running(): boolean {
    return this.#client !== undefined;
  }

  start(message: StartMessage): void {
    this.#start = message;
    this.#client?.terminate();
    this.#heardAt = performance.now();
    this.#client = new WorkerClient(
      this.#makeWorker(),
      (answer) => this.#heard(answer),
      (sentence) => this.#crashed(sentence),
    );
    this.#client.send(message);
  }

  /** Another page drives the display now. Its port is free as soon as the worker is gone. */
  stop(): void {
    if (!this.#client) return;
    clearTimeout(this.#restart);
    this.#client.terminate();
    this.#client = undefined;
    this.#start = undefined;
    // The log stays, for a search after a fault.
    this.#show({ ...unknownStation, log: this.view.log });
  }

  send(message: ToWorker): void {
    // The next worker starts with the new name and key.
    if (message.kind === 'provision' && this.#start) this.#start = provisioned(this.#start, message);
    this.#client?.send(message);
  }

  async ask(what: Asked): ReturnType<WorkerClient['ask']> {
    const client = this.#client;
    if (!client) return { ok: false, why: 'not_started', sentence: 'The kiosk has not started yet.' };
    const result = await client.ask(what);
    if (!result.ok) this.#log('ask_failed', `${what}: ${result.sentence}`);
    return result;
  }

  #heard(message: FromWorker): void {
    this.#heardAt = performance.now();
    this.#show(withMessage(this.view, message, new Date()));
    if (message.kind === 'broken') this.#crashed(message.sentence);
  }

  #crashed(sentence: string): void {
    this.#log('worker_crashed', sentence);
    clearTimeout(this.#restart);
    this.#restart = setTimeout(() => this.#startAgain(), RESTART_AFTER_MS);
  }

  #checkAlive(): void {
    if (!this.#client || performance.now() - this.#heardAt < SILENT_MS) return;
    this.#log('worker_silent', 'The worker does not answer and is started again.');
    this.#startAgain();
  }

  #startAgain(): void {
    if (!this.#start) return;
    const { broken: _before, ...view } = this.view;
    this.#show(view);
    this.start(this.#start);
  }

  #log(event: string, text: string): void {
    this.#show(withLog(this.view, { at: new Date().toISOString(), level: 'error', event, text }));
  }

  #show(view: StationView): void {
    this.view = view;
    this.#onView(view);
    this.#host.requestUpdate();
  }
}

/** An empty key takes the old one away. */
function provisioned(
  { enrolKey: before, ...start }: StartMessage,
  { computerName = start.computerName, enrolKey = before }: Extract<ToWorker, { kind: 'provision' }>,
): StartMessage {
  return { ...start, computerName, ...(enrolKey ? { enrolKey } : {}) };
}
