/**
 * The relay in this process, with an empty data folder and a clock that can be moved on; as its callers see it, over
 * loopback.
 */
import { mkdtemp } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino, type Logger } from 'pino';
import { readConfig, type Config } from '../../relay/config.ts';
import { countHere } from '../../relay/http/limits.ts';
import { httpServer } from '../../relay/http/server.ts';
import { Relay } from '../../relay/relay.ts';
import { Notices } from '../../relay/notices.ts';
import type { Deps } from '../../relay/routes/route.ts';
import { SteadyClock, type ClockSources } from '../../relay/steady-clock.ts';
import { followClock } from '../../relay/store/follow-clock.ts';
import { RelayStore } from '../../relay/store/relay-store.ts';
import { LowdbDatabase } from '../../relay/store/lowdb/lowdb-database.ts';
import type { StoreEvents } from '../../relay/store/database.ts';
import { openStore, type OpenStore } from '../../relay/store/open-store.ts';
import { MemoryPresence } from '../../relay/store/presence.ts';
import { newCommandId } from '../../relay/store/buffered-transaction.ts';
import { removeFolder } from './remove-folder.ts';

export const KEYS = {
  app: 'app-key-0123456789abcdef',
  enrol: 'enrol-key-0123456789abcdef',
  admin: 'admin-key-0123456789abcdef',
} as const;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed where it is JSON. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
  readonly text: string;
}

export interface Asked {
  readonly key?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface RelayAppOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly pagesDir?: string;
}

interface MovedTime {
  readonly clock: MovableClock;
  /** Absent where Redis keeps the time. */
  readonly sweep: (() => Promise<void>) | undefined;
}

export class RelayApp {
  readonly #time: MovedTime;
  readonly #end: () => Promise<void>;

  private constructor(
    readonly deps: Deps,
    readonly handle: Relay['handle'],
    readonly url: string,
    /** Lines that were logged, parsed. */
    readonly logged: Record<string, unknown>[],
    time: MovedTime,
    end: () => Promise<void>,
  ) {
    this.#time = time;
    this.#end = end;
  }

  static async start({ env = {}, pagesDir = '/nonexistent' }: RelayAppOptions = {}): Promise<RelayApp> {
    const dir = await mkdtemp(join(tmpdir(), 'counterqr-app-'));
    const config: Config = readConfig({
      DATA_DIR: dir,
      APP_KEYS: KEYS.app,
      ENROL_KEYS: KEYS.enrol,
      ADMIN_KEYS: KEYS.admin,
      ...env,
    });
    const logged: Record<string, unknown>[] = [];
    const log = pino(
      { level: 'debug' },
      { write: (line: string) => void logged.push(JSON.parse(line) as Record<string, unknown>) },
    );
    let onWritten: StoreEvents['onWritten'] = () => undefined;
    const running: { relay?: Relay } = {};
    const written: StoreEvents = {
      onWritten: (...facts) => onWritten(...facts),
      onUncertain: (ended) => running.relay?.uncertain(ended),
    };
    // Relays on one Redis have its clock; by itself a relay has one that can be moved on.
    const clock = new MovableClock();
    const { store, clocks, notices, makeLimiter, close, sweep } =
      config.storeUrl === undefined
        ? await openMovable(config, log, written, clock)
        : { ...(await openStore(config, log, written)), sweep: undefined };
    const keys = { app: config.appKeys ?? [], enrol: config.enrolKeys ?? [], admin: config.adminKeys ?? [] };
    const relay = new Relay({ config, keys, store, clocks, notices, makeLimiter, log, pagesDir });
    running.relay = relay;
    onWritten = (...facts) => relay.written(...facts);
    const { deps, handle } = relay;
    const server = httpServer((req, res) => void handle(req, res));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    await relay.start();
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const end = async (): Promise<void> => {
      await relay.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await close();
      removeFolder(dir);
    };
    return new RelayApp(deps, handle, url, logged, { clock, sweep }, end);
  }

  /** Time goes on by so much, and what it brings is done. Only without Redis. */
  async pass(ms: number): Promise<void> {
    this.#time.clock.passedMs += ms;
    await this.#time.sweep?.();
  }

