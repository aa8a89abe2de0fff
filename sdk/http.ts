/** One call of the relay's API: token, deadline, repeats where repeating is safe, and an answer that never throws. */
import { messageOf, unknownField, wrongKind } from './arguments.ts';
import type { Configuration, Failure } from './types.ts';

export type Answer = { success: true; body: Record<string, unknown> } | Failure;

export interface Call {
  method: 'GET' | 'POST';
  path: string;
  body?: Record<string, unknown>;
  /** How often to try again when no answer came or the relay was restarting. Only for calls that may be repeated. */
  repeats?: number;
  /** How long the relay may hold its answer, on top of the deadline. */
  holdMs?: number;
  /** Let the call outlive the page. */
  keepalive?: boolean;
  signal?: AbortSignal | undefined;
}

const TIMEOUT_MS = 10_000;
/** Doubled with each repeat, plus up to as much again at random, so that a hundred pages do not come back at once. */
const REPEAT_AFTER_MS = 300;
/** Nobody answered, or nobody could just now: the same call may do better in a moment. */
export const isPassing = ({ code, status }: Failure): boolean =>
  ['no_answer', 'token_failed'].includes(code) || (status !== undefined && (status >= 502 || status === 429));

/** Where this module was loaded from, e.g. `https://pay.example/qr/sdk/device-service.js`, tells where the API is. */
const ownRoot = (): string => new URL('..', import.meta.url).href;

function apiRoot(baseUrl: string | undefined): string {
  const root = (baseUrl ?? ownRoot()).replace(/\/+$/, '');
  return root.endsWith('/api/device') ? root : `${root}/api/device`;
}

export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}

const readJson = async (response: Response): Promise<Record<string, unknown>> => {
  const body: unknown = await response.json().catch(() => undefined);
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
};

function refusal(status: number, body: Record<string, unknown>): Failure {
  const { error, code, success: _success, ...details } = body;
  return {
    success: false,
    error: typeof error === 'string' ? error : `The relay answered ${status}.`,
    code: typeof code === 'string' ? code : 'relay_error',
    status,
    ...(Object.keys(details).length > 0 && { details }),
  };
}

const FIELDS = {
  baseUrl: 'text',
  token: 'text',
  getToken: 'function',
  agentId: 'text or number',
  agentName: 'text',
  timeoutMs: 'number',
} as const;

const configurationProblem = (configuration: Configuration): Failure | undefined => {
  const given = { ...configuration };
  return wrongKind('configure', given, FIELDS) ?? unknownField('configure', given, Object.keys(FIELDS), 'slips');
};

const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) =>
    signal.addEventListener('abort', () => reject(new Error('it took too long.')), { once: true }),
  );

/** What `Authorization` says; undefined where the page has configured nothing, for a proxy may add it. */
async function tokenOf(
  { getToken, token }: Configuration,
  refresh: boolean,
  signal: AbortSignal,
): Promise<string | undefined | Failure> {
  if (!getToken) return token;
  let given: unknown;
  try {
    given = await Promise.race([getToken({ refresh }), untilAborted(signal)]);
  } catch (error) {
    return { success: false, code: 'token_failed', error: `getToken failed: ${messageOf(error)}` };
  }
  if (typeof given === 'string' && given !== '') return given;
  const what = given === '' ? 'an empty text' : given === null ? 'null' : typeof given;
  return {
    success: false,
    code: 'no_token',
    error: `getToken gave ${what} instead of a token. Is the agent still logged in?`,
  };
}

async function exchange(configuration: Configuration, call: Call, refresh: boolean): Promise<Answer> {
  const deadline = new AbortController();
  const stop = () => deadline.abort();
  const timer = setTimeout(stop, (configuration.timeoutMs ?? TIMEOUT_MS) + (call.holdMs ?? 0));
  call.signal?.addEventListener('abort', stop);
  try {
    const token = await tokenOf(configuration, refresh, deadline.signal);
    if (typeof token === 'object') return token;
    const response = await fetch(apiRoot(configuration.baseUrl) + call.path, {
      method: call.method,
      headers: {
        ...(token && { Authorization: `Bearer ${token}` }),
        ...(call.body && { 'Content-Type': 'application/json' }),
      },
      ...(call.body && { body: JSON.stringify(call.body) }),
      cache: 'no-store',
      credentials: 'omit',
      keepalive: call.keepalive ?? false,
      signal: deadline.signal,
    });
    const body = await readJson(response);
    if (response.status === 401 && configuration.getToken && !refresh) return await exchange(configuration, call, true);
    return response.ok ? { success: true, body } : refusal(response.status, body);
  } catch (error) {
    return { success: false, error: `The relay did not answer: ${messageOf(error)}`, code: 'no_answer' };
  } finally {
    clearTimeout(timer);
    call.signal?.removeEventListener('abort', stop);
  }
}

export async function send(configuration: Configuration, call: Call): Promise<Answer> {
  const problem = configurationProblem(configuration);
  if (problem) return problem;
  for (let repeat = 0; ; repeat += 1) {
    const answer = call.signal?.aborted ? stopped : await exchange(configuration, call, false);
    if (answer.success || !isPassing(answer) || repeat >= (call.repeats ?? 0) || call.signal?.aborted) return answer;
    await pause(REPEAT_AFTER_MS * 2 ** repeat * (1 + Math.random()), call.signal);
  }
}

const stopped: Failure = { success: false, error: 'The page stopped waiting.', code: 'no_answer' };
