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

/** Sleeps; ends early and quietly when the signal fires. Answers whether the time was slept to its end. */
export async function pause(clock: Clock, ms: number, signal?: AbortSignal): Promise<boolean> {
  try {
    await clock.sleep(ms, signal);
    return true;
  } catch {
    return false;
  }
}
