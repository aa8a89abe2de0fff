/**
 * The station's Http over Node's own client, because it goes through company proxies with the system's certificates.
 * Knows addresses and sockets; knows nothing of what is said.
 */
import http from 'node:http';
import https from 'node:https';
import tls from 'node:tls';
import { HttpsProxyAgent } from 'https-proxy-agent';
import type { Http, HttpAnswer, HttpRequest } from '../../shared/station/station-types.ts';

/** Answers are JSON with at most a few pictures of 2 MB each in them. */
const MAX_ANSWER_BYTES = 32_000_000;
/** No byte for this long on a connection means that it is dead; above the longest hold of 25 s. */
const SOCKET_IDLE_TIMEOUT_MS = 40_000;

export interface NodeHttpOptions {
  /** The relay's address, e.g. `https://qr.example`; a path in it (`BASE_PATH`) is kept. */
  readonly relay: URL;
  /** Asked for every request, because company settings change while the program runs. */
  readonly proxy: (url: URL) => Promise<string | undefined>;
  /** PEM; undefined: Node's own. */
  readonly authorities?: string[];
  readonly userAgent: string;
}

/** Root of the device API under the relay's address. */
export function apiRoot(relay: URL): string {
  return `${relay.origin}${relay.pathname.replace(/\/+$/, '')}/api/device`;
}

export function createNodeHttp(options: NodeHttpOptions): Http {
  const routes = createRoutes(options.authorities);
  const root = apiRoot(options.relay);
  return async (request) => {
    const url = new URL(`${root}${request.path}`);
    return exchange(url, request, routes(url, await options.proxy(url)), options.userAgent);
  };
}

/** How a request reaches its address; to be spread into its options. */
export interface Route {
  readonly agent: http.Agent;
  /** Named per request, too: behind a proxy the agent's own trust is the proxy's. Absent: Node's own authorities. */
  readonly secureContext?: tls.SecureContext;
}

/** @returns the route to an address over a proxy; connections are kept open and reused per proxy */
export function createRoutes(authorities: string[] | undefined): (url: URL, proxy: string | undefined) => Route {
  const known = new Map<string, http.Agent>();
  const shared = { keepAlive: true, maxSockets: 8, timeout: SOCKET_IDLE_TIMEOUT_MS };
  // Made once: authorities as text would be parsed for each connection, and be part of each pool's name.
  const trust = authorities === undefined ? {} : { secureContext: tls.createSecureContext({ ca: authorities }) };
  return (url, proxy) => {
    const key = `${url.protocol}${proxy ?? ''}`;
    const agent = known.get(key) ?? make(url, proxy);
    known.set(key, agent);
    return { agent, ...trust };
  };
  function make(url: URL, proxy: string | undefined): http.Agent {
    if (proxy !== undefined) return new HttpsProxyAgent(proxy, { ...shared, ...trust });
    return url.protocol === 'https:' ? new https.Agent({ ...shared, ...trust }) : new http.Agent(shared);
  }
}

function exchange(url: URL, request: HttpRequest, route: Route, userAgent: string): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const body = request.body === undefined ? undefined : Buffer.from(request.body);
    const outgoing = (url.protocol === 'https:' ? https : http).request(
      url,
      {
        method: request.method,
        ...route,
        signal: request.signal,
        headers: {
          'user-agent': userAgent,
          ...request.headers,
          ...(body === undefined ? {} : { 'content-length': body.length }),
        },
      },
      (incoming) => {
        const parts: Buffer[] = [];
        let bytes = 0;
        incoming.on('data', (part: Buffer) => {
          bytes += part.length;
          if (bytes > MAX_ANSWER_BYTES) outgoing.destroy(new Error('The relay answered with more than can be right.'));
          else parts.push(part);
        });
        incoming.on('error', reject);
        incoming.on('end', () => resolve(answerOf(incoming, Buffer.concat(parts).toString('utf8'))));
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error('The connection to the relay went silent.')));
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

function answerOf(incoming: http.IncomingMessage, body: string): HttpAnswer {
  const retryAfter = Number(incoming.headers['retry-after']);
  return {
    status: incoming.statusCode ?? 0,
    body,
    ...(Number.isFinite(retryAfter) && retryAfter >= 0 ? { retryAfterSeconds: retryAfter } : {}),
  };
}
