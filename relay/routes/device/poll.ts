/**
 * The empty poll is nearly all that a relay does, so this call has a way of its own, past the middleware that it does
 * not need. Nothing is saved on credentials: each poll proves its token.
 */
import type { Context, Middleware } from 'koa';
import { reasonForDisplay } from '../../../shared/wire/commands.ts';
import { ApiError } from '../../../shared/wire/errors.ts';
import { PollQuery, type CalledOff } from '../../../shared/wire/device.ts';
import { credentialOf } from '../../auth/auth.ts';
import type { Taker } from '../../core/queue.ts';
import { answerError } from '../../http/error-response.ts';
import { parse } from '../../http/parse.ts';
import type { Delivery } from '../../store/store.ts';
import { PollAnswer } from '../response-schemas.ts';
import { countFailedAuth, route, type Deps } from '../route.ts';

const EMPTY = JSON.stringify({ has_commands: false, commands: [] });
const HEADERS = {
  'Content-Type': 'application/json; charset=utf-8',
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
} as const;
const EMPTY_HEADERS = { ...HEADERS, 'Content-Length': String(Buffer.byteLength(EMPTY)) };

/** Polls of one device within one window; a kiosk needs one every two seconds. */
const METER = { windowMs: 5_000, polls: 100 };

class PollMeter {
  #since = 0;
  readonly #counts = new Map<string, number>();

