/**
 * What stands between a branch office and the relay: TLS with a company's own authority, and a proxy that wants a
 * password.
 */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tool } from '../requirements.ts';
import { removeFolder } from '../remove-folder.ts';

export interface Company {
  /** PEM file of the authority. */
  readonly caFile: string;
  /** `http://user:password@127.0.0.1:…` */
  readonly proxy: string;
  readonly password: string;
  /** What the proxy was asked to connect to, in order; refused ones begin with `407 `. */
  readonly connects: readonly string[];
  close(): Promise<void>;
}

function openssl(...args: readonly string[]): void {
  const { status, stderr } = spawnSync(tool('openssl'), args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`openssl ${args[0]}: ${stderr}`);
}

function makeCertificates(folder: string, host: string): { caFile: string; key: string; cert: string } {
  const at = (name: string): string => join(folder, name);
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    at('ca.key'),
    '-out',
    at('ca.pem'),
    '-days',
    '2',
    '-subj',
    '/CN=Company',
  );
  openssl('req', ...newKey, '-keyout', at('host.key'), '-out', at('host.csr'), '-subj', `/CN=${host}`);
  writeFileSync(at('san'), `subjectAltName=DNS:${host}\n`);
  const ca = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial'];
  openssl('x509', '-req', '-in', at('host.csr'), ...ca, '-out', at('host.pem'), '-days', '2', '-extfile', at('san'));
  return {
    caFile: at('ca.pem'),
    key: readFileSync(at('host.key'), 'utf8'),
    cert: readFileSync(at('host.pem'), 'utf8'),
  };
}

async function listen(server: net.Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/**
 * @param host the name under which the relay is known; only the proxy knows where it is
 * @param options `openProxy`: it wants no password, as one that a PAC script names
 */
export async function startCompany(
  host: string,
  relayOrigin: string,
  { openProxy = false }: { readonly openProxy?: boolean } = {},
): Promise<Company> {
  const folder = mkdtempSync(join(tmpdir(), 'counterqr-company-'));
  const { caFile, key, cert } = makeCertificates(folder, host);
  const relayPort = Number(new URL(relayOrigin).port);
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
  };

  const front = https.createServer({ key, cert }, (incoming, outgoing) => {
    const { method, url: path, headers } = incoming;
    const inner = http.request({ host: '127.0.0.1', port: relayPort, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    inner.on('error', () => outgoing.destroy());
    incoming.pipe(inner);
  });
  const frontPort = await listen(front);

  const password = 'proxy-password-123';
  const wanted = `Basic ${Buffer.from(`branch:${password}`).toString('base64')}`;
  const connects: string[] = [];
  const proxy = http.createServer();
  proxy.on('connection', keep);
  front.on('connection', keep);
  proxy.on('connect', ({ url, headers }, socket: Socket) => {
    const allowed = openProxy || headers['proxy-authorization'] === wanted;
    connects.push(allowed ? (url ?? '') : `407 ${url}`);
    if (!allowed) return socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    const inner = net.connect(frontPort, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      inner.pipe(socket);
      socket.pipe(inner);
    });
    keep(inner);
    return inner;
  });
  const proxyPort = await listen(proxy);

  return {
    caFile,
    proxy: `http://branch:${password}@127.0.0.1:${proxyPort}`,
    password,
    connects,
    close: async () => {
      const closed = [front, proxy].map((server) => once(server, 'close'));
      front.close();
      proxy.close();
      for (const socket of sockets) socket.destroy();
      await Promise.all(closed);
      removeFolder(folder);
    },
  };
}
