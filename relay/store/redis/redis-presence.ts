/**
 * Presence that several relays share. Each relay keeps the polls it receives, and publishes them once a second; at once
 * when a display comes back, was about to count as offline, or says another state of itself.
 */
import { RESP_TYPES } from 'redis';
import type { MaybePromise } from '../../../shared/util/maybe-promise.ts';
import type { PollFacts, Presence, PresenceTracker, PresenceStatus } from '../presence.ts';
import { MemoryPresence } from '../presence.ts';
import type { Connection } from './connection.ts';
import type { RedisKeys } from './keys.ts';

const FLUSH_MS = 1_000;
const NEVER: PresenceStatus = { presence: { lastPollAt: 0, display: null, maxGapMs: 0 }, onlineUntil: 0 };

function read(text: string | null | undefined): PresenceStatus {
  if (text == null) return NEVER;
  const [lastPollAt, onlineUntil, display, maxGapMs] = JSON.parse(text) as [
    number,
    number,
    Presence['display'],
    number,
  ];
  return { presence: { lastPollAt, display, maxGapMs }, onlineUntil };
}

const write = ({ presence: { lastPollAt, display, maxGapMs }, onlineUntil }: PresenceStatus): string =>
  JSON.stringify([lastPollAt, onlineUntil, display, maxGapMs]);

export class RedisPresence implements PresenceTracker {
  readonly #connection: Connection;
  readonly #keys: RedisKeys;
  readonly #now: () => number;
  readonly #own: MemoryPresence;
  readonly #changed = new Set<string>();
  readonly #timer: NodeJS.Timeout;
  #flushing: Promise<void> | undefined;
  /** Asked for while one was under way. */
  #isAskedAgain = false;

  constructor(connection: Connection, keys: RedisKeys, now: () => number, passed: () => number = now) {
    this.#connection = connection;
    this.#keys = keys;
    this.#now = now;

    this.#own = new MemoryPresence(now, passed);
    this.#timer = setInterval(() => void this.flush(), FLUSH_MS);
  }

  recordPoll(deviceId: string, facts: PollFacts): void {
    const { onlineUntil, presence } = this.#own.statusOf(deviceId);
    const isNews = facts.display !== undefined && facts.display !== presence.display;
    this.#own.recordPoll(deviceId, facts);
    this.#changed.add(deviceId);
    if (isNews || onlineUntil <= this.#now() + FLUSH_MS) void this.flush();
  }

  hold(deviceId: string, forMs: number): void {
    this.#own.hold(deviceId, forMs);
    this.#changed.add(deviceId);
  }

  release(deviceId: string, isGone: boolean): void {
    this.#own.release(deviceId, isGone);
    this.#changed.add(deviceId);
  }

  /** Publishes all changes up to now. What cannot be published now goes with the next flush. */
  flush(): Promise<void> {
    if (this.#flushing) this.#isAskedAgain = true;
    return (this.#flushing ??= this.#send());
  }

  /**
   * Ends after what was asked for, not when no change is left: with polling displays that would publish each poll by
   * itself.
   */
  async #send(): Promise<void> {
    // Changes of the same turn go along.
    await Promise.resolve();
    do {
      this.#isAskedAgain = false;
      await this.#sendChanged();
    } while (this.#isAskedAgain && this.#connection.isReady);
    this.#flushing = undefined;
  }

  async #sendChanged(): Promise<void> {
    if (this.#changed.size === 0 || !this.#connection.isReady) return;
    const deviceIds = [...this.#changed];
    this.#changed.clear();
    try {
      await this.#connection.client.hSet(
        this.#keys.presence,
        deviceIds.flatMap((deviceId) => [deviceId, write(this.#own.statusOf(deviceId))]),
      );
    } catch {
      for (const deviceId of deviceIds) this.#changed.add(deviceId);
    }
  }

  /** The status with the newer poll. */
  #newer(deviceId: string, theirs: PresenceStatus): PresenceStatus {
    const ours = this.#own.statusOf(deviceId);
    return ours.presence.lastPollAt >= theirs.presence.lastPollAt ? ours : theirs;
  }

  statusOf(deviceId: string): MaybePromise<PresenceStatus> {
    return this.#own.isHeld(deviceId) ? this.#own.statusOf(deviceId) : this.#statusOf(deviceId);
  }

  async #statusOf(deviceId: string): Promise<PresenceStatus> {
    const text = await this.#connection.call((client) => client.hGet(this.#keys.presence, deviceId));
    return this.#newer(deviceId, read(text));
  }

  async of(deviceId: string): Promise<Presence> {
    return (await this.#statusOf(deviceId)).presence;
  }

  isOnline(deviceId: string): MaybePromise<boolean> {
    if (this.#own.isOnline(deviceId)) return true;
    return this.#statusOf(deviceId).then(({ onlineUntil }) => onlineUntil >= this.#now());
  }

  async snapshot(): Promise<(deviceId: string) => PresenceStatus> {
    // As a Map: an object would lose a display of the name `__proto__`.
    const all = await this.#connection.call(
      (client) =>
        client.withTypeMapping({ [RESP_TYPES.MAP]: Map }).hGetAll(this.#keys.presence) as unknown as Promise<
          Map<string, string>
        >,
    );
    return (deviceId) => this.#newer(deviceId, read(all.get(deviceId)));
  }

  forget(deviceId: string): void {
    this.#own.forget(deviceId);
    this.#changed.delete(deviceId);
    this.#connection.call((client) => client.hDel(this.#keys.presence, deviceId)).catch(() => undefined);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }
}
