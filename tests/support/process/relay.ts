/** The relay as built, as a child of its own, on a free port with an empty data folder and keys that the test knows. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandView, QrAnswer } from '../../../shared/wire/web-app.ts';
import { here, missing, takesPart, whoIsMissing, type Presence } from '../participants.ts';
import { removeFolder } from '../remove-folder.ts';

const root = join(import.meta.dirname, '../../..');

export const KEYS = {
  app: 'test-app-key-0123456789abcdef',
  enrol: 'test-enrol-key-0123456789abcdef',
  admin: 'test-admin-key-0123456789abcdef',
};

/** It takes half a second on an idle machine. */
const STARTS_WITHIN_MS = 60_000;

export interface ApiAnswer<T = Record<string, unknown>> {
  readonly status: number;
  readonly body: T;
}

export interface RelayOptions {
  readonly env?: Readonly<Record<string, string>>;
}

export class TestRelay {
  readonly #env: Record<string, string>;
  readonly dataDir: string;
  #child: ChildProcess | undefined;
  #port = 0;
  #output = '';
  #leave: () => void = () => undefined;

  constructor(options: RelayOptions = {}) {
    this.dataDir = mkdtempSync(join(tmpdir(), 'counterqr-relay-'));
    this.#env = {
      DATA_DIR: this.dataDir,
      APP_KEYS: KEYS.app,
      ENROL_KEYS: KEYS.enrol,
      ADMIN_KEYS: KEYS.admin,
      RATE_LIMITS: 'off',
      LOG_LEVEL: 'info',
      DEMO: 'on',
      ...options.env,
    };
  }

  /** Chromium gives Web Serial to secure origins only; http://localhost is one. */
  get origin(): string {
    return `http://localhost:${this.#port}`;
  }

  get pid(): number {
    return this.#child?.pid ?? -1;
  }

  /** All that it printed and logged so far. */
  get output(): string {
    return this.#output;
  }

  /** Starts it, the second time on the same port. */
  async start(): Promise<void> {
    // As `npm start` does it: the test is the person who may read the demo's token.
    const child = spawn(process.execPath, [join(root, 'dist/relay/main.js'), '--show-first-run-keys'], {
      cwd: root,
      env: { ...withoutSettings(process.env), ...this.#env, PORT: String(this.#port), HOST: '127.0.0.1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    this.#leave = takesPart({ name: 'relay', ask: () => this.#presence(child) });
    let seen = '';
    const url = await new Promise<URL>((resolve, reject) => {
      const tooLate = setTimeout(
        () => void whoIsMissing().then((who) => reject(new Error(`The relay names no address: ${seen}\n${who}`))),
        STARTS_WITHIN_MS,
      );
      child.once('exit', () => clearTimeout(tooLate));
      const listen = (data: Buffer): void => {
        this.#output += data.toString();
        seen += data.toString();
        const match = /http:\/\/(?:127\.0\.0\.1|localhost):\d+/.exec(seen);
        if (!match) return;
        clearTimeout(tooLate);
        resolve(new URL(match[0]));
      };
      child.stdout.on('data', listen);
      child.stderr.on('data', listen);
      child.once('exit', (code) => reject(new Error(`The relay ended with code ${code}: ${seen}`)));
    });
    this.#port = Number(url.port);
  }

  /** Ends it as Ctrl-C does, or as a power cut does. Its data stay. */
  async stop(signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<number | null> {
    const child = this.#child;
    this.#child = undefined;
    this.#leave();
    if (!child || child.exitCode !== null) return child?.exitCode ?? null;
    const ended = once(child, 'exit');
    child.kill(signal);
    const [code] = (await ended) as [number | null];
    return code;
  }

  async #presence(child: ChildProcess): Promise<Presence> {
    if (child.exitCode !== null || child.signalCode !== null)
      return missing(`it ended with ${child.exitCode ?? child.signalCode}`);
    const from = performance.now();
    const { status } = await this.call('GET', '/health', { key: null });
    return here(`answers ${status} within ${Math.round(performance.now() - from)} ms`);
  }

  async remove(): Promise<void> {
    await this.stop();
    removeFolder(this.dataDir);
  }

  async call<T = Record<string, unknown>>(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    { body, key = KEYS.app, timeoutMs = 40_000 }: { body?: unknown; key?: string | null; timeoutMs?: number } = {},
  ): Promise<ApiAnswer<T>> {
    const response = await fetch(`http://127.0.0.1:${this.#port}${this.#env['BASE_PATH'] ?? ''}/api/device${path}`, {
      method,
      headers: {
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await response.text();
    return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as T };
  }

  async #must<T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> {
    const answer = await this.call<T>(method, path, { body });
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  link = (agentId: string, deviceId: string): Promise<unknown> =>
    this.#must('POST', '/link', { agent_id: agentId, agent_name: `Agent ${agentId}`, device_id: deviceId });

  postQr = (agentId: string, text: string, more: object = {}): Promise<QrAnswer> =>
    this.#must('POST', '/qr', { agent_id: agentId, qr_text: text, ...more });

  command = (commandId: string, waitSeconds = 0): Promise<CommandView> =>
    this.#must('GET', `/command/${commandId}${waitSeconds > 0 ? `?wait=${waitSeconds}` : ''}`);

  /** Waits until the command is in one of these states, by the relay's own held answers. */
  async reaches(commandId: string, states: readonly string[], timeoutMs = 30_000): Promise<CommandView> {
    const deadline = performance.now() + timeoutMs;
    for (let view = await this.command(commandId); ; view = await this.command(commandId, 2)) {
      if (states.includes(view.state)) return view;
      if (performance.now() > deadline)
        throw new Error(
          `Waited ${timeoutMs} ms for ${states.join(' or ')}, the command is ${JSON.stringify(view)}\n${await whoIsMissing()}`,
        );
    }
  }
}

/** A developer's own settings must not reach the relay under test. */
function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const settings =
    /^(PORT|HOST|DATA_DIR|STORE_URL|APP_KEYS|ENROL_KEYS|ADMIN_KEYS|AGENT_.*|LEGACY_API_KEY|ALLOWED_ORIGINS|BASE_PATH|DEMO|NODE_ENV|VITEST.*|.*_SECONDS|.*_HOURS|.*_DAYS|QUEUE_POLICY|RATE_LIMITS|MAX_QUEUED_PER_DEVICE|LOG_.*|ALERT_.*|WEBHOOK.*)$/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !settings.test(name)));
}

export async function startRelay(options: RelayOptions = {}): Promise<TestRelay> {
  const relay = new TestRelay(options);
  await relay.start();
  return relay;
}
