/** Servers as children of the bench, their CPU time, and a plain keep-alive client that costs little itself. */
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeFolder } from '../support/remove-folder.ts';

export const root = join(import.meta.dirname, '../..');

export interface Server {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Starts a Node program and waits for the first address of this machine that it prints. */
export async function startServer(script: string, env: Record<string, string> = {}): Promise<Server> {
  const child: ChildProcess = spawn(process.execPath, [script], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise<string>((resolve, reject) => {
    let seen = '';
    child.stdout?.on('data', (data: Buffer) => {
      seen = (seen + data.toString()).slice(-10_000);
      const match = /http:\/\/(?:localhost|127\.0\.0\.1):\d+/.exec(seen);
      if (match) resolve(match[0]);
    });
    child.once('exit', (code) => reject(new Error(`${script} ended with code ${code} before it listened`)));
  });
  return {
    url,
    pid: child.pid ?? 0,
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill('SIGTERM');
      }),
  };
}

export const KEYS = {
  app: 'bench-app-key-0123456789',
  enrol: 'bench-enrol-key-0123456789',
  admin: 'bench-admin-key-0123456789',
};

/** The relay as built, with an empty data folder of its own. */
export async function startRelay(env: Record<string, string> = {}): Promise<Server> {
  const dataDir = await mkdtemp(join(tmpdir(), 'counterqr-bench-'));
  const server = await startServer(join(root, 'dist/relay/main.js'), {
    PORT: '0',
    DATA_DIR: dataDir,
    APP_KEYS: KEYS.app,
    ENROL_KEYS: KEYS.enrol,
    ADMIN_KEYS: KEYS.admin,
    RATE_LIMITS: 'off',
    LOG_LEVEL: 'warn',
    DEMO: 'off',
    ...env,
  });
  return {
    ...server,
    stop: async () => {
      await server.stop();
      removeFolder(dataDir);
    },
  };
}

/** User and system seconds that a process has used; Linux only. A clock tick is 10 ms (USER_HZ, proc(5)). */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

export const residentMegabytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? NaN) / 1024;

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

export class Client {
  readonly #base: string;
  readonly #key: string;
  /** Shared between clients where the number of connections must be the same on both sides of a comparison. */
  readonly #agent: Agent;

  constructor(base: string, key: string, agent = new Agent({ keepAlive: true, maxSockets: 256 })) {
    this.#base = base;
    this.#key = key;
    this.#agent = agent;
  }

  call(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const data = body === undefined ? undefined : JSON.stringify(body);
      const outgoing = request(
        this.#base + path,
        {
          method,
          agent: this.#agent,
          headers: {
            authorization: `Bearer ${this.#key}`,
            ...(data === undefined
              ? {}
              : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(data) }),
          },
        },
        (incoming) => {
          const parts: Buffer[] = [];
          incoming.on('data', (part: Buffer) => parts.push(part));
          incoming.on('error', reject);
          incoming.on('end', () => {
            const text = Buffer.concat(parts).toString();
            resolve({
              status: incoming.statusCode ?? 0,
              body: text ? (JSON.parse(text) as Record<string, unknown>) : {},
            });
          });
        },
      );
      outgoing.on('error', reject);
      outgoing.end(data);
    });
  }

  /** The same credentials at another relay, or over other connections. */
  on = (base: string, agent: Agent): Client => new Client(base, this.#key, agent);
  post = (path: string, body: unknown): Promise<Answer> => this.call('POST', path, body);
  get = (path: string): Promise<Answer> => this.call('GET', path);
  close = (): void => this.#agent.destroy();
}

/** Runs `work` over 0..count-1, `width` at a time. */
export async function inParallel(count: number, width: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: Math.min(width, count) }, lane));
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
};
export const percentile = (values: readonly number[], p: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? NaN;
};
