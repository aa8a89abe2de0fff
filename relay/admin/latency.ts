/**
 * How long it took from post to display. Percentiles by nearest rank, so that every figure is one that really happened.
 */
import type { AdminDeviceDetail } from '../../shared/wire/admin/display-page.ts';
import { iso } from '../core/iso-time.ts';

const HOUR_MS = 3_600_000;
const HOURS = 24;

export interface ShownCommand {
  readonly createdAt: number;
  readonly displayedAt: number;
}

export function percentile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
}

const sortedTimes = (shown: readonly ShownCommand[]): number[] =>
  shown.map(({ createdAt, displayedAt }) => displayedAt - createdAt).sort((one, other) => one - other);

const figures = (times: readonly number[]) => ({
  shown: times.length,
  p50_ms: percentile(times, 0.5),
  p95_ms: percentile(times, 0.95),
});

/** The 24 hours up to and with the one that runs. */
export function latencyOf(shown: readonly ShownCommand[], now: number): AdminDeviceDetail['latency'] {
  const current = Math.floor(now / HOUR_MS);
  const bins = Array.from({ length: HOURS }, (): ShownCommand[] => []);
  const within: ShownCommand[] = [];
  for (const one of shown) {
    const bin = bins[HOURS - 1 - (current - Math.floor(one.displayedAt / HOUR_MS))];
    if (!bin) continue;
    bin.push(one);
    within.push(one);
  }
  return {
    hours: bins.map((bin, index) => ({
      at: iso((current - (HOURS - 1 - index)) * HOUR_MS),
      ...figures(sortedTimes(bin)),
    })),
    ...figures(sortedTimes(within)),
  };
}
