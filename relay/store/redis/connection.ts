/**
 * The line to the Redis that is the master. Nothing is queued behind its back while Redis is away: a call waits for its
 * return up to a deadline and is then refused, so that what was answered as refused does not happen later. With
 * sentinels the line is a new one whenever they name another master; what was subscribed to goes with it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { realClock } from '../../../shared/util/clock.ts';
import { pause, withDeadline } from '../../../shared/util/deadline.ts';
import { ApiError, messageOf } from '../../../shared/wire/errors.ts';
import { CONNECT_MS, RETRY_MS, makeClient, type ClientOptions, type RedisClient } from './client.ts';
import { Sentinels } from './sentinels.ts';
import { storeAddress, type Node, type SentinelAddress } from '../../store-address.ts';

/** A call that Redis has not answered by then is refused; shorter than a kiosk's patience. */
const CALL_MS = 4_000;
/** How often the sentinels are asked while all is well; without a line they are asked at once and again. */
const LOOK_MS = 1_000;
/** How long the sentinels have to name a master at the start. */
const FIRST_LOOK_MS = 5_000;

/** What others did with a call is not known yet, and asking again shows. */
export class NotYet extends Error {}

/**
 * Errors that Redis itself answered begin with an upper-case word; then the connection is well and asking again does
 * not help.
 */
const isAnswer = (error: unknown): boolean => /^-?[A-Z]{2,} /.test(messageOf(error));
/**
 * Redis is there, and will be able to soon: it loads its file, a script runs, a replica is about to take over, or too
 * few replicas follow it.
 */
const isPassing = (error: unknown): boolean =>
  error instanceof NotYet || /^-?(LOADING|BUSY|MASTERDOWN|TRYAGAIN|READONLY|NOREPLICAS) /.test(messageOf(error));

export interface ConnectionEvents {
  /** Connected (again), subscriptions included. Messages may have been missed before. */
  readonly onReady: () => void;
  readonly onLost: (cause: string) => void;
  /** The sentinels named another master, and the line leads there. */
  readonly onMoved?: (to: Node) => void;
}

interface Subscription {
  readonly channel: string;
  readonly listener: (message: string) => void;
}

export class Connection {
  readonly #events: ConnectionEvents;
  readonly #waiting = new Set<() => void>();
  readonly #subscriptions: Subscription[] = [];
  readonly #closing = new AbortController();
  #client: RedisClient;
  #following: Promise<void> | undefined;

  private constructor(client: RedisClient, events: ConnectionEvents) {
    this.#client = client;
    this.#events = events;
  }

  /**
   * Rejects with what kept it from connecting the first time; afterwards it reconnects by itself for ever.
   * @param storeUrl as STORE_URL
   */
  static async open(storeUrl: string, events: ConnectionEvents): Promise<Connection> {
    const address = storeAddress(storeUrl);
    if (address === undefined) throw new Error('it is no address of a Redis or of sentinels');
    if (address.kind === 'redis') return Connection.#openOne(address.url, events);
    return Connection.#openMaster(address, events);
  }

