/**
 * A proxy before a test relay that can serve the next version of the kiosk page: the same files, but the page carries a
 * mark, and the service worker's list names a new revision of it, as a build of a changed page would.
 */
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export class NextVersion {
  /** From here on the next version is served. */
  published = false;
  readonly #upstreamPort: number;
  readonly #server: Server;

  private constructor(upstream: string) {
    this.#upstreamPort = Number(new URL(upstream).port);
    this.#server = createServer((incoming, outgoing) => this.#pass(incoming, outgoing));
  }

  static async start(upstream: string): Promise<NextVersion> {
    const proxy = new NextVersion(upstream);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get origin(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  #pass(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const path = (incoming.url ?? '').split('?')[0] ?? '';
    const upstream = request(
      {
        host: '127.0.0.1',
        port: this.#upstreamPort,
        method: incoming.method,
        path: incoming.url,
        headers: { ...incoming.headers, 'accept-encoding': 'identity', 'if-none-match': '' },
      },
      (answer) => {
        const changed = this.published && answer.statusCode === 200 ? changeOf(path) : undefined;
        if (!changed) {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(outgoing);
          return;
        }
        let text = '';
        answer.setEncoding('utf8').on('data', (part: string) => (text += part));
        answer.on('end', () => {
          const body = changed(text);
          const { 'content-length': _length, etag: _etag, ...headers } = answer.headers;
          outgoing.writeHead(200, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
        });
      },
    );
    upstream.on('error', () => outgoing.destroy());
    outgoing.on('close', () => upstream.destroy());
    incoming.pipe(upstream);
  }
}

function changeOf(path: string): ((text: string) => string) | undefined {
  if (path.endsWith('/kiosk/sw.js'))
    return (script) => script.replace(/(kiosk\/index\.html",revision:")\w/, (_, before: string) => `${before}next-`);
  if (path.endsWith('/kiosk/') || path.endsWith('/kiosk/index.html'))
    return (page) => page.replace('<html ', '<html data-version="next" ');
  return undefined;
}
