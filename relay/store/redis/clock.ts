/**
 * Redis's clock, so that relays on machines whose clocks differ agree on leases and lifetimes: its time when it was
 * asked last, plus what has passed here since. A relay whose own clock is set therefore releases nobody.
 */
import { JUMP_MS, SteadyClock, type Clocks } from '../../steady-clock.ts';
import type { ClockJump } from '../../notices.ts';
import type { Connection } from './connection.ts';

const EVERY_MS = 30_000;

export interface RedisClockEvents {
  /** The clock of this computer was set; the relay's time goes on as Redis's. */
  readonly onOwnJump: (jump: ClockJump) => void;
  /** Redis's clock was set, and all its relays follow. */
  readonly onRedisJump: (jump: ClockJump) => void;
}

export class RedisClock implements Clocks {
  readonly #connection: Pick<Connection, 'call'>;
  readonly #events: RedisClockEvents;
  /** This computer's, of which only what passes is used. */
  readonly #own: SteadyClock;
  #zeroAt = 0;
  #askedAt = -Infinity;

  constructor(connection: Pick<Connection, 'call'>, events: RedisClockEvents, own = new SteadyClock()) {
    this.#connection = connection;
    this.#events = events;
    this.#own = own;
  }

  readonly now = (): number => Math.round(this.#zeroAt + this.#own.passed());
  readonly passed = (): number => this.#own.passed();

  async start(): Promise<void> {
    this.#zeroAt = await this.#ask();
  }

  /**
   * To be called often. Asks Redis now and then, and at once when this computer's clock was set, which it also is after
   * a sleep.
   */
  async look(): Promise<void> {
    const byMs = this.#own.jumpMs();
    if (byMs === 0 && this.passed() - this.#askedAt < EVERY_MS) return;
    const zeroAt = await this.#ask();
    if (byMs !== 0) this.#own.follow(byMs);
    const redisByMs = zeroAt - this.#zeroAt;
    this.#zeroAt = zeroAt;
    // Both at once is one event: the same machine, or one that slept.
    if (Math.abs(redisByMs) >= JUMP_MS) this.#events.onRedisJump({ at: this.now(), byMs: redisByMs });
    else if (byMs !== 0) this.#events.onOwnJump({ at: this.now(), byMs });
  }

  /** Redis's time when `passed` was zero. */
  async #ask(): Promise<number> {
    let asked = 0;
    const [seconds, microseconds] = await this.#connection.call((client) => {
      asked = this.passed();
      return client.sendCommand<[string, string]>(['TIME']);
    });
    this.#askedAt = this.passed();
    // The answer was true somewhere between question and arrival.
    return Number(seconds) * 1000 + Number(microseconds) / 1000 - (asked + this.#askedAt) / 2;
  }
}
