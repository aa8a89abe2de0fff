/** Requests made of the route table and its schemas, sane or with something wrong here and there. */
import { toJsonSchema } from '@valibot/to-json-schema';
import type { Route } from '../../../relay/routes/route.ts';
import type { Dice } from './dice.ts';
import { NAMED_VALUES } from './named-values.ts';
import type { FuzzAnswer, FuzzRequest } from './send.ts';

export interface Keys {
  readonly app: string;
  readonly enrol: string;
  readonly admin: string;
}

const DEVICES = Array.from({ length: 8 }, (_, index) => `device_FUZZ-${index}_abcdef`);
const AGENTS = ['1', '2', '3', 'agent é', 4];
/** Fields of which a body needs one; the schemas say so in a check, which JSON Schema cannot tell. */
const ONE_OF = [
  ['agent_id', 'device_id'],
  ['qr_image', 'qr_text'],
] as const;
/** What displays and web apps do all day is tried more often than the rest. */
const OFTEN = new Set(['/qr', '/poll', '/status', '/link']);
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
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
}

export class Fuzzer {
  readonly #dice: Dice;
  readonly #keys: Keys;
  readonly #base: string;
  /** What answers have told, so that some requests go far. */
  readonly #commandIds = ['nothing'];
  /** Which display was handed which command. */
  readonly #handed: { readonly device_id: string; readonly command_id: string }[] = [];
  readonly #requestIds = ['nothing'];
  /** By request: what proves that it is one's own. */
  readonly #secrets = new Map<string, string>();
  readonly #codes = ['AAAAAA'];
  readonly #tokens = new Map<string, string>();
  readonly #drawn: readonly Route[];
  readonly #shapes: ReadonlyMap<Route, { readonly body?: Schema; readonly query?: Schema }>;
  /**
   * How much of what may be wrong is: 0 in a request that is as it should be. Without some of those nobody would get
   * past the door.
   */
  #wildness = 1;
  #cookie = '';
  #csrf = '';

