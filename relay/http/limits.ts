/** How often one caller may call. RATE_LIMITS=off takes all of it away, for load tests. */
import { RateLimiterMemory, RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';
import { ApiError } from '../../shared/wire/errors.ts';
import type { Config } from '../config.ts';

interface LimitOptions {
  readonly points: number;
  /** Seconds. */
  readonly duration: number;
}

/** Calls per so many seconds, each per caller. */
const LIMITS = {
  /** A key belongs to a whole web app, or to a whole roll-out. */
  key: { points: 2_000, duration: 10 },
  agent: { points: 100, duration: 10 },
  /**
   * QR codes that one agent's token posts: each leaves some hundred bytes in memory for a day, in the history for
   * longer.
   */
  posts: { points: 5_000, duration: 86_400 },
  device: { points: 200, duration: 10 },
  /**
   * Bodies of callers that are not known before their body is read, per address: an office of 500 displays that all
   * come back at once.
   */
  address: { points: 3_000, duration: 10 },
  /** Calls that were refused for their credentials, per address. */
  stranger: { points: 60, duration: 10 },
  /**
   * Wrong pairing codes, and wrong ids of displays by an agent's token: of one agent, and of all agents of one caller,
   * 300 tries at 148 million codes.
   */
  pairing: { points: 10, duration: 300 },
  pairings: { points: 300, duration: 300 },
  /** Kiosks that ask for enrolment, per address. */
  enrol: { points: 30, duration: 60 },
  /** Wrong admin keys on the log-in page, per address. */
  login: { points: 10, duration: 60 },
} as const satisfies Readonly<Record<string, LimitOptions>>;
/** `registration`: new displays, per key. `allPosts`: QR codes of all callers together, under one name. */
export type Limit = keyof typeof LIMITS | 'registration' | 'allPosts';

/** Where calls are counted: in this process, or by all relays of one store together. `duration` in seconds. */
export type MakeLimiter = (options: {
  readonly keyPrefix: string;
  readonly points: number;
  readonly duration: number;
}) => RateLimiterAbstract;

export const countHere: MakeLimiter = (options) => new RateLimiterMemory(options);

export class Limits {
  readonly #limiters = new Map<Limit, RateLimiterAbstract>();

  constructor(
    makeLimiter: MakeLimiter,
    {
      rateLimits,
      maxDisplaysPerHour,
      maxPostsPerDay,
    }: Pick<Config, 'rateLimits' | 'maxDisplaysPerHour' | 'maxPostsPerDay'>,
  ) {
    if (!rateLimits) return;
    const limits: Readonly<Record<Limit, LimitOptions>> = {
      ...LIMITS,
      registration: { points: maxDisplaysPerHour, duration: 3_600 },
      allPosts: { points: maxPostsPerDay, duration: 86_400 },
    };
    for (const [name, options] of Object.entries(limits))
      this.#limiters.set(name as Limit, makeLimiter({ ...options, keyPrefix: name }));
  }

  /** Counts one call; refuses it when there were too many. */
  async count(limit: Limit, caller: string): Promise<void> {
    try {
      await this.#limiters.get(limit)?.consume(caller);
    } catch (error) {
      if (error instanceof RateLimiterRes) throw tooMany(error);
      throw error;
    }
  }

  /**
   * Takes a counted call back. Limits on failures count first; otherwise many calls would pass before the first has
   * failed.
   */
  async refund(limit: Limit, caller: string): Promise<void> {
    await this.#limiters.get(limit)?.reward(caller);
  }

  /** Refuses without counting, for what counts only its failures. */
  async check(limit: Limit, caller: string): Promise<void> {
    const limiter = this.#limiters.get(limit);
    const result = await limiter?.get(caller);
    if (limiter && result && result.consumedPoints >= limiter.points) throw tooMany(result);
  }
}

function tooMany({ msBeforeNext }: RateLimiterRes): ApiError {
  const seconds = Math.max(1, Math.ceil(msBeforeNext / 1000));
  return new ApiError(
    'rate_limited',
    `Too many calls; try again in ${seconds} s.`,
    {},
    { 'Retry-After': String(seconds) },
  );
}
