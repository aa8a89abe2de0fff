/**
 * Stands between a browser and the relay and writes down when each poll came, so that a page can be watched without a
 * debugger attached: an attached debugger already changes how Chrome treats a hidden tab. It adds one script to the
 * pages, which reports `document.visibilityState` to it.
 */
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const REPORTER = '/counterqr-test-visibility.js';
const SCRIPT = `
const report = () => {
  const { display, pollGapP99Ms = '' } = document.documentElement.dataset;
  return fetch('${REPORTER}?state=' + document.visibilityState + '&display=' + display + '&gap=' + pollGapP99Ms, { method: 'POST' });
};
addEventListener('visibilitychange', report);
new MutationObserver(report).observe(document.documentElement, { attributeFilter: ['data-display'] });
report();`;

export class RecordingProxy {
  /** When each poll began, by performance.now(). */
  readonly polls: number[] = [];
  /** What the page last said of itself. */
  visibility: string | undefined;
  display: string | undefined;
  /** The page's own p99 of its gaps between polls, in ms. */
  gapP99Ms: number | undefined;
  readonly #server: Server;
  readonly #upstreamPort: number;

  private constructor(upstream: string) {
    this.#upstreamPort = Number(new URL(upstream).port);
    this.#server = createServer((incoming, outgoing) => this.#handle(incoming, outgoing));
  }

  static async start(upstream: string): Promise<RecordingProxy> {
    const proxy = new RecordingProxy(upstream);
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

  /** Gaps between polls that began in this span, in ms. */
  gaps(from: number, to: number): number[] {
    const times = this.polls.filter((at) => at >= from && at <= to);
    return times.slice(1).map((at, index) => at - (times[index] ?? at));
  }

  #handle(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const url = new URL(incoming.url ?? '/', 'http://localhost');
    if (url.pathname === REPORTER) {
      if (incoming.method === 'POST') {
        this.visibility = url.searchParams.get('state') ?? undefined;
        this.display = url.searchParams.get('display') ?? undefined;
        this.gapP99Ms = Number(url.searchParams.get('gap') || Number.NaN);
      }
      outgoing.setHeader('content-type', 'text/javascript').end(incoming.method === 'POST' ? '' : SCRIPT);
      return;
    }
    if (url.pathname === '/api/device/poll') this.polls.push(performance.now());
    const upstream = request(
      {
        host: '127.0.0.1',
        port: this.#upstreamPort,
        method: incoming.method,
        path: incoming.url,
        // The relay compares origins with the host it was called by, and must not compress what gets a script added.
        headers: { ...incoming.headers, 'accept-encoding': 'identity' },
      },
      (answer) => this.#answer(answer, outgoing),
    );
    upstream.on('error', () => outgoing.destroy());
    outgoing.on('close', () => upstream.destroy());
    incoming.pipe(upstream);
  }

  #answer(answer: IncomingMessage, outgoing: ServerResponse): void {
    const isPage = answer.headers['content-type']?.startsWith('text/html') === true;
    if (!isPage || answer.statusCode !== 200) {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
      return;
    }
    let html = '';
    answer.setEncoding('utf8').on('data', (part: string) => (html += part));
    answer.on('end', () => {
      const body = html.replace('</head>', `<script type="module" src="${REPORTER}"></script></head>`);
      const { 'content-length': _length, 'content-encoding': _encoding, etag: _etag, ...headers } = answer.headers;
      outgoing.writeHead(200, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
    });
  }
}
