/** The time between polls over the last ten minutes, which shows whether the browser throttles the worker. */
export interface PollGaps {
  readonly recentMs: readonly number[];
}

/** Ten minutes of a poll every 2 s. */
const KEPT = 300;

export const noGaps: PollGaps = { recentMs: [] };

export function withGap({ recentMs }: PollGaps, gapMs: number): PollGaps {
  return { recentMs: [...recentMs.slice(1 - KEPT), gapMs] };
}

/** In ms; `undefined` before the first gap. */
export function gapSummary({ recentMs }: PollGaps): { readonly p99Ms: number; readonly maxMs: number } | undefined {
  if (recentMs.length === 0) return undefined;
  const sorted = [...recentMs].sort((a, b) => a - b);
  const rank = Math.max(0, Math.ceil(sorted.length * 0.99) - 1);
  return { p99Ms: Math.round(sorted[rank]), maxMs: Math.round(sorted[sorted.length - 1]) };
}
