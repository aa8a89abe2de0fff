/** Debian's redis-server on a free port, with an empty folder of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** A sentence when there is none on this machine. */
export async function startRedis(): Promise<{ readonly url: string; stop(): Promise<void> } | string> {
  const port = await freePort();
  const dir = await mkdtemp(join(tmpdir(), 'counterqr-redis-'));
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--appendonly', 'yes'];
  const child = spawn('redis-server', [...settings, '--maxmemory-policy', 'noeviction'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const remove = (): Promise<void> => rm(dir, { recursive: true, force: true });
  const isReady = await new Promise<boolean>((resolve) => {
    child.once('error', () => resolve(false));
    child.once('exit', () => resolve(false));
    child.stdout.on('data', (data: Buffer) => {
      if (data.toString().includes('Ready to accept connections')) resolve(true);
    });
  });
  if (!isReady) {
    await remove();
    return 'redis-server is not installed or does not start';
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      await remove();
    },
  };
}
