/**
 * Whether this is still the Redis that the relay has written to. An id lies among its keys, and in DATA_DIR; a Redis
 * that was emptied has lost it. Every read and every commit compares it, so that nothing is answered and nothing
 * acknowledged on less than there should be. Until a person accepts the loss all calls are refused. Then the store has
 * a new id, which says which ids it replaces, and all relays follow.
 */
import * as v from 'valibot';
import { ApiError } from '../../../shared/wire/errors.ts';
import { newToken, TOKEN_CHARS } from './commit.ts';
import type { Connection } from './connection.ts';
import type { RedisKeys } from './keys.ts';
import type { StoreId, StoreMemory } from './store-memory.ts';

export const EMPTIED =
  'The Redis of this relay was emptied: what it held is gone, and nothing is taken until a person says what to do. ' +
  'Restore its backup, or accept the loss (docs/scaling.md).';

const Rest = v.object({ replaces: v.array(v.string()) });

export const packStoreId = ({ id, replaces }: StoreId): string => id + JSON.stringify({ replaces });

/** `undefined`: it is missing or no id. */
function readStoreId(text: string | null): StoreId | undefined {
  if (text === null) return undefined;
  try {
    return { id: text.slice(0, TOKEN_CHARS), ...v.parse(Rest, JSON.parse(text.slice(TOKEN_CHARS))) };
  } catch {
    return undefined;
  }
}

export interface IdentityEvents {
  /** This Redis is not the known one; everything that was read is void. */
  readonly onEmptied: () => void;
  /** It is the known one again, or the one that a person accepted in its place. */
  readonly onKnown: () => void;
  /** The new id could not be remembered. */
  readonly onForgotten: (error: unknown) => void;
}

export class StoreIdentity {
  readonly #connection: Pick<Connection, 'call'>;
  readonly #key: string;
  readonly #memory: StoreMemory;
  readonly #events: IdentityEvents;
  #known: StoreId;
  #isEmptied = false;

  private constructor(
    connection: Pick<Connection, 'call'>,
    key: string,
    memory: StoreMemory,
    events: IdentityEvents,
    known: StoreId,
  ) {
    this.#connection = connection;
    this.#key = key;
    this.#memory = memory;
    this.#events = events;
    this.#known = known;
  }

  /**
   * A Redis of which nothing is remembered is taken as it is, and has an id from then on. Does not reject for an
   * emptied one.
   */
  static async open(
    connection: Pick<Connection, 'call'>,
    { storeId: key }: Pick<RedisKeys, 'storeId'>,
    memory: StoreMemory,
    events: IdentityEvents,
  ): Promise<StoreIdentity> {
    let known = await memory.storeId();
    if (!known) {
      const text = await connection.call(async (client) => {
        await client.set(key, packStoreId({ id: newToken(), replaces: [] }), { condition: 'NX' });
        return client.get(key);
      });
      known = readStoreId(text);
      if (!known) throw new Error(`its key ${key} is damaged; restore it from a backup`);
      await memory.keepStoreId(known);
    }
    const identity = new StoreIdentity(connection, key, memory, events, known);
    await identity.look().catch((error: unknown) => {
      if (!identity.isEmptied) throw error;
    });
    return identity;
  }

  get key(): string {
    return this.#key;
  }

  /** To be compared as the version of `key`. */
  get id(): string {
    return this.#known.id;
  }

  get isEmptied(): boolean {
    return this.#isEmptied;
  }

  /** Takes what Redis has under `key`; throws `store_unavailable` when this is not the known store. */
  check(text: string | null): void {
    if (this.#take(text) === 'emptied') throw new ApiError('store_unavailable', EMPTIED, {}, { 'Retry-After': '10' });
  }

  #take(text: string | null): 'known' | 'emptied' {
    const isKnown = text?.startsWith(this.#known.id) === true;
    const successor = isKnown ? undefined : readStoreId(text);
    if (successor?.replaces.includes(this.#known.id) === true) this.#follow(successor);
    else if (!isKnown) {
      if (!this.#isEmptied) {
        this.#isEmptied = true;
        this.#events.onEmptied();
      }
      return 'emptied';
    }
    if (this.#isEmptied || successor) {
      this.#isEmptied = false;
      this.#events.onKnown();
    }
    return 'known';
  }

  #follow(successor: StoreId): void {
    this.#known = successor;
    this.#memory.keepStoreId(successor).catch(this.#events.onForgotten);
  }

  /** Asks Redis, and checks. */
  async look(): Promise<void> {
    this.check(await this.#connection.call((client) => client.get(this.#key)));
  }

  /**
   * What the store would be called if its loss was accepted now, and the version that is there; `undefined`: nothing is
   * lost.
   */
  async successor(): Promise<{ readonly store: StoreId; readonly version: string } | undefined> {
    const text = await this.#connection.call((client) => client.get(this.#key));
    if (this.#take(text) === 'known') return undefined;
    const found = readStoreId(text);
    const gone = [this.#known.id, ...this.#known.replaces];
    // Another relay, which knew nothing of the store, may have begun a new one in its place; that one keeps its id.
    const store: StoreId = found
      ? { id: found.id, replaces: [...new Set([...gone, ...found.replaces])] }
      : { id: newToken(), replaces: gone };
    return { store, version: (text ?? '').slice(0, TOKEN_CHARS) };
  }
}
