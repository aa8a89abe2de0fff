/** A master, two replicas that follow it and three sentinels, each a process of its own on a free port. */
import { createClient } from 'redis';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { spawn, type ChildProcess } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { endChild, TestRedis } from './redis.ts';
import { tool } from '../requirements.ts';
import { until } from '../wait.ts';
import { removeFolder } from '../remove-folder.ts';

const NAME = 'counter';
/** A master that has been silent for so long is down; docs/scaling.md advises 5 s. */
const DOWN_AFTER_MS = 2_000;
/** An election that came to nothing is tried again after so long. */
const FAILOVER_MS = 6_000;

class Sentinel {
  #child: ChildProcess | undefined;

  constructor(
    readonly port: number,
    readonly file: string,
  ) {}

  start(): void {
    this.#child = spawn(tool('redis-server'), [this.file, '--sentinel'], { stdio: 'ignore' });
  }

  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    await endChild(child, 'SIGKILL');
  }

  async ask(command: readonly string[]): Promise<unknown> {
    const client = createClient({ url: `redis://127.0.0.1:${this.port}` });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return await client.sendCommand([...command]);
    } finally {
      client.destroy();
    }
  }
}

export class SentinelRedis {
  readonly #dir = mkdtempSync(join(tmpdir(), 'counterqr-sentinels-'));
  readonly nodes: TestRedis[] = [];
  readonly sentinels: Sentinel[] = [];

  /** As STORE_URL takes it. */
  get url(): string {
    return `redis+sentinel://${this.sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',')}/${NAME}`;
  }

  async start(): Promise<void> {
    const master = new TestRedis(['--appendonly', 'yes']);
    this.nodes.push(master);
    await master.start();
    for (let replica = 0; replica < 2; replica++) {
      const node = new TestRedis(['--appendonly', 'yes', '--replicaof', '127.0.0.1', String(master.port)]);
      this.nodes.push(node);
      await node.start();
    }
    for (let nth = 0; nth < 3; nth++) {
      const port = await freePort();
      const dir = mkdtempSync(join(this.#dir, 'sentinel-'));
      const file = join(dir, 'sentinel.conf');
      writeFileSync(
        file,
        [
          `port ${port}`,
          'bind 127.0.0.1',
          `dir ${JSON.stringify(dir)}`,
          `sentinel monitor ${NAME} 127.0.0.1 ${master.port} 2`,
          `sentinel down-after-milliseconds ${NAME} ${DOWN_AFTER_MS}`,
          `sentinel failover-timeout ${NAME} ${FAILOVER_MS}`,
          '',
        ].join('\n'),
      );
      const sentinel = new Sentinel(port, file);
      this.sentinels.push(sentinel);
      sentinel.start();
    }
    await until('all sentinels know one another and both replicas', () => this.#isComplete(), { timeoutMs: 60_000 });
  }

  async #isComplete(): Promise<boolean> {
    for (const sentinel of this.sentinels) {
      const fields = await fieldsOf(sentinel);
      if (fields?.get('num-other-sentinels') !== '2' || fields.get('num-slaves') !== '2') return false;
    }
    return (await this.nodes[0].followers()) === 2;
  }

  /** Whom the sentinels name; `undefined` while they do not agree. */
  async master(): Promise<TestRedis | undefined> {
    const ports = new Set<string | undefined>();
    for (const sentinel of this.sentinels) {
      const fields = await fieldsOf(sentinel);
      if (fields) ports.add(fields.get('port'));
    }
    const [port] = ports;
    return ports.size === 1 ? this.nodes.find((node) => String(node.port) === port) : undefined;
  }

  agreedMaster(): Promise<TestRedis> {
    return until('the sentinels agree on a master', () => this.master(), { timeoutMs: 60_000 });
  }

  nextMaster(before: TestRedis): Promise<TestRedis> {
    return until(
      'the sentinels name another master',
      async () => {
        const master = await this.master();
        return master !== undefined && master !== before ? master : undefined;
      },
      { timeoutMs: 60_000 },
    );
  }

  /** Resolves when the master has both replicas again. */
  async isWhole(): Promise<void> {
    await until(
      'both replicas follow the master',
      async () => {
        const master = await this.master();
        return master !== undefined && (await master.followers()) === 2;
      },
      { timeoutMs: 120_000 },
    );
  }

  async remove(): Promise<void> {
    await Promise.all(this.sentinels.map((sentinel) => sentinel.stop()));
    await Promise.all(this.nodes.map((node) => node.remove()));
    removeFolder(this.#dir);
  }
}

async function fieldsOf(sentinel: Sentinel): Promise<Map<string, string> | undefined> {
  try {
    const answer = (await sentinel.ask(['SENTINEL', 'MASTER', NAME])) as Record<string, string>;
    return new Map(Object.entries(answer));
  } catch {
    return undefined;
  }
}

export async function startSentinelRedis(): Promise<SentinelRedis> {
  const redis = new SentinelRedis();
  await redis.start();
  return redis;
}
