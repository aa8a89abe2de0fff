/**
 * A call of the API as data: who may call it, what it takes, what it does. The router, the OpenAPI document and the
 * tests are all made of this one table.
 */
import type { Readable } from 'node:stream';
import type Router from '@koa/router';
import type { Context } from 'koa';
import type { Logger } from 'pino';
import type * as v from 'valibot';
import { ApiError, type ApiErrorCode } from '../../shared/wire/errors.ts';
import type { UpdatePlatform } from '../../shared/wire/update.ts';
import { credentialOf, type Auth, type Caller, type Role } from '../auth/auth.ts';
import type { DemoKeys } from '../auth/demo-keys.ts';
import type { Config } from '../config.ts';
import type { FleetWatch } from '../fleet/fleet-watch.ts';
import type { LongPolls } from '../http/long-poll.ts';
import type { Limits } from '../http/limits.ts';
import { clientAddress } from '../http/client-address.ts';
import { parse, withoutUnknownFields } from '../http/parse.ts';
import { readJson } from '../http/read-json.ts';
import type { Metrics } from '../metrics.ts';
import type { Notices } from '../notices.ts';
import type { Clocks } from '../steady-clock.ts';
import type { AdminSession } from '../auth/admin-session.ts';
import type { Store } from '../store/store.ts';

/** Where the tray's updates come from; updates/update-folder.ts is one. */
export interface UpdateSource {
  /** The newer version that this device may have: the manifest's text, and its signature in base64. */
  offerFor(platform: UpdatePlatform, version: string, deviceId: string): Promise<UpdateOffer | undefined>;
  /** A file that a manifest names, and no other. */
  open(name: string): Promise<{ readonly stream: Readable; readonly bytes: number } | undefined>;
}

export interface UpdateOffer {
  readonly text: string;
  readonly signature: string;
  readonly manifest: { readonly file: string };
}

/** What every call may use. */
export interface Deps extends Clocks {
  readonly config: Config;
  readonly store: Store;
  readonly auth: Auth;
  readonly adminSession: AdminSession;
  readonly limits: Limits;
  readonly longPolls: LongPolls;
  readonly fleet: FleetWatch;
  readonly metrics: Metrics;
  readonly updates: UpdateSource;
  readonly log: Logger;
  /**
   * For the demo page in a browser on this very machine; undefined where there is no demo, or a proxy before the relay.
   */
  readonly demoKeys: DemoKeys | undefined;
  readonly notices: Notices;
}

/**
 * `open`: anybody. `device`: the token of the device that the call names. Otherwise a key, a session or a token with
 * one of these roles.
 */
type Access = 'open' | 'device' | readonly Role[];

interface Call<B, Q> {
  readonly ctx: Context;
  readonly caller: Caller;
  readonly body: B;
  readonly query: Q;
  readonly params: Readonly<Record<string, string>>;
  readonly deps: Deps;
}

export interface Route<B extends v.GenericSchema = v.GenericSchema, Q extends v.GenericSchema = v.GenericSchema> {
  readonly method: 'get' | 'post' | 'delete';
  /** Below /api/device, in @koa/router's syntax. */
  readonly path: string;
  readonly access: Access;
  readonly summary: string;
  readonly body?: B;
  /** Largest body in bytes; 64 KB unless said. */
  readonly bodyLimit?: number;
  readonly query?: Q;
  /** The answer as JSON. */
  readonly answer?: v.GenericSchema;
  /** Media types of answers that are not JSON. */
  readonly produces?: readonly string[];
  /** Codes beside those that every call may answer. */
  readonly errors?: readonly ApiErrorCode[];
  /** What is answered as JSON; `undefined` when the handler has answered by itself. */
  handle(call: Call<v.InferOutput<B>, v.InferOutput<Q>>): Promise<object | undefined>;
}

/** Keeps the schema's types inside the handler and forgets them outside. */
export function route<B extends v.GenericSchema<unknown>, Q extends v.GenericSchema<unknown>>(
  definition: Route<B, Q>,
): Route {
  return definition;
}

const BODY_LIMIT = 64 * 1024;

