/**
 * Requests that nobody in their right mind sends: made of the route table and its schemas with something wrong here and there, and raw bytes.
 * The same seed makes the same requests.
 */
import { Agent, request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { toJsonSchema } from '@valibot/to-json-schema';
import type { ApiErrorCode } from '../../shared/errors.ts';
import { codesOf, type Route } from '../../relay/routes/route.ts';

export interface Keys {
  readonly app: string;
  readonly enrol: string;
  readonly admin: string;
}

export class Dice {
  constructor(private state: number) {}

  /** [0, 1), mulberry32. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  chance(share: number): boolean {
    return this.next() < share;
  }
  int(below: number): number {
    return Math.floor(this.next() * below);
  }
  pick<T>(list: readonly T[]): T {
    return list[this.int(list.length)];
  }
  bytes(most: number): Buffer {
    return Buffer.from(Array.from({ length: this.int(most) }, () => this.int(256)));
  }
}

const DEVICES = Array.from({ length: 8 }, (_, index) => `device_FUZZ-${index}_abcdef`);
const AGENTS = ['1', '2', '3', 'agent é', 4];
const PNG = `data:image/png;base64,${Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex').toString('base64')}`;
const JUNK: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1e308,
  0.1,
  '',
  ' ',
  '\u0000',
  '\ud800',
  '𝒳'.repeat(200),
  'x'.repeat(3_000),
  "'; DROP TABLE devices; --",
  '../../etc/passwd',
  '${7*7}',
  '<script>alert(1)</script>',
  '__proto__',
  'constructor',
  'NaN',
  [],
  [[]],
  {},
  { toString: 1 },
  { $gt: '' },
];

interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly minimum?: number;
  readonly maximum?: number;
}

export interface FuzzRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
}

export interface FuzzAnswer {
  readonly status: number;
  readonly body: unknown;
}

export class Fuzzer {
  /** What answers have told, so that some requests go far. */
  private readonly commandIds = ['nothing'];
  private readonly requestIds = ['nothing'];
  private readonly codes = ['AAAAAA'];
  private readonly tokens = new Map<string, string>();
  private readonly shapes: ReadonlyMap<Route, { readonly body?: Schema; readonly query?: Schema }>;
  private cookie = '';
  private csrf = '';

  constructor(
    private readonly dice: Dice,
    private readonly routes: readonly Route[],
    private readonly keys: Keys,
    private readonly base = '/api/device',
  ) {
    const shapeOf = (schema: Route['body']): Schema | undefined =>
      schema && (toJsonSchema(schema, { errorMode: 'ignore', typeMode: 'input' }) as Schema);
    this.shapes = new Map(
      routes.map((route) => {
        const [body, query] = [shapeOf(route.body), shapeOf(route.query)];
        return [route, { ...(body ? { body } : {}), ...(query ? { query } : {}) }];
      }),
    );
  }

  private named(name: string): string | number | undefined {
    const { dice } = this;
    switch (name) {
      case 'device_id':
        return dice.pick(DEVICES);
      case 'agent_id':
        return dice.pick(AGENTS);
      case 'command_id':
        return dice.pick(this.commandIds);
      case 'request_id':
        return dice.pick(this.requestIds);
      case 'pairing_code':
        return dice.pick(this.codes);
      case 'computer_name':
        return dice.pick(['FUZZ-1', 'FUZZ-2', 'fuzz-1']);
      case 'qr_image':
        return PNG;
      case 'wait':
        return dice.pick(['0', '0.01', '0.02', '1e1', '-1']);
      case 'key':
        return this.keys.admin;
      case 'device_token':
        return dice.pick([...this.tokens.values(), 'nothing']);
      case 'idempotency_key':
        return dice.pick(['k1', 'k2', 'k3']);
      case 'from':
      case 'to':
        return dice.pick(['2026-01-05', '2026-01-05T10:00:00Z', '9999-12-31', '0001-01-01', '2026-13-45']);
      case 'version':
        return dice.pick(['1.0.0', '1.2.3-rc.1', 'x']);
      default:
        return undefined;
    }
  }

  private valueOf(name: string, schema: Schema): unknown {
    const { dice } = this;
    if (dice.chance(0.06)) return dice.pick(JUNK);
    const known = this.named(name);
    if (known !== undefined) return known;
    if (schema.enum) return dice.pick(schema.enum);
    if (schema.anyOf) return this.valueOf(name, dice.pick(schema.anyOf));
    switch (schema.type) {
      case 'boolean':
        return dice.chance(0.5);
      case 'number':
      case 'integer':
        return dice.pick([schema.minimum ?? 0, schema.maximum ?? 1e6, 5, -1, 0.5]);
      case 'object':
        return this.objectOf(schema);
      case 'array':
        return [];
      default:
        return dice.pick(['text', 'x', '8842', 'é', 'https://pay.example/1']);
    }
  }

  private objectOf({ properties = {} }: Schema): Record<string, unknown> {
    const { dice } = this;
    const chosen: Record<string, unknown> = {};
    // Bodies that name exactly what they must are rare among random ones, so few fields are likelier than many.
    const share = dice.pick([0.3, 0.5, 0.8, 1]);
    for (const [name, schema] of Object.entries(properties))
      if (dice.chance(share)) chosen[name] = this.valueOf(name, schema);
    if (dice.chance(0.05)) chosen[dice.pick(['__proto__', 'constructor', 'extra', ''])] = dice.pick(JUNK);
    return chosen;
  }

  private credentials(deviceId: unknown): Record<string, string> {
    const { dice, keys } = this;
    const token = this.tokens.get(typeof deviceId === 'string' ? deviceId : '') ?? 'no-token';
    switch (dice.int(12)) {
      case 0:
        return {};
      case 1:
        return { authorization: `Bearer ${dice.pick(['', 'x', 'a.b.c', 'é', '..', 'x'.repeat(4_000)])}` };
      case 2:
        return { cookie: this.cookie, ...(dice.chance(0.7) ? { 'x-csrf-token': this.csrf } : {}) };
      case 3:
        return { 'x-api-key': dice.pick(Object.values(keys)) };
      case 4:
      case 5:
      case 6:
        return { authorization: `Bearer ${token}` };
      default:
        return { authorization: `Bearer ${dice.pick(Object.values(keys))}` };
    }
  }

  private bodyOf(shape: Schema): { readonly body: Buffer; readonly headers: Record<string, string> } {
    const { dice } = this;
    const json = { 'content-type': 'application/json' };
    if (dice.chance(0.04)) return { body: dice.bytes(300), headers: json };
    if (dice.chance(0.02)) return { body: Buffer.from(JSON.stringify(dice.pick(JUNK)) ?? ''), headers: json };
    const body = Buffer.from(JSON.stringify(this.objectOf(shape)));
    if (dice.chance(0.02)) return { body: body.subarray(0, dice.int(body.length)), headers: json };
    if (dice.chance(0.02))
      return { body, headers: { 'content-type': dice.pick(['text/plain', 'x', 'application/xml']) } };
    if (dice.chance(0.01)) return { body, headers: { ...json, 'content-encoding': dice.pick(['gzip', 'br', 'x']) } };
    return { body, headers: json };
  }

  make(): FuzzRequest {
    const { dice } = this;
    const route = dice.pick(this.routes);
    const shape = this.shapes.get(route) ?? {};
    const path = route.path.replace(/:([a-z_]+)/g, (_all, name: string) =>
      encodeURIComponent(
        String(dice.chance(0.08) ? dice.pick(['..', 'x', 'é', '%', '\u0000', ' ']) : (this.named(name) ?? 'x')),
      ),
    );
    const query = shape.query ? this.objectOf(shape.query) : {};
    const search = Object.entries(query)
      .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(safe(value))}`)
      .join('&');
    const sent = shape.body && this.bodyOf(shape.body);
    const deviceId = query['device_id'] ?? /"device_id":"([^"]*)"/.exec(sent?.body.toString() ?? '')?.[1];
    return {
      method: dice.chance(0.02)
        ? dice.pick(['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'])
        : route.method.toUpperCase(),
      path: `${this.base}${path}${search === '' ? '' : `?${dice.chance(0.02) ? `${search}&${search}&%` : search}`}`,
      headers: {
        ...this.credentials(deviceId),
        ...sent?.headers,
        ...(sent ? { 'content-length': String(sent.body.length) } : {}),
        ...(dice.chance(0.03) ? { origin: dice.pick(['https://evil.example', 'null']) } : {}),
        ...(dice.chance(0.03) ? { 'idempotency-key': dice.pick(['k1', 'x'.repeat(2_000)]) } : {}),
      },
      body: sent?.body,
    };
  }

  /** Later requests know what earlier answers said. */
  learn({ body }: FuzzAnswer, setCookie: string | undefined): void {
    if (setCookie !== undefined) this.cookie = setCookie.split(';')[0];
    if (typeof body !== 'object' || body === null) return;
    const told = body as Record<string, unknown>;
    const keep = (list: string[], value: unknown): void => {
      if (typeof value !== 'string') return;
      list.push(value);
      if (list.length > 20) list.splice(1, 1);
    };
    keep(this.commandIds, told['command_id']);
    keep(this.requestIds, told['request_id']);
    keep(this.codes, told['pairing_code']);
    if (typeof told['csrf_token'] === 'string') this.csrf = told['csrf_token'];
    if (typeof told['device_token'] === 'string') this.tokens.set(String(told['device_id']), told['device_token']);
  }
}

function safe(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  // A lone surrogate cannot be in an address.
  return text.isWellFormed() ? text : 'ill-formed';
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** Sends it; of a stream only the beginning is read. Rejects when the connection breaks without an answer. */
export function send(
  port: number,
  { method, path, headers, body }: FuzzRequest,
): Promise<FuzzAnswer & { cookie?: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { port, host: '127.0.0.1', method, path, headers: clean(headers), agent },
      (answer: IncomingMessage) => {
        const status = answer.statusCode ?? 0;
        if (answer.headers['content-type']?.startsWith('text/event-stream') === true) {
          answer.destroy();
          resolve({ status, body: undefined });
          return;
        }
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('error', reject);
        answer.on('end', () => {
          const text = Buffer.concat(parts).toString();
          const cookie = answer.headers['set-cookie']?.[0];
          const isJson = answer.headers['content-type']?.includes('json') === true && text !== '';
          resolve({ status, body: isJson ? JSON.parse(text) : undefined, ...(cookie === undefined ? {} : { cookie }) });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** What Node's own client refuses to send goes by the raw way. */
const clean = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([, value]) => /^[\x20-\x7e\x80-\xff]*$/.test(value)));

/** Bytes that are hardly HTTP. */
export function rawBytes(dice: Dice, keys: Keys): Buffer {
  const line = dice.pick([
    'GET /api/device/poll HTTP/1.1',
    'POST /api/device/qr HTTP/1.1',
    'GET / HTTP/1.0',
    'PRI * HTTP/2.0',
    'X',
  ]);
  const host = 'Host: localhost\r\n';
  const key = `Authorization: Bearer ${keys.app}\r\n`;
  const json = 'Content-Type: application/json\r\n';
  switch (dice.int(9)) {
    case 0:
      return dice.bytes(2_000);
    case 1:
      return Buffer.concat([Buffer.from(`${line}\r\n`), dice.bytes(500), Buffer.from('\r\n\r\n')]);
    case 2:
      return Buffer.from(
        `${line}\r\n${host}${`X-${'a'.repeat(100)}: ${'b'.repeat(1_000)}\r\n`.repeat(dice.int(40))}\r\n`,
      );
    case 3:
      return Buffer.from(
        `${line}\r\n${host}${key}${json}Transfer-Encoding: chunked\r\n\r\n${dice.pick(['zz', 'ffffffffff', '-1', '5'])}\r\n{"a":`,
      );
    case 4:
      return Buffer.from(
        `${line}\r\n${host}${key}${json}Content-Length: ${dice.pick(['-1', '9e9', '5, 6', '3'])}\r\n\r\n{}`,
      );
    case 5:
      return Buffer.from(
        `POST /api/device/qr HTTP/1.1\r\n${host}${key}${json}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /api/device/list HTTP/1.1\r\n\r\n`,
      );
    case 6:
      return Buffer.from(
        `GET ${dice.pick(['*', '//', 'http://[', '/%', `/${'a'.repeat(20_000)}`, '/api/device/%00', '/..%2f..%2fetc/passwd'])} HTTP/1.1\r\n${host}\r\n`,
      );
    case 7:
      return Buffer.from(`GET /api/device/health HTTP/1.1\r\n${host}\r\n`.repeat(1 + dice.int(20)));
    default:
      return Buffer.from(
        `${line}\r\n${dice.pick(['Host: a\r\nHost: b\r\n', 'Host:\r\n', ' Host: x\r\n', 'Upgrade: websocket\r\nConnection: Upgrade\r\n'])}\r\n`,
      );
  }
}

/** Sends bytes and hangs up; answers the status lines that came back. */
export function sendRaw(port: number, bytes: Buffer): Promise<string[]> {
  return new Promise((resolve) => {
    let got = '';
    const socket = connect(port, '127.0.0.1', () => socket.end(bytes));
    socket.setTimeout(250, () => socket.destroy());
    socket.on('data', (part) => (got += part.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve([...got.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => status)));
  });
}

export interface FuzzOptions {
  readonly port: number;
  readonly seed: number;
  readonly requests: number;
  readonly routes: readonly Route[];
  readonly keys: Keys;
  /** Called after each hundredth part. */
  readonly onPart?: () => Promise<void>;
}

/** One in so many is raw bytes. */
const RAW_EVERY = 10;
const WIDTH = 24;

export interface FuzzOutcome {
  /** How often each status was answered. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Calls that were let through at least once, as `GET /health`. */
  readonly passed: ReadonlySet<string>;
  /** What must not be: a 5xx, a refusal without a code or with one that the call does not declare, a broken connection. With the request. */
  readonly wrong: readonly string[];
}

/** Of addresses and methods that are none of the API's. */
const CODES_OF_NOWHERE: readonly ApiErrorCode[] = ['unknown_route', 'method_not_allowed', 'rate_limited'];

export const nameOf = ({ method, path }: Pick<Route, 'method' | 'path'>): string => `${method.toUpperCase()} ${path}`;

/** By what was sent, not by what it was made of: a strange word in an address may make it another call's. */
function callsOf(routes: readonly Route[], base: string): (request: FuzzRequest) => readonly Route[] {
  const patterns = routes.map(
    (route) => [route, new RegExp(`^${base}${route.path.replace(/:[a-z_]+/g, '[^/]+')}/?$`, 'i')] as const,
  );
  return ({ method, path }) =>
    patterns.flatMap(([route, pattern]) =>
      (route.method.toUpperCase() === method || (route.method === 'get' && method === 'HEAD')) &&
      pattern.test(path.split('?')[0])
        ? [route]
        : [],
    );
}

export async function fuzz({ port, seed, requests, routes, keys, onPart }: FuzzOptions): Promise<FuzzOutcome> {
  const dice = new Dice(seed);
  const fuzzer = new Fuzzer(dice, routes, keys);
  const statuses: Record<string, number> = {};
  const wrong: string[] = [];
  const passed = new Set<string>();
  const callsBy = callsOf(routes, '/api/device');
  const count = (status: number | string): void => {
    statuses[status] = (statuses[status] ?? 0) + 1;
  };
  let made = 0;
  const lane = async (): Promise<void> => {
    while (made < requests) {
      made++;
      if (onPart && made % Math.ceil(requests / 100) === 0) await onPart();
      if (dice.int(RAW_EVERY) === 0) {
        const bytes = rawBytes(dice, keys);
        for (const status of await sendRaw(port, bytes)) {
          count(`raw ${status}`);
          // 505: another HTTP version was asked for; Node's parser says so itself.
          if (status.startsWith('5') && status !== '505')
            wrong.push(`raw ${status}: ${JSON.stringify(bytes.toString('latin1').slice(0, 300))}`);
        }
        continue;
      }
      const asked = fuzzer.make();
      const say = (what: string): void => {
        if (wrong.length < 50)
          wrong.push(`${what}: ${JSON.stringify({ ...asked, body: asked.body?.toString('latin1').slice(0, 500) })}`);
      };
      try {
        const { cookie, ...answer } = await send(port, asked);
        count(answer.status);
        fuzzer.learn(answer, cookie);
        const { code, error } = (answer.body ?? {}) as { code?: unknown; error?: unknown };
        if (answer.status >= 500) say(`${answer.status} ${String(code)}`);
        const told = typeof code === 'string' && typeof error === 'string';
        const calls = callsBy(asked);
        if (answer.status < 300 && calls[0]) passed.add(nameOf(calls[0]));
        const declared: readonly string[] = calls.length > 0 ? calls.flatMap(codesOf) : CODES_OF_NOWHERE;
        if (told && !declared.includes(code) && asked.method !== 'HEAD')
          say(`${code} is not declared for ${calls.map(nameOf).join(', ') || 'no call'}`);
        if (answer.status >= 400 && !told && asked.method !== 'HEAD') say(`${answer.status} without a code`);
      } catch (error) {
        say(String(error));
      }
    }
  };
  await Promise.all(Array.from({ length: WIDTH }, lane));
  agent.destroy();
  return { statuses, passed, wrong };
}
