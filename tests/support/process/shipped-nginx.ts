/** deploy/nginx.conf as it is shipped, run by nginx before one relay, on ports and with a certificate of the test. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { tool } from '../requirements.ts';
import { until } from '../wait.ts';

export const shippedConf = readFileSync(join(import.meta.dirname, '../../../deploy/nginx.conf'), 'utf8');

export interface ShippedNginx {
  /** Where it answers plain HTTP. */
  readonly http: string;
  /** Its port for TLS on 127.0.0.1. */
  readonly tlsPort: number;
  /** What it has warned of so far. */
  said(): string;
  stop(): Promise<void>;
}

/** `folder`: readable by everybody, because nginx's workers run as another user. `relayOrigin`: with its port. */
export async function startShippedNginx(folder: string, relayOrigin: string): Promise<ShippedNginx> {
  const [plain, tls] = [await freePort(), await freePort()];
  const certificate = [join(folder, 'cert.pem'), join(folder, 'key.pem')] as const;
  const subject = ['-subj', '/CN=pay.example', '-days', '2'];
  const out = ['-out', certificate[0], '-keyout', certificate[1]];
  execFileSync(tool('openssl'), ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...subject, ...out], {
    stdio: 'ignore',
  });
  mkdirSync(join(folder, 'web-app'));
  writeFileSync(join(folder, 'web-app/index.html'), '<title>The web app</title>');
  const site = shippedConf
    .replace(/^\s*listen \[::\].*$/gm, '')
    .replace('listen 80;', `listen 127.0.0.1:${plain};`)
    .replaceAll('listen 443 ', `listen 127.0.0.1:${tls} `)
    .replaceAll('127.0.0.1:5001', new URL(relayOrigin).host.replace('localhost', '127.0.0.1'))
    .replaceAll('/etc/ssl/counterqr/fullchain.pem', certificate[0])
    .replaceAll('/etc/ssl/counterqr/privkey.pem', certificate[1])
    .replaceAll('/var/www/web-app', join(folder, 'web-app'))
    // A busy machine's flood may be slower than the real limit, and nginx ends a connection after 1,000 requests.
    .replace('rate=1000r/s', 'rate=5r/s')
    .replaceAll('burst=1000 ', 'burst=400 ');
  writeFileSync(join(folder, 'site.conf'), site);
  const main = [
    'daemon off; worker_processes 1; error_log stderr warn;',
    `pid ${join(folder, 'nginx.pid')};`,
    'events { worker_connections 1024; }',
    'http { access_log off;',
    ...['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${join(folder, `temp-${name}`)};`,
    ),
    `include ${join(folder, 'site.conf')}; }`,
  ];
  writeFileSync(join(folder, 'nginx.conf'), main.join('\n'));
  const child = spawn(tool('nginx'), ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr']);
  let said = '';
  child.stderr.on('data', (data: Buffer) => (said += data.toString()));
  const http = `http://127.0.0.1:${plain}`;
  await until(
    'nginx answers',
    () =>
      fetch(http, { redirect: 'manual' }).then(
        () => true,
        () => false,
      ),
    { otherwise: () => said },
  );
  return {
    http,
    tlsPort: tls,
    said: () => said,
    async stop() {
      if (child.exitCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}
