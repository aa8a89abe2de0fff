/** Calls to a relay that may be killed in the middle of them: asked again until it has answered. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** Of a relay that is killed and started again on a machine that has other things to do. */
const PATIENCE_MS = 180_000;

/**
 * An answer of the relay, however often it takes; what is no answer of it (connection lost, 502 of the proxy) is asked
 * again.
 */
export async function ask(
  url: string,
  method: 'GET' | 'POST',
  path: string,
  key: string,
  body?: unknown,
): Promise<Answer> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      const response = await fetch(`${url}/api/device${path}`, {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(30_000),
      });
      if (response.status < 500) return { status: response.status, body: (await response.json()) as Answer['body'] };
    } catch {
      // Killed meanwhile.
    }
    if (performance.now() > deadline) throw new Error(`${method} ${path}: no answer for ${PATIENCE_MS} ms`);
    await sleep(25);
  }
}

export async function must(url: string, path: string, key: string, body: unknown): Promise<Answer['body']> {
  const answer = await ask(url, 'POST', path, key, body);
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}