/** Every code that a call may answer. */
export function codesOf({ access, body, query, errors = [] }: Route): ApiErrorCode[] {
  return [
    ...new Set<ApiErrorCode>([
      ...(body ? (['bad_json', 'bad_request', 'too_large', 'unsupported_media_type'] as const) : []),
      ...(query ? (['bad_request'] as const) : []),
      ...(access === 'open' ? [] : (['unauthorized', 'forbidden'] as const)),
      ...(access === 'open' || access === 'device' ? [] : (['token_keys_unavailable'] as const)),
      ...errors,
      'rate_limited',
      'internal',
      'store_unavailable',
    ]),
  ];
}

const anonymous: Caller = { role: 'device', agentId: undefined, id: 'anybody', by: 'device', isLegacy: false };

export function mount(router: Router, routes: readonly Route[], deps: Deps): void {
  for (const one of routes)
    router[one.method](one.path, async (ctx: Context) => {
      // The router takes HEAD for GET; a call for headers only must not take a command or hold a stream.
      if (ctx.method === 'HEAD' && one.access !== 'open')
        throw new ApiError('method_not_allowed', 'This call takes GET.', {}, { Allow: 'GET' });
      const caller = await callerOf(one, ctx, deps);
      const sent = one.body && (await bodyOf(one, ctx, deps));
      const body = one.body && parse(one.body, caller.isLegacy ? withoutUnknownFields(one.body, sent) : sent, 'body');
      const query = one.query ? parse(one.query, { ...ctx.query }, 'query') : undefined;
      if (one.access === 'device') await authenticateDevice(ctx, body ?? query, deps);
      const params = trimmed((ctx as Context & { params: Record<string, string> }).params);
      const answer = await one.handle({ ctx, caller, body, query, params, deps });
      if (answer !== undefined) ctx.body = answer;
    });
}

/** Ids of the path are read as those of a body. */
const trimmed = (params: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(params).map(([name, value]) => [name, value.trim()]));

async function callerOf({ access, method }: Route, ctx: Context, deps: Deps): Promise<Caller> {
  const { auth, limits, adminSession } = deps;
  if (access === 'open') return anonymous;
  try {
    if (access === 'device') {
      if (credentialOf(ctx.headers) === undefined)
        throw new ApiError('unauthorized', 'Send the device token as "Authorization: Bearer <token>".');
      return anonymous;
    }
    // A browser sends the cookie with every call, also with those of a kiosk or demo page that come with a key of their
    // own.
    const mayHaveSession = access.includes('admin') && credentialOf(ctx.headers) === undefined;
    const caller =
      (mayHaveSession && (await adminSession.callerOf(ctx, method))) || (await auth.need(ctx.headers, access));
    await limits.count(caller.role === 'agent' ? 'agent' : 'key', caller.id);
    return caller;
  } catch (error) {
    await countFailedAuth(error, ctx, limits);
    throw error;
  }
}

/** What a caller meets who guesses keys, tokens or ids of displays. */
const FAILED_AUTH: readonly ApiErrorCode[] = ['unauthorized', 'unknown_device'];

/** Counts a call with wrong credentials per address; rejects with `rate_limited` when there were too many. */
export async function countFailedAuth(error: unknown, ctx: Context, limits: Limits): Promise<void> {
  if (error instanceof ApiError && FAILED_AUTH.includes(error.code)) await limits.count('stranger', clientAddress(ctx));
}

async function authenticateDevice(ctx: Context, input: unknown, { auth, limits }: Deps): Promise<void> {
  const { device_id: deviceId } = input as { device_id: string };
  try {
    await auth.device(ctx.headers, deviceId);
  } catch (error) {
    await countFailedAuth(error, ctx, limits);
    throw error;
  }
  await limits.count('device', deviceId);
}

async function bodyOf({ access, bodyLimit = BODY_LIMIT }: Route, ctx: Context, { limits }: Deps): Promise<unknown> {
  // A key is known before its body is read; whose token this is, only the body says.
  if (access === 'open' || access === 'device') await limits.count('address', clientAddress(ctx));
  const body = await readJson(ctx, bodyLimit);
  return typeof body === 'object' && body !== null && !Array.isArray(body) ? plainObject(body) : body;
}

/** Many clients send `null` for what they do not have. */
function plainObject(body: object): object {
  const entries = Object.entries(body).filter(([, value]) => value !== null);
  for (const [field, value] of entries)
    if (typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER)
      throw new ApiError('bad_request', `${field} is a number with more digits than JSON keeps; send it as a string.`, {
        field,
      });
  return Object.fromEntries(entries);
}
