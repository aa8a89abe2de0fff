/** Debian's nginx as a child of the test, in front of several relays. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { blocksOf } from '../docs/guide.ts';
import { noTool, tool } from '../requirements.ts';
import { until } from '../wait.ts';

export const noNginx = (): string | undefined => noTool('nginx');

export interface TestNginx {
  readonly url: string;
  remove(): Promise<void>;
}

/** What docs/scaling.md shows, with these relays' ports and a port of its own. */
function shownInTheGuide(relays: readonly number[], port: number): string {
  const block = blocksOf('docs/scaling.md').find(({ language }) => language === 'nginx')?.text ?? '';
  const ports = [...relays];
  const here = block
    .replace(
      /^(\s*server) 10\.0\.0\.\d:5001 /gm,
      (_all, server: string) => `${server} 127.0.0.1:${ports.shift() ?? 0} `,
    )
    .replace('server {\n', `server {\n  listen 127.0.0.1:${port};\n`);
  if (ports.length > 0 || !here.includes('listen'))
    throw new Error('The guide shows nginx otherwise than this test knows.');
  return here;
}

/** `relays`: their ports, as many as the guide shows. */
export async function startNginx(relays: readonly number[]): Promise<TestNginx> {
  const path = tool('nginx');
  const dir = mkdtempSync(join(tmpdir(), 'counterqr-nginx-'));
  // nginx's workers run as another user.
  chmodSync(dir, 0o755);
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
  client_body_temp_path ${dir}/body;
  proxy_temp_path ${dir}/proxy;
  fastcgi_temp_path ${dir}/fastcgi;
  uwsgi_temp_path ${dir}/uwsgi;
  scgi_temp_path ${dir}/scgi;
${shownInTheGuide(relays, port)}
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
