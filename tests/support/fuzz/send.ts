/** A request of a fuzz over Node's own client, and what was answered. */
import { Agent, request, type IncomingMessage } from 'node:http';

export interface FuzzRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
}

export interface FuzzAnswer {
  readonly status: number;
  readonly body: unknown;
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** Sends it; of a stream only the beginning is read. Rejects when the connection breaks without an answer. */
export function send(
  port: number,
  { method, path, headers, body }: FuzzRequest,
): Promise<FuzzAnswer & { cookie?: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { port, host: '127.0.0.1', method, path, headers: clean(headers), agent },
      (answer: IncomingMessage) => {
        const status = answer.statusCode ?? 0;
        if (answer.headers['content-type']?.startsWith('text/event-stream') === true) {
          answer.destroy();
          resolve({ status, body: undefined });
          return;
        }
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('error', reject);
        answer.on('end', () => {
          const text = Buffer.concat(parts).toString();
          const cookie = answer.headers['set-cookie']?.[0];
          const isJson = answer.headers['content-type']?.includes('json') === true && text !== '';
          resolve({ status, body: isJson ? JSON.parse(text) : undefined, ...(cookie === undefined ? {} : { cookie }) });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** What Node's own client refuses to send goes by the raw way. */
const clean = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([, value]) => /^[\x20-\x7e\x80-\xff]*$/.test(value)));

/** Lets the connections go. */
export const hangUp = (): void => agent.destroy();
