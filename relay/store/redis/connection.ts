/**
 * One connection to Redis (RESP3, so that messages come in order with the answers). Nothing is queued behind its back
 * while Redis is away: a call waits for its return up to a deadline and is then refused, so that what was answered as
 * refused does not happen later.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'redis';
import { realClock } from '../../../shared/util/clock.ts';
import { withDeadline } from '../../../shared/util/deadline.ts';
import { ApiError, messageOf } from '../../../shared/wire/errors.ts';

/** A call that Redis has not answered by then is refused; shorter than a kiosk's patience. */
const CALL_MS = 4_000;
/** A line over which nothing came for so long, in spite of a ping every second, is dead. */
const SILENCE_MS = 4_000;
const PING_MS = 1_000;
const CONNECT_MS = 3_000;
const RETRY_MS = { first: 25, longest: 500 };

const makeClient = (url: string) =>
  createClient({
    url,
    RESP: 3,
    name: 'counterqr',
    disableOfflineQueue: true,
    pingInterval: PING_MS,
    socket: {
      connectTimeout: CONNECT_MS,
      socketTimeout: SILENCE_MS,
      reconnectStrategy: (retries) =>
        Math.min(RETRY_MS.first * 2 ** Math.min(retries, 10), RETRY_MS.longest) * (0.75 + Math.random() / 2),
    },
  });
export type RedisClient = ReturnType<typeof makeClient>;

/**
 * Errors that Redis itself answered begin with an upper-case word; then the connection is well and asking again does
 * not help.
 */
const isAnswer = (error: unknown): boolean => /^-?[A-Z]{2,} /.test(messageOf(error));
/** Redis is there, and will be able to soon: it loads its file, a script runs, or a replica is about to take over. */
const isPassing = (error: unknown): boolean => /^-?(LOADING|BUSY|MASTERDOWN|TRYAGAIN|READONLY) /.test(messageOf(error));

export interface ConnectionEvents {
  /** Connected (again), subscriptions included. Messages may have been missed before. */
  readonly onReady: () => void;
  readonly onLost: (cause: string) => void;
}

export class Connection {
  #closing = false;

  private constructor(readonly client: RedisClient) {}

  /** Rejects with what kept it from connecting the first time; afterwards it reconnects by itself for ever. */
  static async open(url: string, events: ConnectionEvents): Promise<Connection> {
    const client = makeClient(url);
    let isOpen = false;
    let lastError: unknown;
    client.on('error', (error: unknown) => {
      lastError = error;
      if (isOpen) events.onLost(messageOf(error));
    });
    client.on('reconnecting', () => events.onLost('reconnecting'));
    try {
      const connected = await withDeadline(realClock, CONNECT_MS, client.connect(), 'late');
      if (connected === 'late') throw lastError instanceof Error ? lastError : new Error('Redis does not answer');
    } catch (error) {
      client.destroy();
      throw error;
    }
    isOpen = true;
    // Every call that waits for its return listens; hundreds may.
    client.setMaxListeners(0);
    client.on('ready', events.onReady);
    return new Connection(client);
  }

  get isReady(): boolean {
    return this.client.isReady;
  }

  /**
   * `ask` may be called several times, so it must be something that may be repeated. Rejects with `store_unavailable`.
   */
  async call<T>(ask: (client: RedisClient) => Promise<T>): Promise<T> {
    const deadline = performance.now() + CALL_MS;
    for (;;) {
      try {
        return await ask(this.client);
      } catch (error) {
        if (error instanceof ApiError) throw error;
        const isFinal = isAnswer(error) && !isPassing(error);
        if (isFinal || this.#closing || performance.now() > deadline) throw unavailable(error);
        await this.#ready(deadline - performance.now());
      }
    }
  }

  async #ready(withinMs: number): Promise<void> {
    // Long enough for a server that is loading, short enough for one that is back at once.
    if (this.client.isReady) return sleep(RETRY_MS.first);
    let back: () => void = () => undefined;
    const ready = new Promise<void>((resolve) => (back = resolve));
    this.client.on('ready', back);
    try {
      await withDeadline(realClock, Math.max(0, withinMs), ready, undefined);
    } finally {
      this.client.off('ready', back);
    }
  }

  async close(): Promise<void> {
    this.#closing = true;
    if (this.client.isReady) await this.client.close().catch(() => undefined);
    else this.client.destroy();
  }
}

export function unavailable(cause: unknown): ApiError {
  const error = new ApiError(
    'store_unavailable',
    'The relay cannot reach its Redis at the moment. Try again in a few seconds, with the same idempotency key if there was one.',
    {},
    { 'Retry-After': '3' },
  );
  error.cause = cause;
  return error;
}
