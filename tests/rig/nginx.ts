/** Debian's nginx as a child of the test, in front of several relays. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './redis.ts';
import { which } from './requirements.ts';
import { until } from './wait.ts';

export const noNginx = (): string | undefined =>
  which('nginx') === undefined ? 'no nginx on this machine' : undefined;

export interface TestNginx {
  readonly url: string;
  remove(): Promise<void>;
}

/** `relays`: their ports. What docs/scaling.md shows, with a port of its own. */
export async function startNginx(relays: readonly number[]): Promise<TestNginx> {
  const path = which('nginx');
  if (path === undefined) throw new Error(noNginx());
  const dir = mkdtempSync(join(tmpdir(), 'counterqr-nginx-'));
  mkdirSync(join(dir, 'logs'));
  const port = await freePort();
  writeFileSync(
    join(dir, 'nginx.conf'),
    `daemon off;
worker_processes 1;
pid ${dir}/nginx.pid;
error_log ${dir}/logs/error.log;
events { worker_connections 1024; }
http {
  access_log off;
  client_max_body_size 4m;
  client_body_temp_path ${dir}/body;
  proxy_temp_path ${dir}/proxy;
  fastcgi_temp_path ${dir}/fastcgi;
  uwsgi_temp_path ${dir}/uwsgi;
  scgi_temp_path ${dir}/scgi;
  upstream relays {
    ${relays.map((relay) => `server 127.0.0.1:${relay} max_fails=1 fail_timeout=1s;`).join('\n    ')}
    keepalive 64;
  }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://relays;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_read_timeout 35s;
      proxy_buffering off;
    }
  }
}
`,
  );
  const child: ChildProcess = spawn(path, ['-p', dir, '-c', join(dir, 'nginx.conf')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr?.on('data', (data: Buffer) => (said += data.toString()));
  const url = `http://127.0.0.1:${port}`;
  await until(
    'nginx listens',
    async () => {
      if (child.exitCode !== null) throw new Error(`nginx ended: ${said}`);
      return fetch(url).then(
        () => true,
        () => false,
      );
    },
    { otherwise: () => said },
  );
  return {
    url,
    async remove() {
      if (child.exitCode === null) {
        const ended = once(child, 'exit');
        child.kill('SIGQUIT');
        setTimeout(() => child.kill('SIGTERM'), 1_000).unref();
        await ended;
      }
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
