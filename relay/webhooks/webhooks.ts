/**
 * Sends events to the configured receivers, signed, again and again until taken or given up. Knows nothing of the
 * queue's rules.
 */
import { createHash, randomUUID } from 'node:crypto';
import { realClock } from '../../shared/util/clock.ts';
import { pause } from '../../shared/util/deadline.ts';
import { AddressRefused } from './ssrf-guard.ts';
import type { WebhookEvent } from './event.ts';
import type { QueuedMessage, DeliveryQueue } from './delivery-queue.ts';
import type { Outgoing } from './send.ts';
import { signatureHeaders } from './sign.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Waits between attempts, as the Standard Webhooks specification proposes; about three days in all. */
export const RETRY_AFTER_MS: readonly number[] = [
  5_000,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];

/** More than this waiting means a receiver that is long gone; the oldest are dropped with a log line. */
const MAX_WAITING = 10_000;
const PARALLEL = 8;

export interface WebhookOptions {
  readonly urls: readonly string[];
  readonly keys: readonly Buffer[];
  readonly allowPrivate: boolean;
  readonly messages: DeliveryQueue;
  readonly send: (outgoing: Outgoing) => Promise<number>;
  readonly now: () => number;
  /** What a message tells is kept no longer than that. */
  readonly keepMs: number;
  /** Spreads retries: [0, 1). */
  readonly random?: () => number;
  readonly log: (level: 'info' | 'warn', event: string, facts: Readonly<Record<string, unknown>>) => void;
}

export class Webhooks {
  readonly #options: WebhookOptions;
  readonly #waiting = new Map<string, QueuedMessage>();
  readonly #underway = new Set<string>();
  readonly #stopping = new AbortController();
  #dropped = 0;
  #wake: () => void = () => undefined;
  #loop: Promise<void> = Promise.resolve();

  constructor(options: WebhookOptions) {
    this.#options = options;
  }

  /** Takes up what an earlier run left, then sends until `stop`. */
  async start(): Promise<void> {
    for (const message of await this.#options.messages.load()) {
      this.#waiting.set(message.id, message);
      if (!this.#options.urls.includes(message.url))
        await this.#drop(message, 'its receiver is not in WEBHOOK_URLS any more');
    }
    this.#loop = this.#run();
  }

  /** Ends attempts under way; they are made again after the next start. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake();
    await this.#loop;
  }

  /**
   * Durable when it resolves; sending happens by itself. Messages of the same `name` have the same id, so that a
   * receiver knows a repeated one; while one waits it is not put a second time.
   */
  async publish(event: WebhookEvent, name: string = randomUUID()): Promise<void> {
    const body = JSON.stringify(event);
    for (const url of this.#options.urls) {
      const id = `msg_${createHash('sha256').update(`${name} ${url}`).digest('hex').slice(0, 32)}`;
      if (this.#waiting.has(id)) continue;
      const message: QueuedMessage = { id, url, body, attempts: 0, dueAtMs: this.#options.now() };
      await this.#options.messages.put(message);
      this.#waiting.set(message.id, message);
    }
    await this.#dropOverflow();
    this.#wake();
  }

  /** How many wait, for metrics. */
  get waitingCount(): number {
    return this.#waiting.size;
  }

  /** How many were given up unsent since the start, for metrics. */
  get droppedCount(): number {
    return this.#dropped;
  }

  async #drop({ id, url }: QueuedMessage, why: string): Promise<void> {
    await this.#finish(id);
    this.#dropped++;
    this.#options.log('warn', 'webhook_dropped', { id, host: new URL(url).host, why });
  }

  async #dropOverflow(): Promise<void> {
    for (const message of this.#waiting.values()) {
      if (this.#waiting.size <= MAX_WAITING) return;
      await this.#drop(message, 'too many are waiting');
    }
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const now = this.#options.now();
      let nextMs = 60_000;
      for (const message of this.#waiting.values()) {
        if (this.#underway.size >= PARALLEL) break;
        if (this.#underway.has(message.id)) continue;
        if (message.dueAtMs <= now || this.#isTooOld(message)) void this.#attempt(message);
        else nextMs = Math.min(nextMs, message.dueAtMs - now);
      }
      await this.#untilWoken(nextMs);
    }
  }

  /** It names a policy and a reference, which the history has forgotten by then. */
  #isTooOld({ body }: QueuedMessage): boolean {
    const { timestamp } = JSON.parse(body) as WebhookEvent;
    return Date.parse(timestamp) + this.#options.keepMs < this.#options.now();
  }

  async #untilWoken(ms: number): Promise<void> {
    const until = new AbortController();
    this.#wake = () => until.abort();
    if (this.#stopping.signal.aborted) return;
    await pause(realClock, ms, until.signal);
  }

  async #attempt(message: QueuedMessage): Promise<void> {
    this.#underway.add(message.id);
    try {
      if (this.#isTooOld(message)) {
        await this.#drop(message, 'it is older than HISTORY_DAYS');
        return;
      }
      const outcome = await this.#post(message);
      if (outcome === 'interrupted') return;
      if (outcome === 'taken') await this.#finish(message.id);
      else await this.#postpone(message, outcome.why);
    } catch (error) {
      // The folder could not be written: the receiver will see this message again, which is better than never.
      this.#waiting.set(message.id, { ...message, dueAtMs: this.#options.now() + RETRY_AFTER_MS[1] });
      this.#options.log('warn', 'webhook_folder_failed', { id: message.id, why: String(error) });
    } finally {
      this.#underway.delete(message.id);
      this.#wake();
    }
  }

  async #post(message: QueuedMessage): Promise<'taken' | 'interrupted' | { readonly why: string }> {
    const atSeconds = Math.floor(this.#options.now() / 1000);
    try {
      const status = await this.#options.send({
        url: message.url,
        headers: signatureHeaders(this.#options.keys, message.id, atSeconds, message.body),
        body: message.body,
        allowPrivate: this.#options.allowPrivate,
        signal: this.#stopping.signal,
      });
      return status >= 200 && status < 300 ? 'taken' : { why: `answered ${status}` };
    } catch (error) {
      if (this.#stopping.signal.aborted) return 'interrupted';
      return { why: error instanceof AddressRefused ? error.message : `no answer (${String(error)})` };
    }
  }

  async #postpone(message: QueuedMessage, why: string): Promise<void> {
    const wait = RETRY_AFTER_MS[message.attempts];
    const { host } = new URL(message.url);
    if (wait === undefined) {
      await this.#finish(message.id);
      this.#options.log('warn', 'webhook_given_up', { id: message.id, host, attempts: message.attempts + 1, why });
      return;
    }
    // Up to a tenth later, so that what failed together does not return together.
    const spread = wait * 0.1 * (this.#options.random ?? Math.random)();
    const later = { ...message, attempts: message.attempts + 1, dueAtMs: this.#options.now() + wait + spread };
    await this.#options.messages.put(later);
    this.#waiting.set(message.id, later);
    this.#options.log('warn', 'webhook_retry', { id: message.id, host, attempts: later.attempts, why });
  }

  async #finish(id: string): Promise<void> {
    this.#waiting.delete(id);
    await this.#options.messages.remove(id);
  }
}
