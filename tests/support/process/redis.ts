/** Debian's redis-server as a child of the test, on a free port, with nothing on the disk unless asked for. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type RedisClientType } from 'redis';
import { onlineReplicas } from '../../../relay/store/redis/server-check.ts';
import { freePort } from './free-port.ts';
import { noTool, tool } from '../requirements.ts';
import { until } from '../wait.ts';
import { removeFolder } from '../remove-folder.ts';

export const noRedis = (): string | undefined => noTool('redis-server');

/** Written and fsynced before each answer, so that a killed Redis has lost nothing. */
export const DURABLE = ['--appendonly', 'yes', '--appendfsync', 'always'];

/** While it loads what it had kept, it answers that it is loading. */
async function answersPing(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  try {
    await once(socket, 'connect');
    socket.write('PING\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    return answer.toString().startsWith('+PONG');
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** Resolves when it has ended; one that was not started, or has ended, is as good. */
export async function endChild(child: ChildProcess | undefined, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

export class TestRedis {
  readonly #options: readonly string[];
  readonly #dir = mkdtempSync(join(tmpdir(), 'counterqr-redis-'));
  #child: ChildProcess | undefined;
  #port = 0;

  constructor(options: readonly string[]) {
    this.#options = options;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.#port}`;
  }

  get port(): number {
    return this.#port;
  }

  get pid(): number {
    return this.#child?.pid ?? -1;
  }

  /** Starts it, the second time on the same port and with what it had kept. */
  async start(): Promise<void> {
    const path = tool('redis-server');
    this.#port ||= await freePort();
    const args = ['--port', String(this.#port), '--bind', '127.0.0.1', '--save', '', '--dir', this.#dir];
    const child = spawn(path, [...args, ...this.#options], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#child = child;
    let said = '';
    child.stdout.on('data', (data: Buffer) => (said = (said + data.toString()).slice(-20_000)));
    await until(
      'redis-server answers PING',
      () => {
        if (child.exitCode !== null) throw new Error(`redis-server ended with code ${child.exitCode}: ${said}`);
        return answersPing(this.#port);
      },
      { otherwise: () => said },
    );
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGKILL'): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    await endChild(child, signal);
  }

  async #withClient<T>(work: (client: RedisClientType) => Promise<T>): Promise<T> {
    const client: RedisClientType = createClient({ url: this.url });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.close();
    }
  }

  /** Takes everything away while its clients go on. */
  async empty(): Promise<void> {
    await this.#withClient((client) => client.flushAll());
  }

  /** Names of all keys that begin so. */
  keys(prefix: string): Promise<string[]> {
    return this.#withClient((client) => client.keys(`${prefix}*`));
  }

  /** All keys that begin so with all that they hold, as one text, to look for what should not be there. */
  everything(prefix = ''): Promise<string> {
    return this.#withClient(async (client) => {
      const read = async (key: string): Promise<unknown> => {
        switch (await client.type(key)) {
          case 'string':
            return client.get(key);
          case 'hash':
            return client.hGetAll(key);
          case 'list':
            return client.lRange(key, 0, -1);
          case 'set':
            return client.sMembers(key);
          case 'zset':
            return client.zRangeWithScores(key, 0, -1);
          default:
            throw new Error(`${key} is of a type that this does not read.`);
        }
      };
      const keys = await client.keys(`${prefix}*`);
      return JSON.stringify(await Promise.all(keys.map(async (key) => [key, await read(key)])));
    });
  }

  /** How many replicas follow it, up to date. */
  followers(): Promise<number> {
    return this.#withClient(onlineReplicas);
  }

  /** Bytes that its clients have sent so far. */
  received(): Promise<number> {
    return this.#withClient(async (client) =>
      Number(/total_net_input_bytes:(\d+)/.exec(await client.info('stats'))?.[1]),
    );
  }

  async remove(): Promise<void> {
    await this.stop();
    removeFolder(this.#dir);
  }
}

export async function startRedis(options: readonly string[] = ['--appendonly', 'no']): Promise<TestRedis> {
  const redis = new TestRedis(options);
  await redis.start();
  return redis;
}
