/**
 * Fetches a large file from the relay onto the disk, through the same proxies and with the same trust as everything
 * else.
 */
import { createWriteStream } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { apiRoot, createRoutes, type NodeHttpOptions } from './node-http.ts';

interface DownloadRequest {
  /** Below the API's root. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** More than this many bytes are not taken. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}
/**
 * Writes the answer's body to `file`; on the disk when it resolves. Rejects for any status but 200, and when the body
 * is cut.
 */
export type Download = (request: DownloadRequest, file: string) => Promise<void>;

export function createDownload(options: NodeHttpOptions): Download {
  const routes = createRoutes(options.authorities);
  return async ({ path, headers, maxBytes, signal }, file) => {
    const url = new URL(`${apiRoot(options.relay)}${path}`);
    const route = routes(url, await options.proxy(url));
    const incoming = await new Promise<http.IncomingMessage>((resolve, reject) => {
      const outgoing = (url.protocol === 'https:' ? https : http).request(
        url,
        {
          ...route,
          signal,
          headers: { 'user-agent': options.userAgent, ...headers },
        },
        resolve,
      );
      outgoing.on('timeout', () => outgoing.destroy(new Error('The connection to the relay went silent.')));
      outgoing.on('error', reject);
      outgoing.end();
    });
    if (incoming.statusCode !== 200) {
      incoming.resume();
      throw new Error(`The relay answered ${incoming.statusCode} to ${path}.`);
    }
    await pipeline(incoming, atMost(maxBytes), createWriteStream(file, { flush: true }));
  };
}

function atMost(maxBytes: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(part: Buffer, _encoding, done) {
      bytes += part.length;
      if (bytes > maxBytes) done(new Error('The file is larger than its manifest says.'));
      else done(null, part);
    },
  });
}
