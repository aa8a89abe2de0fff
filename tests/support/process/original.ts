/**
 * Stand-ins for what a site has before it moves (docs/migration.md): the original server and its exe, as far as the
 * guide speaks of them. They know the design's calls and its one key, and nothing of this product.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

interface Body {
  readonly device_id?: string;
  readonly agent_id?: number;
  readonly qr_image?: string;
}

interface Taken {
  readonly command_id: string;
  readonly type: string;
  readonly qr_image?: string;
}

/** Keeps what it was told, in memory, for as long as it runs. */
export class OriginalServer {
  readonly #devices = new Set<string>();
  readonly #links = new Map<number, string>();
  readonly #queues = new Map<string, object[]>();
  readonly #server: Server;

  private constructor(key: string) {
    this.#server = createServer((request, response) => {
      let text = '';
      request.on('data', (part: Buffer) => (text += part.toString()));
      request.on('end', () => {
        const { pathname, searchParams } = new URL(request.url ?? '/', 'http://original');
        const isAllowed = request.headers['x-api-key'] === key;
        const body = { ...Object.fromEntries(searchParams), ...(text === '' ? {} : (JSON.parse(text) as Body)) };
        const answer = isAllowed ? this.#answer(pathname.replace('/api/device/', ''), body) : undefined;
        response.writeHead(answer ? 200 : 401, { 'Content-Type': 'application/json' });
        response.end(JSON.stringify(answer ?? { error: 'Invalid API key' }));
      });
    });
  }

  static async start(key: string): Promise<OriginalServer> {
    const original = new OriginalServer(key);
    original.#server.listen(0, '127.0.0.1');
    await once(original.#server, 'listening');
    return original;
  }

  get origin(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  #answer(call: string, { device_id = '', agent_id = 0, qr_image }: Body): object | undefined {
    switch (call) {
      case 'register':
        this.#devices.add(device_id);
        return { success: true };
      case 'link':
        this.#links.set(agent_id, device_id);
        return { success: true };
      case 'qr': {
        const to = this.#links.get(agent_id) ?? '';
        this.#queues.set(to, [
          ...(this.#queues.get(to) ?? []),
          { command_id: `original-${qr_image}`, type: 'display_qr', qr_image },
        ]);
        return { success: true };
      }
      case 'poll': {
        const commands = this.#devices.has(device_id) ? (this.#queues.get(device_id) ?? []) : [];
        this.#queues.delete(device_id);
        return { has_commands: commands.length > 0, commands };
      }
      case 'status':
        return { success: true };
      default:
        return undefined;
    }
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}

/**
 * Registers when it is started, then asks and reports until it is stopped. Oftener than every two seconds, so that
 * nobody waits for it.
 */
export class OldExe {
  readonly #api: string;
  readonly #key: string;
  readonly #deviceId: string;
  /** Pictures that it has put on its display, oldest first. */
  readonly shown: string[] = [];
  /** How its last poll was answered. */
  lastStatus = 0;
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;

  constructor(api: string, key: string, deviceId: string) {
    this.#api = api;
    this.#key = key;
    this.#deviceId = deviceId;
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  #call(path: string, body?: object): Promise<Response> {
    return fetch(`${this.#api}/${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { 'X-API-Key': this.#key, 'Content-Type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  }

  async #run(): Promise<void> {
    const device_id = this.#deviceId;
    await this.#call('register', { device_id, computer_name: device_id.replace('device_', ''), version: '1.0' });
    while (!this.#stopping.signal.aborted) {
      const response = await this.#call(`poll?device_id=${device_id}`);
      const { commands = [] } = (await response.json()) as { commands?: Taken[] };
      for (const { command_id, type, qr_image = '' } of commands) {
        if (type === 'display_qr') this.shown.push(qr_image);
        await this.#call('status', { device_id, command_id, status: 'success', execution_time: 4.2 });
      }
      this.lastStatus = response.status;
      await sleep(100);
    }
  }
}
