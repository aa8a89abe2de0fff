/** A deadline for promises that have none of their own. */
import type { Clock } from './clock.ts';

/**
 * What `work` gives, or `late` when it has not ended after `timeoutMs`. Work that comes later is ignored, its error
 * too.
 */
export async function withDeadline<T, L>(clock: Clock, timeoutMs: number, work: Promise<T>, late: L): Promise<T | L> {
  const timer = new AbortController();
  const timeout = clock.sleep(timeoutMs, timer.signal).then(
    () => late,
    () => late,
  );
  try {
    return await Promise.race([work, timeout]);
  } finally {
    timer.abort();
  }
}

/**
 * The same for work that takes a signal: it fires when the time is over, or when `signal` does, so that the work ends
 * as well.
 */
export async function withinDeadline<T, L>(
  clock: Clock,
  timeoutMs: number,
  signal: AbortSignal | undefined,
  work: (over: AbortSignal) => Promise<T>,
  late: L,
): Promise<T | L> {
  const over = new AbortController();
  const end = (): void => over.abort(signal?.reason);
  if (signal?.aborted) end();
  signal?.addEventListener('abort', end, { once: true });
  try {
    return await withDeadline(clock, timeoutMs, work(over.signal), late);
  } finally {
    signal?.removeEventListener('abort', end);
    over.abort();
  }
}

/** Sleeps; ends early and quietly when the signal fires. Answers whether the time was slept to its end. */
export async function pause(clock: Clock, ms: number, signal?: AbortSignal): Promise<boolean> {
  try {
    await clock.sleep(ms, signal);
    return true;
  } catch {
    return false;
  }
}