  /** All windows end together, so that forgetting them is cheap. `passed`: of a clock that nobody sets. */
  isTooMany(deviceId: string, passed: number): boolean {
    if (passed - this.#since > METER.windowMs) {
      this.#since = passed;
      this.#counts.clear();
    }
    const count = (this.#counts.get(deviceId) ?? 0) + 1;
    this.#counts.set(deviceId, count);
    return count > METER.polls;
  }
}

/** The one shape that kiosks send, read without a schema; anything else goes the long way. */
const PLAIN =
  /^device_id=([A-Za-z0-9_.~-]{1,128})(?:&wait=(\d{1,2}(?:\.\d{1,3})?))?(?:&ready=([01]))?(?:&display=([a-z]{5,10}))?$/;
const MAX_PLAIN_WAIT = 25;
const PLAIN_DISPLAYS = new Set(['unplugged', 'connecting', 'ready', 'uploading', 'recovering', 'error']);

function readQuery(ctx: Context): PollQuery {
  const plain = PLAIN.exec(ctx.querystring);
  if (plain) {
    const [, device_id, wait, ready, display] = plain;
    if ((display === undefined || PLAIN_DISPLAYS.has(display)) && Number(wait ?? 0) <= MAX_PLAIN_WAIT)
      return { device_id, wait: Number(wait ?? 0), ready, display } as PollQuery;
  }
  return parse(PollQuery, { ...ctx.query }, 'query');
}

/** Each durable change wakes the held calls that it concerns. */
export function wakeOnChange({ longPolls, store }: Pick<Deps, 'longPolls' | 'store'>): void {
  store.watch(({ deviceIds, commandIds, isUncertain }) => {
    if (isUncertain === true) longPolls.wakeAll();
    for (const deviceId of deviceIds) longPolls.wake(pollName(deviceId));
    for (const commandId of commandIds) longPolls.wake(watchName(commandId));
  });
}

async function poll(ctx: Context, deps: Deps, meter: PollMeter): Promise<void> {
  const { auth, config, store } = deps;
  const query = readQuery(ctx);
  const { device_id: deviceId } = query;
  const checking = auth.device(ctx.req.headers, deviceId);
  if (checking) await checking;
  if (config.rateLimits && meter.isTooMany(deviceId, deps.passed()))
    throw new ApiError('rate_limited', 'This display polls too often.', {}, { 'Retry-After': '2' });
  store.recordPoll(deviceId, query);
  const waitMs = query.wait * 1000;
  if (waitMs > 0) {
    await hold(ctx, deps, query, waitMs);
    return;
  }
  const claimed = query.ready === '0' ? undefined : store.claim(deviceId, takerOf(ctx, query, deps));
  answer(ctx, claimed instanceof Promise ? await claimed : claimed, deps);
}

/**
 * Polls that would end within the same 50 ms end together: the process wakes once for all of them. With 500 displays at
 * 2 s that saves a quarter of the CPU (`npm run bench -- load`), and nobody waits longer for it.
 */
const TOGETHER_MS = 50;
const endOfHold = (until: number): number => Math.floor(until / TOGETHER_MS) * TOGETHER_MS;

interface PollState {
  readonly delivery: Delivery | undefined;
  readonly calledOff: readonly CalledOff[];
  /** QR codes that wait until the display is ready. */
  readonly waiting: number;
}
const NOTHING: PollState = { delivery: undefined, calledOff: [], waiting: 0 };

async function hold(ctx: Context, deps: Deps, query: PollQuery, waitMs: number): Promise<void> {
  const { auth, longPolls, passed, store } = deps;
  const { device_id: deviceId, ready } = query;
  const taker = ready === '0' ? {} : takerOf(ctx, query, deps);
  const look = (): PollState | Promise<PollState> => {
    if (ready === '0') return busyStateOf(store, deviceId);
    if (longPolls.isStopping) return NOTHING;
    const claimed = store.claim(deviceId, taker);
    return claimed instanceof Promise ? claimed.then(stateOf) : stateOf(claimed);
  };
  const { delivery, ...more } = await longPolls.hold<PollState>({
    key: pollName(deviceId),
    // A second poll of the same display means that the first one's connection is dead; commands must not go there.
    callers: 'single',
    res: ctx.res,
    until: endOfHold(passed() + waitMs),
    passed,
    read(call) {
      if (!call.isCurrent) return NOTHING;
      // The token may have been revoked since the last look.
      const allowed = auth.device(ctx.headers, deviceId);
      return allowed instanceof Promise ? allowed.then(look) : look();
    },
    isFinal: (state) => state.delivery !== undefined || state.calledOff.length > 0,
    onHeld: () => store.hold(deviceId, waitMs),
    // A newer poll of the same display is held in its own right.
    onReleased(isNewest) {
      if (isNewest) store.release(deviceId, ctx.res.destroyed);
    },
  });
  answer(ctx, delivery, deps, more);
}

/**
 * `idleAt` is when the poll came, not when it is looked at again: what is handed out meanwhile by another poll, this
 * one cannot have missed. The one key of the original design is no display's own, so it has no hash.
 */
function takerOf(ctx: Context, { ready }: PollQuery, { auth, config, now }: Deps): Taker {
  const token = credentialOf(ctx.headers) ?? '';
  return {
    ...(token === config.legacyApiKey ? {} : { tokenHash: auth.hashOf(token) }),
    ...(ready === '1' ? { idleAt: now() } : {}),
  };
}

const stateOf = (delivery: Delivery | undefined): PollState => (delivery ? { ...NOTHING, delivery } : NOTHING);

/**
 * What a busy display is told: what waits, and what it is to stop: codes that were handed to it and called off since.
 * Taking them off waits in the queue behind them.
 */
async function busyStateOf(store: Deps['store'], deviceId: string): Promise<PollState> {
  const open = (await store.device(deviceId))?.open ?? [];
  const waiting = open.filter(({ state, type }) => state === 'pending' && type === 'display_qr').length;
  const calledOff = open.flatMap(({ commandId, state, clearing }) =>
    state === 'delivered' && clearing ? [{ command_id: commandId, reason: reasonForDisplay(clearing.reason) }] : [],
  );
  return { delivery: undefined, calledOff, waiting };
}

/** Under which name the polls of a display wait. */
export const pollName = (deviceId: string): string => `poll ${deviceId}`;
export const watchName = (commandId: string): string => `command ${commandId}`;

/** Past Koa's own answer, which would look for the type and length of what is known. */
function answer(
  ctx: Context,
  delivery: Delivery | undefined,
  { metrics: { polls } }: Deps,
  { calledOff, waiting }: Omit<PollState, 'delivery'> = NOTHING,
): void {
  ctx.respond = false;
  const { res } = ctx;
  if (!delivery) {
    polls.empty++;
    if (calledOff.length === 0 && waiting === 0) res.writeHead(200, EMPTY_HEADERS).end(EMPTY);
    else {
      const more = { ...(calledOff.length > 0 && { called_off: calledOff }), ...(waiting > 0 && { waiting }) };
      res.writeHead(200, HEADERS).end(JSON.stringify({ has_commands: false, commands: [], ...more }));
    }
    return;
  }
  polls.delivered++;
  const body = JSON.stringify({ has_commands: true, ...delivery });
  res.writeHead(200, { ...HEADERS, 'Content-Length': String(Buffer.byteLength(body)) }).end(body);
}

/** Answers polls that need no CORS; everything else goes on to the other middleware. */
export function pollFirst(deps: Deps): Middleware {
  const path = `${deps.config.basePath}/api/device/poll`;
  const meter = new PollMeter();
  return async (ctx, next) => {
    if (ctx.method !== 'GET' || ctx.path !== path || ctx.req.headers.origin !== undefined) {
      await next();
      return;
    }
    try {
      await poll(ctx, deps, meter);
    } catch (error) {
      deps.metrics.polls.refused++;
      ctx.respond = true;
      const refusal = await countFailedAuth(error, ctx, deps.limits).then(
        () => error,
        (tooMany: unknown) => tooMany,
      );
      answerError(ctx, refusal, deps.log);
    }
  };
}

/** The same call for the table, and for polls from another origin. */
export function pollRoute() {
  const meter = new PollMeter();
  return route({
    method: 'get',
    path: '/poll',
    access: 'device',
    answer: PollAnswer,
    summary: 'Takes what waits for this display; with wait, holds the answer until something does.',
    query: PollQuery,
    errors: ['unknown_device'],
    async handle({ ctx, deps }) {
      await poll(ctx, deps, meter);
      return undefined;
    },
  });
}
