/**
 * The relay's calls as a device makes them. Every answer ends up in one of a few outcomes that say what the caller does
 * next; nothing here throws but what its caller aborted. Knows no timing but its own deadlines.
 */
import * as v from 'valibot';
import type { Clock } from '../util/clock.ts';
import { isEnded, type CommandState } from '../wire/commands.ts';
import { withinDeadline } from '../util/deadline.ts';
import type { ReportOutcome } from './reports.ts';
import type { DisplayState } from '../wire/display.ts';
import { messageOf } from '../wire/errors.ts';
import { EnrolAnswer, EnrolStatus } from '../wire/enrolment.ts';
import { PollAnswer, RegisterAnswer } from '../wire/device.ts';
import type { Http, HttpAnswer, LinkedAgent, RelayCause, StationIdentity } from './station-types.ts';

/**
 * A half-open connection is noticed when an answer is this late. With `POLL_SECONDS` of holding, a dead network shows
 * within 6 s, well inside the 9 s after which a display counts as offline.
 */
const ANSWER_TIMEOUT_MS = 4_000;

export type Outcome<T> =
  | { readonly kind: 'ok'; readonly value: T }
  /** Nobody there, or nobody in time. */
  | { readonly kind: 'no_answer'; readonly text: string }
  /** 5xx, 429, what a proxy says in the relay's place, or an answer that makes no sense. */
  | { readonly kind: 'relay_error'; readonly text: string; readonly retryAfterMs?: number }
  /** 401, 403 of the relay's own. */
  | { readonly kind: 'refused'; readonly text: string }
  | { readonly kind: 'unknown_device'; readonly text: string }
  | { readonly kind: 'device_exists'; readonly text: string }
  /** Another display has this PC's name: an admin must let this one in. */
  | { readonly kind: 'name_taken'; readonly text: string }
  /** Any other 4xx: sending the same again is of no use. */
  | { readonly kind: 'rejected'; readonly text: string };

export type KnownOutcome = Exclude<ReportOutcome, 'unknown'>;

export type Fault = Exclude<Outcome<never>, { readonly kind: 'ok' }>;

const ErrorAnswer = v.looseObject({ error: v.optional(v.string()), code: v.optional(v.string()) });
const StatusAnswer = v.looseObject({ state: v.optional(v.string()), clearing: v.optional(v.nullable(v.string())) });
const PairingAnswer = v.looseObject({
  code: v.optional(v.string()),
  pairing_code: v.optional(v.string()),
});

const LinkedAnswer = v.looseObject({
  agent: v.nullable(v.object({ name: v.string(), since: v.string() })),
  pairing_open: v.optional(v.boolean()),
});

export interface LinkState {
  /** `null`: nobody has the display. */
  readonly agent: LinkedAgent | null;
  /** The last pairing code was not used yet. Older relays do not say. */
  readonly isCodeOpen?: boolean;
}

export interface Credentials {
  readonly deviceId: string;
  readonly deviceToken?: string | undefined;
}

/** An approved enrolment request; its secret stands for the enrol key, once. */
export interface Approval {
  readonly requestId: string;
  readonly secret: string;
}

export interface PollRequest {
  readonly waitSeconds: number;
  readonly ready: boolean;
  readonly display: DisplayState;
}

export class RelayClient {
  readonly #http: Http;
  readonly #clock: Clock;

  constructor(http: Http, clock: Clock) {
    this.#http = http;
    this.#clock = clock;
  }

  register(
    { deviceId, deviceToken }: Credentials,
    { computerName, kind, version, system, enrolKey }: StationIdentity,
    signal: AbortSignal,
    { approval, newToken }: { readonly approval?: Approval | undefined; readonly newToken?: string } = {},
  ): Promise<Outcome<v.InferOutput<typeof RegisterAnswer>>> {
    const body = {
      device_id: deviceId,
      computer_name: computerName,
      kind,
      version,
      ...(system === undefined ? {} : { system }),
      ...(deviceToken === undefined ? {} : { device_token: deviceToken }),
      ...(newToken === undefined ? {} : { new_token: newToken }),
      ...(approval === undefined ? {} : { request_id: approval.requestId }),
    };
    return this.#call('POST', '/register', RegisterAnswer, { key: approval?.secret ?? enrolKey, body, signal });
  }

  /** Requests enrolment without a key. */
  requestEnrolment(
    deviceId: string,
    { computerName }: StationIdentity,
    signal: AbortSignal,
  ): Promise<Outcome<EnrolAnswer>> {
    const body = { device_id: deviceId, computer_name: computerName };
    return this.#call('POST', '/enrol', EnrolAnswer, { body, signal });
  }

  /** What became of it; `rejected` when the relay knows no such request any more. */
  enrolment({ requestId, secret }: Approval, waitSeconds: number, signal: AbortSignal): Promise<Outcome<EnrolStatus>> {
    const timeoutMs = ANSWER_TIMEOUT_MS + waitSeconds * 1_000;
    const path = `/enrol/${encodeURIComponent(requestId)}?wait=${waitSeconds}`;
    return this.#call('GET', path, EnrolStatus, { key: secret, signal, timeoutMs });
  }

  poll(
    { deviceId, deviceToken }: Credentials,
    { waitSeconds, ready, display }: PollRequest,
    signal: AbortSignal,
  ): Promise<Outcome<v.InferOutput<typeof PollAnswer>>> {
    const query = `device_id=${encodeURIComponent(deviceId)}&wait=${waitSeconds}&ready=${ready ? 1 : 0}&display=${display}`;
    const timeoutMs = ANSWER_TIMEOUT_MS + waitSeconds * 1_000;
    return this.#call('GET', `/poll?${query}`, PollAnswer, { key: deviceToken, signal, timeoutMs });
  }

