/**
 * Who is told of the ends of commands while relays are killed: each end must come, as often as may be, under one id.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { KEYS } from '../process/relay.ts';
import { ask } from './ask.ts';

const PATIENCE_MS = 60_000;

export class Receiver {
  /** Message ids by command. */
  readonly #told = new Map<string, Set<string>>();
  readonly #server = createServer((req, res) => {
    let body = '';
    req.on('data', (part: Buffer) => (body += part.toString()));
    req.on('end', () => {
      const { type, data } = JSON.parse(body) as { type: string; data: { command_id: string } };
      if (type === 'command.ended') {
        const ids = this.#told.get(data.command_id) ?? new Set();
        this.#told.set(data.command_id, ids.add(String(req.headers['webhook-id'])));
      }
      res.writeHead(204).end();
    });
  });

  async start(): Promise<Record<string, string>> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return {
      WEBHOOK_URLS: `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`,
      WEBHOOK_SECRETS: `whsec_${Buffer.alloc(32, 3).toString('base64')}`,
      WEBHOOK_ALLOW_PRIVATE: 'on',
    };
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Ended commands of the history that nobody told of, or under several ids. */
  async untold(url: string): Promise<string[]> {
    const { body } = await ask(url, 'GET', '/history?limit=100000', KEYS.admin);
    const ended = (body['commands'] as { command_id: string }[]).map(({ command_id }) => command_id);
    const deadline = performance.now() + PATIENCE_MS;
    while (ended.some((id) => !this.#told.has(id)) && performance.now() < deadline) await sleep(100);
    return ended.filter((id) => this.#told.get(id)?.size !== 1);
  }
}