  /** Somebody sets the computer's clock by so much, and the relay looks at it. Only without Redis. */
  async setClock(byMs: number): Promise<void> {
    this.#time.clock.setByMs += byMs;
    await this.#time.sweep?.();
  }

  stop = (): Promise<void> => this.#end();

  async call(method: string, path: string, { key, headers = {}, body }: Asked = {}): Promise<Answer> {
    const raw = typeof body === 'string' || body instanceof Uint8Array;
    const response = await fetch(`${this.url}${this.deps.config.basePath}/api/device${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(key === undefined ? {} : { Authorization: `Bearer ${key}` }),
        ...(body === undefined || raw ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: raw ? (body as string) : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson && text !== '' ? JSON.parse(text) : undefined,
    };
  }

  get = (path: string, key?: string): Promise<Answer> => this.call('GET', path, { key });
  post = (path: string, body: unknown, key?: string): Promise<Answer> => this.call('POST', path, { body, key });
  admin = (method: string, path: string, body?: unknown): Promise<Answer> =>
    this.call(method, path, { key: KEYS.admin, ...(body === undefined ? {} : { body }) });

  /** Registers a display; answers its token. */
  async register(deviceId: string, computerName = deviceId, key: string = KEYS.enrol): Promise<string> {
    const asked = { device_id: deviceId, computer_name: computerName, kind: 'kiosk' };
    const { status, body } = await this.post('/register', asked, key);
    if (status !== 200) throw new Error(`register: ${status} ${JSON.stringify(body)}`);
    return body.device_token as string;
  }

  /** A display with an agent; answers its token. */
  async counter(agentId: string, deviceId = `device_${agentId}`): Promise<string> {
    const token = await this.register(deviceId);
    const { status, body } = await this.post('/link', { agent_id: agentId, device_id: deviceId }, KEYS.app);
    if (status !== 200) throw new Error(`link: ${status} ${JSON.stringify(body)}`);
    return token;
  }

  /** Posts a text for an agent; answers the command's id. */
  async qr(agentId: string, more: object = {}): Promise<string> {
    const { status, body } = await this.post('/qr', { agent_id: agentId, qr_text: 'pay', ...more }, KEYS.app);
    if (status !== 200) throw new Error(`qr: ${status} ${JSON.stringify(body)}`);
    return body.command_id as string;
  }

  /** Polls once; answers the commands. */
  async poll(deviceId: string, token: string, query = ''): Promise<Record<string, unknown>[]> {
    const { status, body } = await this.get(`/poll?device_id=${encodeURIComponent(deviceId)}${query}`, token);
    if (status !== 200) throw new Error(`poll: ${status} ${JSON.stringify(body)}`);
    return body.commands as Record<string, unknown>[];
  }

  report(deviceId: string, token: string, commandId: unknown, status: string, more: object = {}): Promise<Answer> {
    return this.post('/status', { device_id: deviceId, command_id: commandId, status, ...more }, token);
  }
}

/** Time that goes on when a test says so, and a wall clock that a test sets. */
class MovableClock implements ClockSources {
  passedMs = 0;
  setByMs = 0;
  readonly wall = (): number => Date.now() + this.passedMs + this.setByMs;
  readonly passed = (): number => performance.now() + this.passedMs;
}

/** lowdb with a clock that can be moved on. It begins at noon, so that no test meets midnight unless it wants to. */
async function openMovable(
  { dataDir: dir, historyDays, rules, pictureSettings }: Config,
  log: Logger,
  { onWritten }: StoreEvents,
  sources: MovableClock,
): Promise<Omit<OpenStore, 'vault'> & { sweep: () => Promise<void> }> {
  sources.setByMs = new Date().setHours(12, 0, 0, 0) - Date.now();
  const clock = new SteadyClock(sources);
  const notices = new Notices();
  const { now, passed } = clock;
  const newId = (): string => newCommandId(now());
  const onDamage = (file: string): void => log.error({ file }, 'damage');
  const database = await LowdbDatabase.open({ dir, historyDays, rules, now, newId, onDamage, onWritten });
  const store = new RelayStore(database, new MemoryPresence(now, passed), now, pictureSettings);
  const sweep = async (): Promise<void> => {
    await followClock({ clock, database, log, notices });
    await store.sweep();
  };
  return { store, clocks: clock, notices, makeLimiter: countHere, sweep, close: () => store.close() };
}