  static async #openOne(url: string, events: ConnectionEvents): Promise<Connection> {
    const client = makeClient({ url, reconnects: 'forever' });
    const connection = new Connection(client, events);
    await connected(client, (cause) => connection.#lost(client, cause));
    client.on('reconnecting', () => connection.#lost(client, 'reconnecting'));
    client.on('ready', () => connection.#ready());
    return connection;
  }

  static async #openMaster(address: SentinelAddress, events: ConnectionEvents): Promise<Connection> {
    const sentinels = new Sentinels(address);
    try {
      const node = await firstMaster(sentinels, address.name);
      const { client, hear } = await masterAt(node, address);
      const connection = new Connection(client, events);
      hear((cause) => connection.#lost(client, cause));
      connection.#following = connection.#follow(sentinels, address, node);
      return connection;
    } catch (error) {
      sentinels.close();
      throw error;
    }
  }

  /** The line of this moment; not to be kept. */
  get client(): RedisClient {
    return this.#client;
  }

  get isReady(): boolean {
    return this.#client.isReady;
  }

  /** @param listener hears each message from now on; those of a time without a line are missed */
  async subscribe(channel: string, listener: (message: string) => void): Promise<void> {
    await this.#client.subscribe(channel, listener);
    this.#subscriptions.push({ channel, listener });
  }

  /**
   * `ask` may be called several times, so it must be something that may be repeated. Rejects with `store_unavailable`.
   */
  async call<T>(ask: (client: RedisClient) => Promise<T>): Promise<T> {
    const deadline = performance.now() + CALL_MS;
    for (;;) {
      try {
        return await ask(this.#client);
      } catch (error) {
        if (error instanceof ApiError) throw error;
        const isFinal = isAnswer(error) && !isPassing(error);
        if (isFinal || this.#closing.signal.aborted || performance.now() > deadline) throw unavailable(error);
        await this.#untilReady(deadline - performance.now());
      }
    }
  }

  async #untilReady(withinMs: number): Promise<void> {
    // Long enough for a server that is loading, short enough for one that is back at once.
    if (this.#client.isReady) return sleep(RETRY_MS.first);
    let back: () => void = () => undefined;
    const ready = new Promise<void>((resolve) => (back = resolve));
    this.#waiting.add(back);
    try {
      await withDeadline(realClock, Math.max(0, withinMs), ready, undefined);
    } finally {
      this.#waiting.delete(back);
    }
  }

  #ready(): void {
    this.#events.onReady();
    for (const back of this.#waiting) back();
  }

  /** A line that was replaced says so too, which is no news. */
  #lost(client: RedisClient, cause: string): void {
    if (client === this.#client && !this.#closing.signal.aborted) this.#events.onLost(cause);
  }

  async #follow(sentinels: Sentinels, address: SentinelAddress, first: Node): Promise<void> {
    const { signal } = this.#closing;
    let at = first;
    while (await pause(realClock, this.isReady ? LOOK_MS : RETRY_MS.longest / 2, signal)) {
      const answer = await sentinels.master();
      if (answer.kind !== 'master') continue;
      const { node } = answer;
      const isSame = node.host === at.host && node.port === at.port;
      if (isSame && this.isReady) continue;
      try {
        await this.#moveTo(node, address);
        if (!isSame) this.#events.onMoved?.(node);
        at = node;
      } catch (error) {
        if (!this.isReady) this.#events.onLost(messageOf(error));
      }
    }
    sentinels.close();
  }

  async #moveTo(node: Node, address: SentinelAddress): Promise<void> {
    const { client, hear } = await masterAt(node, address);
    try {
      for (const { channel, listener } of this.#subscriptions) await client.subscribe(channel, listener);
    } catch (error) {
      client.destroy();
      throw error;
    }
    const before = this.#client;
    this.#client = client;
    hear((cause) => this.#lost(client, cause));
    if (before.isOpen) before.destroy();
    this.#ready();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#following;
    if (this.#client.isReady) await this.#client.close().catch(() => undefined);
    else if (this.#client.isOpen) this.#client.destroy();
  }
}

/** Rejects with what kept it from connecting. */
async function connected(client: RedisClient, onError: (cause: string) => void): Promise<void> {
  let isOpen = false;
  let lastError: unknown;
  client.on('error', (error: unknown) => {
    lastError = error;
    if (isOpen) onError(messageOf(error));
  });
  try {
    const outcome = await withDeadline(realClock, CONNECT_MS, client.connect(), 'late');
    if (outcome === 'late') throw lastError instanceof Error ? lastError : new Error('Redis does not answer');
  } catch (error) {
    if (client.isOpen) client.destroy();
    throw error;
  }
  isOpen = true;
}

interface MasterLine {
  readonly client: RedisClient;
  readonly hear: (onLost: (cause: string) => void) => void;
}

/** A line to the Redis there, once it says itself that it is the master: sentinels may be a moment ahead of it. */
async function masterAt(node: Node, { username, password }: SentinelAddress): Promise<MasterLine> {
  const options: ClientOptions = {
    socket: node,
    reconnects: 'never',
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  };
  const client = makeClient(options);
  let onLost: (cause: string) => void = () => undefined;
  await connected(client, (cause) => onLost(cause));
  try {
    const role = await client.role();
    if (role?.role !== 'master') throw new Error(`the Redis at ${node.host}:${node.port} is not the master (yet)`);
  } catch (error) {
    client.destroy();
    throw error;
  }
  return { client, hear: (listener) => (onLost = listener) };
}

async function firstMaster(sentinels: Sentinels, name: string): Promise<Node> {
  const until = performance.now() + FIRST_LOOK_MS;
  for (;;) {
    const answer = await sentinels.master();
    if (answer.kind === 'master') return answer.node;
    if (answer.kind === 'unknown') throw new Error(`its sentinels know no master named ${name}`);
    if (performance.now() > until) throw new Error('no sentinel answers');
    await sleep(RETRY_MS.longest / 2);
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
