/**
 * Requests that nobody in their right mind sends, many at once, and what must never be answered to any of them.
 */
import type { ApiErrorCode } from '../../../shared/wire/errors.ts';
import { codesOf, type Route } from '../../../relay/routes/route.ts';
import { Dice } from './dice.ts';
import { rawBytes, sendRaw } from './raw.ts';
import { Fuzzer, type Keys } from './requests.ts';
import { hangUp, send, type FuzzRequest } from './send.ts';

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
  /**
   * What must not be: a 5xx, a refusal without a code or with one that the call does not declare, a broken connection.
   * With the request.
   */
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
        fuzzer.learn(answer, cookie, asked);
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
  for (const asked of fuzzer.beginning()) {
    const { cookie, ...answer } = await send(port, asked);
    if (answer.status !== 200) throw new Error(`${asked.path}: ${answer.status}`);
    fuzzer.learn(answer, cookie, asked);
  }
  await Promise.all(Array.from({ length: WIDTH }, lane));
  hangUp();
  return { statuses, passed, wrong };
}
