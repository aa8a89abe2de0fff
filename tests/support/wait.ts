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

/** What there is instead may be asked of the very thing that does not answer. */
const insteadOf = async (otherwise: () => unknown): Promise<string> =>
  JSON.stringify(await Promise.race([otherwise(), sleep(INSTEAD_WITHIN_MS, 'no answer')])) ?? 'nothing';
