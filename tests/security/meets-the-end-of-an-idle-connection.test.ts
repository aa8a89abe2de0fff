/**
 * A POST that comes while the connection between proxy and relay is closed for idleness. Both shipped configurations of
 * nginx.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { httpServer, KEEP_ALIVE_MS } from '../../relay/http/server.ts';
import { blocksOf } from '../support/docs/guide.ts';
import { freePort } from '../support/process/free-port.ts';
import { noNginx } from '../support/process/nginx.ts';
import { removeFolder } from '../support/remove-folder.ts';
import { because, tool } from '../support/requirements.ts';
import { eventually, until } from '../support/wait.ts';

/** Both ends ten times as fast as shipped. */
const FASTER = 10;
const CONNECTIONS = 30;

const read = (path: string): string => readFileSync(join(import.meta.dirname, '../..', path), 'utf8');
const SHIPPED = {
  'deploy/nginx.conf': read('deploy/nginx.conf'),
  'docs/scaling.md': blocksOf('docs/scaling.md').find(({ language }) => language === 'nginx')?.text ?? '',
} as const;

/** The `upstream` block as shipped, with the port of the server under test. */
function upstreamOf(shipped: string, port: number): string {
  const [block = ''] = /upstream \w+ \{[^}]*\}/.exec(shipped) ?? [];
  const [first = ''] = /^\s*server .*$/m.exec(block) ?? [];
  return block
    .replaceAll(/^\s*server .*\n/gm, '')
    .replace('{\n', `{\n${first.replace(/\d+\.\d+\.\d+\.\d+:5001/, `127.0.0.1:${port}`)}\n`);
}

const keptSeconds = (upstream: string): number => Number(/keepalive_timeout (\d+)s;/.exec(upstream)?.[1] ?? 60);

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** nginx with this upstream and nothing else; answers its address. */
async function startProxy(upstream: string): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), 'counterqr-idle-'));
  // nginx's workers run as another user.
  chmodSync(dir, 0o755);
  const port = await freePort();
  const [, name] = /upstream (\w+)/.exec(upstream) ?? [];
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (one) => `${one}_temp_path ${dir}/${one};`,
  );
  writeFileSync(
    join(dir, 'nginx.conf'),
    `daemon off; worker_processes 1; pid ${dir}/nginx.pid; error_log stderr;
events { worker_connections 1024; }
http { access_log off; ${temporary.join(' ')}
${upstream}
server { listen 127.0.0.1:${port}; location / {
  proxy_pass http://${name ?? ''}; proxy_http_version 1.1; proxy_set_header Connection "";
} } }`,
  );
  const child = spawn(tool('nginx'), ['-p', dir, '-c', join(dir, 'nginx.conf'), '-e', 'stderr'], { stdio: 'ignore' });
  closing.push(async () => {
    if (child.exitCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    removeFolder(dir);
  });
  const url = `http://127.0.0.1:${port}`;
  await until('nginx answers', () =>
    fetch(url).then(
      () => true,
      () => false,
    ),
  );
  return url;
}

const why = noNginx();
describe.skipIf(why !== undefined)(`a POST at the end of an idle connection${because(why)}`, () => {
  it.each(Object.entries(SHIPPED))('%s: the proxy lets go first, and no POST is lost', async (_file, shipped) => {
    const letGo = new Set<Socket>();
    let held: (() => void)[] = [];
    const server = httpServer((req, res) => {
      if (req.method !== 'POST') return void res.end();
      req.resume();
      held.push(() => res.end('ok'));
      if (held.length >= CONNECTIONS) for (const answer of held.splice(0)) answer();
    });
    server.keepAliveTimeout = KEEP_ALIVE_MS / FASTER;
    const used = new Set<Socket>();
    server.on('connection', (socket: Socket) => {
      used.add(socket);
      // Only a peer that closes first is heard like this.
      socket.once('end', () => letGo.add(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(
      () => server.close(),
      () => server.closeAllConnections(),
    );
    const upstream = upstreamOf(shipped, (server.address() as AddressInfo).port);
    expect(keptSeconds(upstream) * 1000).toBeLessThan(KEEP_ALIVE_MS);
    const faster = upstream.replace(
      /keepalive_timeout (\d+)s;/,
      (_all, s: string) => `keepalive_timeout ${Number(s) / FASTER}s;`,
    );
    const url = await startProxy(faster);
    const post = () => fetch(url, { method: 'POST', body: '{}' }).then(({ status }) => status);
    const all = () => Promise.all(Array.from({ length: CONNECTIONS }, post));

    // All are held until the last has come: so many connections are idle together afterwards.
    expect(new Set(await all())).toEqual(new Set([200]));
    const first = [...used].filter((socket) => !socket.destroyed);
    const idleSince = performance.now();
    expect(first.length).toBeGreaterThanOrEqual(CONNECTIONS);
    await eventually(() => expect(first.filter((socket) => !letGo.has(socket))).toEqual([]));
    expect(performance.now() - idleSince).toBeLessThan(KEEP_ALIVE_MS / FASTER);

    // The moment at which the relay would have closed them.
    held = [];
    await until(
      'the relay’s own end of these connections',
      () => performance.now() - idleSince >= KEEP_ALIVE_MS / FASTER,
    );
    expect(new Set(await all())).toEqual(new Set([200]));
  });
});
