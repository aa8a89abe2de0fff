/** How long it took from the post to the glass, hour by hour. */

export interface Shown {
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly displayedAt: number;
}

export interface LatencyHours {
  /** Start of each hour, seconds since the epoch (uPlot's unit), oldest first. */
  readonly hours: number[];
  /** Seconds; null where nothing was shown in that hour. */
  readonly p50: (number | null)[];
  readonly p95: (number | null)[];
}

const HOUR_MS = 3_600_000;

/** Nearest rank, so that every figure is one that really happened. */
export function percentile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
}

/** The last `count` hours up to and with the one of `now`. */
export function latencyByHour(shown: readonly Shown[], now: number, count = 24): LatencyHours {
  const current = Math.floor(now / HOUR_MS);
  const bins = Array.from({ length: count }, (): number[] => []);
  for (const { createdAt, displayedAt } of shown) {
    const bin = bins[count - 1 - (current - Math.floor(displayedAt / HOUR_MS))];
    bin?.push((displayedAt - createdAt) / 1000);
  }
  for (const bin of bins) bin.sort((one, other) => one - other);
  return {
    hours: bins.map((_, index) => ((current - (count - 1 - index)) * HOUR_MS) / 1000),
    p50: bins.map((bin) => percentile(bin, 0.5)),
    p95: bins.map((bin) => percentile(bin, 0.95)),
  };
}