  /** Answers how the command stands as far as the relay knows. */
  async report(
    { deviceId, deviceToken }: Credentials,
    report: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<Outcome<KnownOutcome>> {
    const body = { ...report, device_id: deviceId };
    const outcome = await this.#call('POST', '/status', StatusAnswer, { key: deviceToken, body, signal });
    if (outcome.kind !== 'ok') return outcome;
    const { state, clearing } = outcome.value;
    if (state !== undefined && isEnded(state as CommandState)) return { kind: 'ok', value: 'ended' };
    return { kind: 'ok', value: clearing == null ? 'taken' : 'called_off' };
  }

  /** Who has this display, and whether its pairing code still waits to be used. */
  async linked({ deviceId, deviceToken }: Credentials, signal: AbortSignal): Promise<Outcome<LinkState>> {
    const path = `/linked?device_id=${encodeURIComponent(deviceId)}`;
    const outcome = await this.#call('GET', path, LinkedAnswer, { key: deviceToken, signal });
    if (outcome.kind !== 'ok') return outcome;
    const { agent, pairing_open: isCodeOpen } = outcome.value;
    return { kind: 'ok', value: { agent, ...(isCodeOpen === undefined ? {} : { isCodeOpen }) } };
  }

  async pairing({ deviceId, deviceToken }: Credentials, signal: AbortSignal): Promise<Outcome<string>> {
    const body = { device_id: deviceId };
    const outcome = await this.#call('POST', '/pairing', PairingAnswer, { key: deviceToken, body, signal });
    if (outcome.kind !== 'ok') return outcome;
    const code = outcome.value.pairing_code ?? outcome.value.code;
    return code === undefined
      ? { kind: 'relay_error', text: 'The relay answered without a pairing code.' }
      : { kind: 'ok', value: code };
  }

  async #call<S extends v.GenericSchema>(
    method: 'GET' | 'POST',
    path: string,
    schema: S,
    {
      key,
      body,
      signal,
      timeoutMs = ANSWER_TIMEOUT_MS,
    }: {
      readonly key?: string | undefined;
      readonly body?: unknown;
      readonly signal: AbortSignal;
      readonly timeoutMs?: number;
    },
  ): Promise<Outcome<v.InferOutput<S>>> {
    const answer = await this.#exchange(signal, timeoutMs, (over) =>
      this.#http({
        method,
        path,
        headers: {
          Accept: 'application/json',
          ...(key === undefined ? {} : { Authorization: `Bearer ${key}` }),
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: over,
      }),
    );
    if ('text' in answer) return { kind: 'no_answer', text: answer.text };
    const parsed = parseJson(answer.body);
    if (answer.status < 200 || answer.status > 299) return faultOf(answer, parsed);
    const value = v.safeParse(schema, parsed);
    if (!value.success) return { kind: 'relay_error', text: 'The relay answered something that is no answer.' };
    return { kind: 'ok', value: value.output };
  }

  /** A lender of HTTP that ignores its signal must not hold us up either. */
  async #exchange(
    signal: AbortSignal,
    timeoutMs: number,
    send: (over: AbortSignal) => Promise<HttpAnswer>,
  ): Promise<HttpAnswer | { readonly text: string }> {
    if (signal.aborted) return GIVEN_UP;
    return withinDeadline(
      this.#clock,
      timeoutMs,
      signal,
      (over) => {
        const given = new Promise<typeof GIVEN_UP>((resolve) =>
          over.addEventListener('abort', () => resolve(GIVEN_UP), { once: true }),
        );
        return Promise.race([send(over).catch((error: unknown) => ({ text: messageOf(error) })), given]);
      },
      { text: `No answer within ${timeoutMs / 1_000} s.` },
    );
  }
}

const GIVEN_UP = { text: 'The request was given up.' };

export function causeOf(fault: Exclude<Outcome<unknown>, { readonly kind: 'ok' }>): RelayCause {
  switch (fault.kind) {
    case 'no_answer':
      return 'no_answer';
    case 'refused':
    case 'unknown_device':
      return 'key_refused';
    case 'device_exists':
      return 'device_exists';
    case 'name_taken':
      return 'name_taken';
    case 'relay_error':
    case 'rejected':
      return 'relay_error';
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * A proxy may say so of the request itself: it would hold up all that wait behind it if it were sent again and again.
 */
const TOO_LARGE: ReadonlySet<number> = new Set([413, 414, 431]);

function faultOf({ status, retryAfterSeconds }: HttpAnswer, parsed: unknown): Fault {
  const { error, code } = v.is(ErrorAnswer, parsed) ? parsed : { error: undefined, code: undefined };
  const text = `${status}${code === undefined ? '' : ` ${code}`}: ${error ?? 'no explanation'}`;
  // Only a limit is worth obeying to the second; a relay that restarts is back sooner than it thinks.
  const retryAfter =
    status === 429 && retryAfterSeconds !== undefined ? { retryAfterMs: retryAfterSeconds * 1_000 } : {};
  // Without our code it is not our relay that speaks, but a proxy, or a wrong address: it knows nothing of keys,
  // devices and commands.
  if (code === undefined && status >= 400 && status < 500 && !TOO_LARGE.has(status))
    return { kind: 'relay_error', text, ...retryAfter };
  if (status === 401 || status === 403) return { kind: 'refused', text };
  if (code === 'unknown_device') return { kind: 'unknown_device', text };
  if (code === 'device_exists') return { kind: 'device_exists', text };
  if (code === 'name_taken') return { kind: 'name_taken', text };
  if (status >= 500 || status === 429 || status === 408 || status < 400) {
    return { kind: 'relay_error', text, ...retryAfter };
  }
  return { kind: 'rejected', text };
}
