/**
 * A web app's own site, as small as it can be: one page under a content security policy, with the SDK as `window.sdk`.
 * With a relay behind it everything else is passed on, so that web app and kiosk share an origin, as behind nginx.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request as ask, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT } from 'jose';
import type { DeviceService } from '../../../sdk/types.ts';

/** What the page holds, for `page.evaluate`. */
export interface ShopWindow {
  readonly sdk: {
    readonly default: DeviceService;
    readonly deviceService: DeviceService;
    readonly createDeviceService: (options?: object) => DeviceService;
  };
  readonly violations: readonly string[];
}

export const AGENT_JWT_SECRET = 'a-secret-of-the-test-0123456789abcdef';

/** What the web app's server would sign for its page; each is another one. */
export const tokenFor = (agentId: string, lifeSeconds = 300): Promise<string> =>
  new SignJWT({})
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(agentId)
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime(`${lifeSeconds}s`)
    .sign(new TextEncoder().encode(AGENT_JWT_SECRET));

/** Timers that a page set, for `page.addInitScript`: a test lets their time pass by calling them, without waiting. */
export const HOLD_INTERVALS = `
  window.intervals = [];
  window.setInterval = (work, afterMs) => intervals.push({ work, afterMs });
`;
export interface IntervalsWindow {
  readonly intervals: readonly { readonly work: () => unknown; readonly afterMs: number }[];
}

export interface WebAppOptions {
  /** Origin of the relay that answers whatever is not the web app's own; undefined = nothing does. */
  readonly relayOrigin?: () => string;
  /** Where the page loads the SDK from. */
  readonly sdkUrl: () => string;
  readonly contentSecurityPolicy: () => string;
}

const PAGE = '<!doctype html><title>Web app</title><script type="module" src="/shop/page.js"></script>';

const script = (sdkUrl: string): string => `
window.violations = [];
addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => violations.push(violatedDirective + ' ' + blockedURI));
import(${JSON.stringify(sdkUrl)}).then(
  (sdk) => { window.sdk = sdk; document.documentElement.dataset.sdk = 'loaded'; },
  (error) => { document.documentElement.dataset.sdk = 'refused: ' + error.message; },
);
`;

function passOn(incoming: IncomingMessage, outgoing: ServerResponse, origin: string): void {
  const { port } = new URL(origin);
  const { method, url, headers } = incoming;
  const passed = ask({ host: '127.0.0.1', port, path: url, method, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  passed.on('error', () => (outgoing.headersSent ? outgoing.destroy() : outgoing.writeHead(502).end()));
  outgoing.on('close', () => passed.destroy());
  incoming.pipe(passed);
}

export class WebApp {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  get origin(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  get page(): string {
    return `${this.origin}/shop/`;
  }

  static async start(options: WebAppOptions): Promise<WebApp> {
    const server = createServer((incoming, outgoing) => {
      const own = { '/shop/': ['text/html', PAGE], '/shop/page.js': ['text/javascript', script(options.sdkUrl())] }[
        incoming.url ?? ''
      ];
      if (own) {
        const [type = '', content] = own;
        outgoing
          .writeHead(200, { 'Content-Type': type, 'Content-Security-Policy': options.contentSecurityPolicy() })
          .end(content);
      } else if (options.relayOrigin) passOn(incoming, outgoing, options.relayOrigin());
      else outgoing.writeHead(404).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new WebApp(server);
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}
