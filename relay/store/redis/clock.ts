/** Redis's clock, so that relays on machines whose clocks differ agree on leases and lifetimes. */
import type { Connection } from './connection.ts';

const EVERY_MS = 30_000;

export class RedisClock {
  readonly #connection: Connection;
  #offsetMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  readonly now = (): number => Math.round(Date.now() + this.#offsetMs);

  async start(): Promise<void> {
    await this.#measure();
    this.#timer = setInterval(() => void this.#measure().catch(() => undefined), EVERY_MS);
  }

  async #measure(): Promise<void> {
    const asked = Date.now();
    const [seconds, microseconds] = await this.#connection.client.sendCommand<[string, string]>(['TIME']);
    // The answer was true somewhere between question and arrival.
    this.#offsetMs = Number(seconds) * 1000 + Number(microseconds) / 1000 - (asked + Date.now()) / 2;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
