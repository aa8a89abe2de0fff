/**
 * The database that several relays share. A decision runs in JavaScript on records that were read. One script commits
 * its changes, unless one of those records has changed meanwhile; then the decision runs again. Each commit is
 * published to all relays.
 */
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MaybePromise } from '../../../shared/util/maybe-promise.ts';
import { ApiError, messageOf } from '../../../shared/wire/errors.ts';
import type { AuditEntry, DeviceRecord, EndedCommand } from '../../core/records.ts';
import type { Tx } from '../../core/transaction.ts';
import type { Change, HistoryQuery, Database, DatabaseHealth, StoreEvents } from '../database.ts';
import { BufferedTransaction, type TransactionContext } from '../buffered-transaction.ts';
import { Archive } from './archive.ts';
import { newToken, sendCommit, unpack, type Command } from './commit.ts';
import { DecisionReads, MGET_KEYS, packedOf, type Reading } from './decision-reads.ts';
import { acceptEmptied } from './accept-emptied.ts';
import { changedDevices, commandsFor } from './write-commands.ts';
import { unavailable, type Connection } from './connection.ts';
import { DeviceCache } from './device-cache.ts';
import { KeyedMutex } from './keyed-mutex.ts';
import { replayableRandom } from './replayable-random.ts';
import type { RedisKeys } from './keys.ts';
import { onlineReplicas } from './server-check.ts';
import { EMPTIED, type StoreIdentity } from './store-identity.ts';

export interface RedisDatabaseOptions extends TransactionContext {
  readonly historyDays: number;
  /** What is acknowledged is on so many replicas, too (REDIS_REPLICAS). */
  readonly replicas?: number;
  readonly onDamage?: (key: string) => void;
  /** What is written back to a Redis that was emptied; `undefined` where no keys were generated. */
  readonly generatedKeys?: () => Promise<string | undefined>;
  readonly onWritten?: StoreEvents['onWritten'];
  readonly onUncertain?: StoreEvents['onUncertain'];
}

/** A decision is made again at most so often, and for so long; others have got their way each time. */
const MAX_ATTEMPTS = 300;
const MAX_CONTENDING_MS = 5_000;
/** Of one sweep. */
const MAX_DUE = 1_000;
const PRUNE_EVERY_MS = 3_600_000;
const DEVICE_KEY = 'device:';

type Decided<R> =
  { readonly kind: 'decided'; readonly result: R } | { readonly kind: 'refused'; readonly error: unknown };
type Outcome<R> = Decided<R> | { readonly kind: 'overtaken'; readonly key: string };

export class RedisDatabase implements Database {
  readonly #connection: Connection;
  readonly #keys: RedisKeys;
  readonly #identity: StoreIdentity;
  readonly #options: RedisDatabaseOptions;
  readonly #cache = new DeviceCache();
  readonly #mutex = new KeyedMutex();
  readonly #archive: Archive;
  readonly #listeners: ((change: Change) => void)[] = [];
  readonly #damage = new Set<string>();
  #prunedAt = -Infinity;

  constructor(connection: Connection, keys: RedisKeys, identity: StoreIdentity, options: RedisDatabaseOptions) {
    this.#connection = connection;
    this.#keys = keys;
    this.#identity = identity;
    this.#options = options;
    this.#archive = new Archive(connection, keys, options.historyDays);
  }

  /** Subscribes to changes. */
  async listen(): Promise<void> {
    await this.#connection.subscribe(this.#keys.channel, (message) => this.#onMessage(message));
    this.#cache.isListening = true;
  }

