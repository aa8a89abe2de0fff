/**
 * A display that is only HTTP: registered, polling like a kiosk, taking what comes. For tests in which the display
 * itself does not matter.
 */
import { KEYS, type TestRelay } from './relay.ts';
import { until } from '../wait.ts';

export interface Taken {
  readonly command_id: string;
  readonly type: string;
  readonly text?: string | null;
}

const POLL_SECONDS = 2;
/** After a poll: it was heard, and what follows is the longest silence that is not yet told. */
const WORST_MS = 300;

export class PollingDevice {
  readonly taken: Taken[] = [];
  readonly #relay: TestRelay;
  readonly #token: string;
  #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #askedAt = 0;
  /** What it says of its display. */
  display = 'ready';
  /** Takes one command and says nothing more of it, nor takes another, as a display that hangs. */
  hangs = false;
  #isStuck = false;

  private constructor(
    relay: TestRelay,
    readonly id: string,
    token: string,
  ) {
    this.#relay = relay;
    this.#token = token;
  }

  static async start(relay: TestRelay, name: string): Promise<PollingDevice> {
    const id = `device_${name}_0a1b2c`;
    const { body } = await relay.call<{ device_token: string }>('POST', '/register', {
      key: KEYS.enrol,
      body: { device_id: id, computer_name: name, kind: 'kiosk', version: '1.0.0' },
    });
    const device = new PollingDevice(relay, id, body.device_token);
    device.resume();
    return device;
  }

  resume(): void {
    this.#stopping = new AbortController();
    this.#running = this.#poll(this.#stopping.signal);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /** Without a word, and soon after a poll, as when the plug is pulled at the worst moment. */
  async drop(): Promise<void> {
    const asked = this.#askedAt;
    await until(`${this.id} has polled again, and the relay has it`, () => {
      const sinceMs = performance.now() - this.#askedAt;
      return this.#askedAt !== asked && sinceMs > WORST_MS;
    });
    await this.stop();
  }

  /** The next command of this type that it takes, or has taken. */
  takes = (type: string): Promise<Taken> =>
    until(`${this.id} takes ${type}`, () => this.taken.find((command) => command.type === type), {
      otherwise: () => this.taken,
    });

  async #poll(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const path = `/poll?device_id=${this.id}&wait=${POLL_SECONDS}&ready=${this.hangs && this.#isStuck ? 0 : 1}&display=${this.display}`;
      this.#askedAt = performance.now();
      try {
        const { commands } = (await this.#call(path, signal)) as { commands?: Taken[] };
        for (const command of commands ?? []) {
          this.taken.push(command);
          this.#isStuck = this.hangs;
          if (this.#isStuck) continue;
          await this.#call('/status', signal, {
            device_id: this.id,
            command_id: command.command_id,
            status: 'success',
          });
        }
      } catch {
        // The relay is away, or this display is.
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  async #call(path: string, signal: AbortSignal, body?: unknown): Promise<unknown> {
    const response = await fetch(`${this.#relay.origin}/api/device${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]),
    });
    return response.json();
  }
}
