/** Waiting for conditions, with a deadline and a message that says what was seen last. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface WaitOptions {
  readonly timeoutMs?: number;
  readonly everyMs?: number;
  /** Said when the time is over: what was there instead. */
  readonly otherwise?: () => unknown;
}

/** The first answer that is neither undefined, null nor false. */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  { timeoutMs = 30_000, everyMs = 50, otherwise }: WaitOptions = {},
): Promise<Exclude<T, undefined | null | false>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== null && seen !== false) return seen as Exclude<T, undefined | null | false>;
    if (performance.now() > deadline) {
      const instead = otherwise ? ` Instead: ${JSON.stringify(await otherwise())}` : '';
      throw new Error(`Waited ${timeoutMs} ms for this: ${what}.${instead}`);
    }
    await sleep(everyMs);
  }
}
