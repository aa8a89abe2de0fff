/** Time as a thing that is handed in, so that tests run hours in a moment. */
export interface Clock {
  /**
   * Milliseconds; only differences mean something. Not stepped back by a corrected wall clock where the realm can help
   * it.
   */
  now(): number;
  /** Resolves after `ms`. Rejects with the signal's reason when it fires first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Wall clock, ms since the epoch: only for what people read or outlives the program, never for waiting. */
  wallNow?(): number;
}

export const wallNow = (clock: Clock): number => clock.wallNow?.() ?? Date.now();

export const realClock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason as Error);
        return;
      }
      const done = (): void => {
        signal?.removeEventListener('abort', stop);
        resolve();
      };
      const timer = setTimeout(done, ms);
      const stop = (): void => {
        clearTimeout(timer);
        reject(signal?.reason as Error);
      };
      signal?.addEventListener('abort', stop, { once: true });
    }),
};