  constructor(dice: Dice, routes: readonly Route[], keys: Keys, base = '/api/device') {
    this.#dice = dice;
    this.#keys = keys;
    this.#base = base;
    const shapeOf = (schema: Route['body']): Schema | undefined =>
      schema && (toJsonSchema(schema, { errorMode: 'ignore', typeMode: 'input' }) as Schema);
    this.#drawn = routes.flatMap((one) => (OFTEN.has(one.path) ? [one, one, one, one] : [one]));
    this.#shapes = new Map(
      routes.map((route) => {
        const [body, query] = [shapeOf(route.body), shapeOf(route.query)];
        return [route, { ...(body ? { body } : {}), ...(query ? { query } : {}) }];
      }),
    );
  }

  #named(name: string): string | number | undefined {
    const dice = this.#dice;
    switch (name) {
      case 'device_id':
        return dice.pick(DEVICES);
      case 'agent_id':
        return dice.pick(AGENTS);
      case 'command_id':
        return dice.pick(this.#commandIds);
      case 'request_id':
        return dice.pick(this.#requestIds);
      case 'pairing_code':
        return dice.pick(this.#codes);
      case 'qr_image':
        return PNG;
      case 'key':
        return this.#keys.admin;
      case 'device_token':
        return dice.pick([...this.#tokens.values(), 'nothing']);
      default:
        return NAMED_VALUES[name] && dice.pick(NAMED_VALUES[name]);
    }
  }

  #odd(share: number): boolean {
    return this.#dice.chance(share * this.#wildness);
  }

  #valueOf(name: string, schema: Schema): unknown {
    const dice = this.#dice;
    if (this.#odd(0.06)) return dice.pick(JUNK);
    const known = this.#named(name);
    if (known !== undefined) return known;
    if (schema.enum) return dice.pick(schema.enum);
    if (schema.anyOf) return this.#valueOf(name, dice.pick(schema.anyOf));
    switch (schema.type) {
      case 'boolean':
        return dice.chance(0.5);
      case 'number':
      case 'integer':
        return dice.pick([schema.minimum ?? 0, schema.maximum ?? 1e6, 5, -1, 0.5]);
      case 'object':
        return this.#objectOf(schema);
      case 'array':
        return [];
      default:
        return dice.pick(['text', 'x', '8842', 'é', 'https://pay.example/1']);
    }
  }

  #objectOf({ properties = {}, required = [] }: Schema): Record<string, unknown> {
    const dice = this.#dice;
    const chosen: Record<string, unknown> = {};
    // Bodies that name exactly what they must are rare among random ones, so few fields are likelier than many.
    const share = dice.pick(this.#wildness === 0 ? [0.1, 0.3] : [0.3, 0.5, 0.8, 1]);
    for (const [name, schema] of Object.entries(properties))
      if (dice.chance(share) || (this.#wildness === 0 && required.includes(name)))
        chosen[name] = this.#valueOf(name, schema);
    if (this.#odd(0.05)) chosen[dice.pick(['__proto__', 'constructor', 'extra', ''])] = dice.pick(JUNK);
    for (const names of ONE_OF)
      if (this.#wildness === 0 && names.every((name) => name in properties && !(name in chosen))) {
        const name = dice.pick(names);
        chosen[name] = this.#valueOf(name, properties[name]);
      }
    if (this.#wildness === 0 && 'device_id' in chosen && 'command_id' in chosen && this.#handed.length > 0)
      Object.assign(chosen, dice.pick(this.#handed));
    return chosen;
  }

  #credentials({ access }: Route, path: string, deviceId: unknown): Record<string, string> {
    const dice = this.#dice;
    const keys = this.#keys;
    const token = this.#tokens.get(typeof deviceId === 'string' ? deviceId : '') ?? 'no-token';
    if (this.#wildness === 0) {
      const key =
        access === 'device'
          ? token
          : access === 'open'
            ? (this.#secrets.get(path.split('/').at(-1) ?? '') ?? '')
            : keys[dice.pick(access) as keyof Keys];
      return key === '' ? {} : { authorization: `Bearer ${key}` };
    }
    switch (dice.int(12)) {
      case 0:
        return {};
      case 1:
        return {
          authorization: `Bearer ${dice.pick(['', 'x', 'a.b.c', 'é', '..', `${dice.next()}`.repeat(20 + dice.int(600))])}`,
        };
      case 2:
        return { cookie: this.#cookie, ...(dice.chance(0.7) ? { 'x-csrf-token': this.#csrf } : {}) };
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

  #bodyOf(shape: Schema): { readonly body: Buffer; readonly headers: Record<string, string> } {
    const dice = this.#dice;
    const json = { 'content-type': 'application/json' };
    if (this.#odd(0.04)) return { body: dice.bytes(300), headers: json };
    if (this.#odd(0.02)) return { body: Buffer.from(JSON.stringify(dice.pick(JUNK)) ?? ''), headers: json };
    const body = Buffer.from(JSON.stringify(this.#objectOf(shape)));
    if (this.#odd(0.02)) return { body: body.subarray(0, dice.int(body.length)), headers: json };
    if (this.#odd(0.02))
      return { body, headers: { 'content-type': dice.pick(['text/plain', 'x', 'application/xml']) } };
    if (this.#odd(0.01)) return { body, headers: { ...json, 'content-encoding': dice.pick(['gzip', 'br', 'x']) } };
    return { body, headers: json };
  }

  /** Displays that are there and agents who have them, to be sent before anything else. */
  beginning(): FuzzRequest[] {
    const post = (path: string, key: string, fields: object): FuzzRequest => {
      const body = Buffer.from(JSON.stringify(fields));
      const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
      return {
        method: 'POST',
        path: this.#base + path,
        headers: { ...headers, 'content-length': String(body.length) },
        body,
      };
    };
    const { enrol, app } = this.#keys;
    return [
      ...DEVICES.map((device_id, n) =>
        post('/register', enrol, { device_id, computer_name: `FUZZ-${n}`, kind: 'kiosk' }),
      ),
      ...AGENTS.map((agent_id, n) => post('/link', app, { agent_id, device_id: DEVICES[n] })),
    ];
  }

  make(): FuzzRequest {
    const dice = this.#dice;
    const route = dice.pick(this.#drawn);
    this.#wildness = dice.chance(0.3) ? 0 : 1;
    const shape = this.#shapes.get(route) ?? {};
    const path = route.path.replace(/:([a-z_]+)/g, (_all, name: string) =>
      encodeURIComponent(
        String(this.#odd(0.08) ? dice.pick(['..', 'x', 'é', '%', '\u0000', ' ']) : (this.#named(name) ?? 'x')),
      ),
    );
    const query = shape.query ? this.#objectOf(shape.query) : {};
    const search = Object.entries(query)
      .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(safe(value))}`)
      .join('&');
    const sent = shape.body && this.#bodyOf(shape.body);
    const deviceId = query['device_id'] ?? /"device_id":"([^"]*)"/.exec(sent?.body.toString() ?? '')?.[1];
    return {
      method: this.#odd(0.02)
        ? dice.pick(['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'])
        : route.method.toUpperCase(),
      path: `${this.#base}${path}${search === '' ? '' : `?${this.#odd(0.02) ? `${search}&${search}&%` : search}`}`,
      headers: {
        ...this.#credentials(route, path, deviceId),
        ...sent?.headers,
        ...(sent ? { 'content-length': String(sent.body.length) } : {}),
        ...(this.#odd(0.03) ? { origin: dice.pick(['https://evil.example', 'null']) } : {}),
        ...(this.#odd(0.03) ? { 'idempotency-key': dice.pick(['k1', 'x'.repeat(2_000)]) } : {}),
      },
      body: sent?.body,
    };
  }

  /** Later requests know what earlier answers said. */
  learn({ body }: FuzzAnswer, setCookie: string | undefined, { path }: FuzzRequest): void {
    if (setCookie !== undefined) this.#cookie = setCookie.split(';')[0];
    if (typeof body !== 'object' || body === null) return;
    const told = body as Record<string, unknown>;
    const keep = (list: string[], value: unknown): void => {
      if (typeof value !== 'string') return;
      list.push(value);
      if (list.length > 20) list.splice(1, 1);
    };
    const poller = /\/poll\?.*device_id=([^&]+)/.exec(path)?.[1];
    if (poller !== undefined && Array.isArray(told['commands']))
      for (const { command_id } of told['commands'] as { command_id: string }[])
        this.#handed.splice(0, this.#handed.length >= 20 ? 1 : 0, { device_id: poller, command_id });
    keep(this.#commandIds, told['command_id']);
    keep(this.#requestIds, told['request_id']);
    keep(this.#codes, told['pairing_code']);
    if (typeof told['secret'] === 'string') this.#secrets.set(String(told['request_id']), told['secret']);
    if (typeof told['csrf_token'] === 'string') this.#csrf = told['csrf_token'];
    if (typeof told['device_token'] === 'string') this.#tokens.set(String(told['device_id']), told['device_token']);
  }
}

function safe(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  // A lone surrogate cannot be in an address.
  return text.isWellFormed() ? text : 'ill-formed';
}
