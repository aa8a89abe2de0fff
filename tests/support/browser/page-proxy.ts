/** Stands between a browser and a relay: passes everything on, and may answer itself or change a text on its way. */
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface PageProxyOptions {
  /** Sees each request first. True: it has answered. */
  readonly answers?: (url: URL, incoming: IncomingMessage, outgoing: ServerResponse) => boolean;
  /** What becomes of this answer's text; undefined: it is passed on as it comes. */
  readonly change: (path: string, answer: IncomingMessage) => ((text: string) => string) | undefined;
}

export class PageProxy {
  readonly #upstreamPort: number;
  readonly #options: PageProxyOptions;
  readonly #server: Server;

  private constructor(upstream: string, options: PageProxyOptions) {
    this.#upstreamPort = Number(new URL(upstream).port);
    this.#options = options;
    this.#server = createServer((incoming, outgoing) => this.#handle(incoming, outgoing));
  }

  /** @param upstream the relay's origin */
  static async start(upstream: string, options: PageProxyOptions): Promise<PageProxy> {
    const proxy = new PageProxy(upstream, options);
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

  #handle(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const url = new URL(incoming.url ?? '/', 'http://localhost');
    if (this.#options.answers?.(url, incoming, outgoing)) return;
    const upstream = request(
      {
        host: '127.0.0.1',
        port: this.#upstreamPort,
        method: incoming.method,
        path: incoming.url,
        // The relay compares origins with the host it was called by, and must not compress or leave out what is
        // changed.
        headers: { ...incoming.headers, 'accept-encoding': 'identity', 'if-none-match': '' },
      },
      (answer) => this.#answer(url.pathname, answer, outgoing),
    );
    upstream.on('error', () => outgoing.destroy());
    outgoing.on('close', () => upstream.destroy());
    incoming.pipe(upstream);
  }

  #answer(path: string, answer: IncomingMessage, outgoing: ServerResponse): void {
    const change = answer.statusCode === 200 ? this.#options.change(path, answer) : undefined;
    if (!change) {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
      return;
    }
    let text = '';
    answer.setEncoding('utf8').on('data', (part: string) => (text += part));
    answer.on('end', () => {
      const body = change(text);
      const { 'content-length': _length, 'content-encoding': _encoding, etag: _etag, ...headers } = answer.headers;
      outgoing.writeHead(200, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
    });
  }
}