  #onMessage(message: string): void {
    const change = JSON.parse(message) as Change;
    for (const deviceId of change.deviceIds) this.#cache.drop(deviceId);
    this.#notify(change);
  }

  #notify(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }

  /** The connection broke: until it is back, changes are missed. */
  onLost(): void {
    this.#cache.isListening = false;
    this.#cache.clear();
  }

  /** The connection is back, or the store is another: held calls read again, because changes may have been missed. */
  onReady(): void {
    this.#cache.clear();
    this.#cache.isListening = true;
    this.#notify({ deviceIds: [], commandIds: [], isUncertain: true });
  }

  async transact<R>(decide: (tx: Tx) => R): Promise<R> {
    let until = performance.now() + MAX_CONTENDING_MS;
    let leave: (() => void) | undefined;
    try {
      for (let attempt = 0; attempt < MAX_ATTEMPTS && performance.now() < until; attempt++) {
        const outcome = await this.#attempt(decide);
        if (outcome.kind === 'decided') return outcome.result;
        if (outcome.kind === 'refused') throw outcome.error;
        if (leave) await sleep(Math.random() * Math.min(2 * attempt, 50));
        else {
          leave = await this.#mutex.acquire(outcome.key);
          // Waiting for the mutex of this process does not count as contending.
          until = performance.now() + MAX_CONTENDING_MS;
        }
      }
    } finally {
      leave?.();
    }
    throw unavailable(new Error('others changed the same records all the time'));
  }

  async #attempt<R>(decide: (tx: Tx) => R): Promise<Outcome<R>> {
    const reads = new DecisionReads();
    const random = replayableRandom(this.#options.randomInt ?? randomInt);
    for (;;) {
      const transaction = new BufferedTransaction({ ...this.#options, randomInt: random() }, reads.record);
      const outcome = decideOn(transaction, decide);
      // It took a record that was not read yet for one that is not there: what it decided counts for nothing.
      const missing = reads.missing(transaction.seen);
      if (missing.length > 0) {
        reads.add(await this.#readings(missing));
        continue;
      }
      const versions = reads.versions(transaction.seen);
      const commands = outcome.kind === 'decided' && !transaction.isEmpty ? transaction : undefined;
      // What was read at several moments may never have been so together, and then even "no" has to be checked.
      if (!commands && reads.areOfOneMoment && !this.#isAcknowledged(outcome)) return outcome;
      const overtakenBy = await this.#commit(versions, commands);
      if (overtakenBy === this.#identity.key) await this.#identity.look();
      return overtakenBy === undefined ? outcome : { kind: 'overtaken', key: overtakenBy };
    }
  }

  /**
   * A decision that changes nothing may repeat what an earlier one was answered with, whose writes the replicas need
   * not have yet: it is committed with its receipt, behind which it is waited for them.
   */
  #isAcknowledged({ kind }: Decided<unknown>): boolean {
    return kind === 'decided' && (this.#options.replicas ?? 0) > 0;
  }

  /** Of one moment. */
  async #texts(names: readonly string[]): Promise<(string | null)[]> {
    const [storeId, ...texts] = await this.#connection.call((client) => client.mGet([this.#identity.key, ...names]));
    this.#identity.check(storeId);
    return texts;
  }

  async #readings(keys: readonly string[]): Promise<(readonly [key: string, reading: Reading])[]> {
    const names = keys.map((key) => this.#keys.record(key));
    const texts = await this.#texts(names);
    return keys.map((key, index) => [key, this.#reading(names[index], texts[index])]);
  }

  #reading(name: string, text: string | null): Reading {
    try {
      return { kind: 'read', packed: unpack(text) };
    } catch (error) {
      if (!this.#damage.has(name)) this.#options.onDamage?.(name);
      this.#damage.add(name);
      const told = `A record of the relay is damaged (${name}); restore Redis from a backup.`;
      return { kind: 'damaged', error: new ApiError('store_unavailable', told, { cause: messageOf(error) }) };
    }
  }

  async #commit(
    versions: readonly (readonly [key: string, version: string])[],
    transaction: BufferedTransaction | undefined,
  ): Promise<string | undefined> {
    const started = performance.now();
    const token = newToken();
    const commit = {
      receipt: this.#keys.receipt(token),
      seen: new Map([
        [this.#identity.key, this.#identity.id],
        ...versions.map(([key, version]): [string, string] => [this.#keys.record(key), version]),
      ]),
      commands: this.#commandsOf(token, transaction),
    };
    const { replicas = 0 } = this.#options;
    const overtakenBy = await this.#connection
      .call((client) => sendCommit(client, commit, replicas))
      .catch((error: unknown) => {
        // Refused, and perhaps written all the same: nobody but the history knows.
        if (transaction && transaction.ended.length > 0) this.#options.onUncertain?.(transaction.ended);
        throw error;
      });
    if (transaction && overtakenBy === undefined) {
      for (const deviceId of changedDevices(transaction)) this.#cache.drop(deviceId);
      this.#options.onWritten?.(performance.now() - started, 1, transaction.ended);
    }
    return overtakenBy;
  }

  #commandsOf(token: string, transaction: BufferedTransaction | undefined): Command[] {
    // Any write will do: replicas that have it have all that came before it.
    if (!transaction) return this.#options.replicas ? [['SET', this.#keys.probe, '1', 'PX', '1000']] : [];
    const change: Change = { deviceIds: changedDevices(transaction), commandIds: [...transaction.touchedCommands] };
    return [
      ...commandsFor(this.#keys, this.#archive, token, transaction.now, transaction),
      ['PUBLISH', this.#keys.channel, JSON.stringify(change)],
    ];
  }

  device(deviceId: string): MaybePromise<DeviceRecord | undefined> {
    return this.#cache.get(deviceId) ?? this.#readDevice(deviceId);
  }

  async #readDevice(deviceId: string): Promise<DeviceRecord | undefined> {
    const keep = this.#cache.begin(deviceId);
    let record: DeviceRecord | undefined;
    try {
      const name = this.#keys.record(DEVICE_KEY + deviceId);
      const [text] = await this.#texts([name]);
      record = packedOf(this.#reading(name, text)).record as DeviceRecord | undefined;
      return record;
    } finally {
      keep(record);
    }
  }

  /** Reads what may be missing, then looks whether it was read from the store that it should be. */
  async #certain<T>(read: Promise<T>): Promise<T> {
    const answer = await read;
    await this.#identity.look();
    return answer;
  }

  deviceCount = (): Promise<number> =>
    this.#certain(this.#connection.call((client) => client.sCard(this.#keys.devices)));

  async devices(): Promise<DeviceRecord[]> {
    const ids = await this.#certain(this.#connection.call((client) => client.sMembers(this.#keys.devices)));
    const known = ids.flatMap((id) => this.#cache.get(id) ?? []);
    const unknown = ids.filter((id) => !this.#cache.get(id));
    for (let from = 0; from < unknown.length; from += MGET_KEYS)
      known.push(...(await this.#readDevices(unknown.slice(from, from + MGET_KEYS))));
    return known;
  }

  async #readDevices(ids: readonly string[]): Promise<DeviceRecord[]> {
    const names = ids.map((id) => this.#keys.record(DEVICE_KEY + id));
    const keeps = ids.map((id) => this.#cache.begin(id));
    let records: (DeviceRecord | undefined)[] = [];
    try {
      const texts = await this.#texts(names);
      records = texts.map(
        (text, index) => packedOf(this.#reading(names[index], text)).record as DeviceRecord | undefined,
      );
    } finally {
      keeps.forEach((keep, index) => keep(records[index]));
    }
    return records.flatMap((record) => record ?? []);
  }

  async due(now: number): Promise<string[]> {
    await this.#identity.look();
    if (now - this.#prunedAt > PRUNE_EVERY_MS) {
      this.#prunedAt = now;
      await this.#archive.prune(now);
    }
    return this.#connection.call((client) =>
      client.zRange(this.#keys.due, '-inf', now, { BY: 'SCORE', LIMIT: { offset: 0, count: MAX_DUE } }),
    );
  }

  async picture(commandId: string): Promise<string | undefined> {
    const picture = this.#connection.call((client) => client.get(this.#keys.picture(commandId)));
    return (await this.#certain(picture)) ?? undefined;
  }

  ended = (commandId: string): Promise<EndedCommand | undefined> => this.#certain(this.#archive.ended(commandId));
  history = (query: HistoryQuery): Promise<EndedCommand[]> => this.#certain(this.#archive.history(query));
  audited = (query: HistoryQuery): Promise<AuditEntry[]> => this.#certain(this.#archive.audit(query));

  onChange(listener: (change: Change) => void): void {
    this.#listeners.push(listener);
  }

  async acceptEmptied(by: string): Promise<boolean> {
    const [connection, keys, identity, archive] = [this.#connection, this.#keys, this.#identity, this.#archive];
    const generated = await this.#options.generatedKeys?.();
    return acceptEmptied({ connection, keys, identity, archive, now: this.#options.now(), generated }, by);
  }

  async health(): Promise<DatabaseHealth> {
    const damage = [...this.#damage];
    if (!this.#connection.isReady) return { writable: false, damage };
    try {
      await this.#connection.client.set(this.#keys.probe, '1', { expiration: { type: 'PX', value: 1_000 } });
      await this.#identity.look();
      return { writable: await this.#isFollowed(), damage };
    } catch {
      return { writable: false, damage, ...(this.#identity.isEmptied ? { emptied: EMPTIED } : {}) };
    }
  }

  async #isFollowed(): Promise<boolean> {
    const { replicas = 0 } = this.#options;
    return replicas === 0 || (await onlineReplicas(this.#connection.client)) >= replicas;
  }

  close = (): Promise<void> => this.#connection.close();
}

function decideOn<R>(transaction: Tx, decide: (tx: Tx) => R): Decided<R> {
  try {
    return { kind: 'decided', result: decide(transaction) };
  } catch (error) {
    return { kind: 'refused', error };
  }
}
