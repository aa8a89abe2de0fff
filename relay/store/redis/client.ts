/**
 * The library's client as the relay uses it: RESP3, so that messages come in order with the answers. Nothing is queued
 * while Redis is away, and a dead line is noticed.
 */
import { createClient } from 'redis';

/** A line over which nothing came for so long, in spite of a ping every second, is dead. */
const SILENCE_MS = 4_000;
const PING_MS = 1_000;
export const CONNECT_MS = 3_000;
export const RETRY_MS = { first: 25, longest: 500 };

export interface ClientOptions {
  readonly url?: string;
  readonly username?: string;
  readonly password?: string;
  readonly socket?: { readonly host: string; readonly port: number };
  /** `never`: a line that broke stays so, because the Redis at its other end may not be the master any more. */
  readonly reconnects: 'forever' | 'never';
}

const retryMs = (retries: number): number =>
  Math.min(RETRY_MS.first * 2 ** Math.min(retries, 10), RETRY_MS.longest) * (0.75 + Math.random() / 2);

export const makeClient = ({ socket, reconnects, ...options }: ClientOptions) =>
  createClient({
    ...options,
    RESP: 3,
    name: 'counterqr',
    disableOfflineQueue: true,
    pingInterval: PING_MS,
    socket: {
      ...socket,
      connectTimeout: CONNECT_MS,
      socketTimeout: SILENCE_MS,
      reconnectStrategy: reconnects === 'forever' ? retryMs : false,
    },
  });
export type RedisClient = ReturnType<typeof makeClient>;
