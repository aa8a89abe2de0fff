/** The relay's HTTP server: how long a client may take, and how the server closes. */
import { createServer, type RequestListener, type Server } from 'node:http';
import { ConfigError, type Config } from '../config.ts';

/**
 * Longer than the longest held poll, so that an idle kiosk's connection is not closed under it. Longer, too, than a
 * proxy keeps an idle connection (deploy/nginx.conf, docs/scaling.md): a request that meets the end of its connection
 * is lost.
 */
export const KEEP_ALIVE_MS = 30_000;
/** A client that sends its headers or its body slower than that is given up (408). */
const HEADERS_MS = 10_000;
const REQUEST_MS = 30_000;
/**
 * A connection on which nothing moved for that long, with an answer that nobody takes, is closed, and the answer
 * forgotten. Longer than a poll may be held, and than the gap between two events of the admin page.
 */
const STILL_MS = 60_000;
/** How often slow ones are looked for. */
const CHECK_MS = 2_000;
/**
 * So many connections may wait to be taken up: after a restart a whole fleet comes back within one moment, and Node's
 * 511 would turn most of it away. The system cuts it to its own limit (net.core.somaxconn, 4096 on Linux).
 */
const BACKLOG = 4_096;
/** A client that has not taken its answer after this time is cut off. */
const SHUTDOWN_MS = 3_000;

export function httpServer(handle: RequestListener): Server {
  const server = createServer(
    {
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: HEADERS_MS,
      requestTimeout: REQUEST_MS,
      connectionsCheckingInterval: CHECK_MS,
    },
    handle,
  );
  server.timeout = STILL_MS;
  return server;
}

export function listen(server: Server, { host, port }: Pick<Config, 'host' | 'port'>): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why =
        error.code === 'EADDRINUSE'
          ? `Port ${port} is in use. Stop what uses it, or set PORT to another one.`
          : `The relay cannot listen on ${host}:${port} (${error.code ?? error.message}); check HOST and PORT.`;
      reject(new ConfigError(why));
    });
    server.listen({ port, host, backlog: BACKLOG }, resolve);
  });
}

/** Takes nobody new, lets `endCalls` answer those who wait, and resolves when all have their answer or were cut off. */
export async function closeServer(server: Server, endCalls: () => Promise<void>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const ended = endCalls();
  server.closeIdleConnections();
  const idle = setInterval(() => server.closeIdleConnections(), 50);
  const cut = setTimeout(() => server.closeAllConnections(), SHUTDOWN_MS);
  try {
    await Promise.all([closed, ended]);
  } finally {
    clearInterval(idle);
    clearTimeout(cut);
  }
}
