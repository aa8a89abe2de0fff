/** Displays that poll and report all day while relays are killed, and remember what was on their screen. */
import { KEYS } from '../process/relay.ts';
import { ask, must } from './ask.ts';

export class Displays {
  readonly #url: string;
  /** Command ids under which a post was on the screen, by its text, which begins with the display that it is for. */
  readonly shown = new Map<string, Set<string>>();
  readonly misrouted: string[] = [];
  /** Handed out again after their success was acknowledged. */
  readonly returned: string[] = [];
  readonly #succeeded = new Set<string>();
  readonly #tokens = new Map<string, string>();
  #isPolling = true;
  #polling: Promise<unknown> = Promise.resolve();

  constructor(url: string) {
    this.#url = url;
  }

  async register(deviceId: string): Promise<void> {
    const body = { device_id: deviceId, computer_name: `PC of ${deviceId}`, kind: 'kiosk' };
    const { device_token } = await must(this.#url, '/register', KEYS.enrol, body);
    this.#tokens.set(deviceId, String(device_token));
  }

  start(): void {
    this.#polling = Promise.all([...this.#tokens].map(([deviceId, token]) => this.#poll(deviceId, token)));
  }

  async stop(): Promise<void> {
    this.#isPolling = false;
    await this.#polling;
  }

  async #poll(deviceId: string, token: string): Promise<void> {
    while (this.#isPolling) {
      const { status, body } = await ask(this.#url, 'GET', `/poll?device_id=${deviceId}&wait=0.3`, token);
      if (status !== 200) throw new Error(`poll: ${status} ${JSON.stringify(body)}`);
      for (const { command_id, qr_text } of body['commands'] as { command_id: string; qr_text?: string }[]) {
        if (this.#succeeded.has(command_id)) this.returned.push(command_id);
        if (qr_text !== undefined) {
          if (qr_text.split(' ')[0] !== deviceId) this.misrouted.push(`${qr_text} at ${deviceId}`);
          this.shown.set(qr_text, (this.shown.get(qr_text) ?? new Set()).add(command_id));
        }
        await must(this.#url, '/status', token, { device_id: deviceId, command_id, status: 'success' });
        this.#succeeded.add(command_id);
      }
    }
  }
}
