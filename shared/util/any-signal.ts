/**
 * Work under a signal that fires with the first of these. Unlike `AbortSignal.any`, of which Node keeps a trace on
 * every source for as long as that lives, nothing is left on them afterwards: a station's own signal lives all day, and
 * the soak saw it grow.
 */
export async function anySignal<T>(
  signals: readonly AbortSignal[],
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const either = new AbortController();
  const fire = (): void => either.abort(signals.find(({ aborted }) => aborted)?.reason);
  for (const signal of signals) signal.addEventListener('abort', fire, { once: true });
  if (signals.some(({ aborted }) => aborted)) fire();
  try {
    return await work(either.signal);
  } finally {
    for (const signal of signals) signal.removeEventListener('abort', fire);
  }
}
