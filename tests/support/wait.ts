/** Waiting for conditions, with a deadline and a message that says what was seen last, and who did not come. */
import { setTimeout as sleep } from 'node:timers/promises';
import { whoIsMissing } from './participants.ts';

const INSTEAD_WITHIN_MS = 5_000;

export interface WaitOptions {
  readonly timeoutMs?: number;
  readonly everyMs?: number;
  /** How much longer than `timeoutMs` a look may take that was begun in time. */
  readonly lookMs?: number;
  /** Said when the time is over: what was there instead. */
  readonly otherwise?: () => unknown;
}

/** The first answer that is neither undefined, null nor false. */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  { timeoutMs = 30_000, everyMs = 50, lookMs = 30_000, otherwise }: WaitOptions = {},
): Promise<Exclude<T, undefined | null | false>> {
  const began = performance.now();
  const over = new AbortController();
  const neverCame = sleep(timeoutMs + lookMs, undefined, { signal: over.signal }).then(async () => {
    throw new Error(
      `Waited ${timeoutMs} ms for this: ${what}. The last look never came back.\n${await whoIsMissing()}`,
    );
  });
  // Met below, unless a look came back before.
  neverCame.catch(() => undefined);
  try {
    for (;;) {
      const seen = await Promise.race([look(), neverCame]);
      if (seen !== undefined && seen !== null && seen !== false) return seen as Exclude<T, undefined | null | false>;
      if (performance.now() - began > timeoutMs) {
        const instead = otherwise ? ` Instead: ${await insteadOf(otherwise)}` : '';
        throw new Error(`Waited ${timeoutMs} ms for this: ${what}.${instead}\n${await whoIsMissing()}`);
      }
      await sleep(everyMs);
    }
  } finally {
    over.abort();
  }
}

/**
 * The first answer of a check that throws as long as it does not hold, such as `expect`. Rejects with its last error: a
 * busy machine may take long, and one that is not busy does not wait.
 */
export async function eventually<T>(
  check: () => T | Promise<T>,
  { timeoutMs = 15_000, everyMs = 20 }: Pick<WaitOptions, 'timeoutMs' | 'everyMs'> = {},
): Promise<T> {
  let last: { readonly error: unknown } | undefined;
  const attempt = async (): Promise<{ readonly answer: T } | undefined> => {
    try {
      return { answer: await check() };
    } catch (error) {
      last = { error };
      return undefined;
    }
  };
  const held = await until('a check to hold', attempt, { timeoutMs, everyMs }).catch((error: unknown) => {
    throw last === undefined ? error : last.error;
  });
  return held.answer;
}

/** What there is instead may be asked of the very thing that does not answer. */
const insteadOf = async (otherwise: () => unknown): Promise<string> =>
  JSON.stringify(await Promise.race([otherwise(), sleep(INSTEAD_WITHIN_MS, 'no answer')])) ?? 'nothing';
