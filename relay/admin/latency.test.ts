import { expect, it } from 'vitest';
import { latencyOf, percentile } from './latency.ts';

const HOUR_MS = 3_600_000;
const NOW = Date.parse('2026-01-05T10:30:00Z');
/** Shown so long ago, after so long a wait. */
const shown = (agoMs: number, tookMs: number) => ({
  displayedAt: NOW - agoMs,
  createdAt: NOW - agoMs - tookMs,
});

it('a percentile is a figure that happened: the smallest that so large a share does not exceed', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
  expect([0.5, 0.95, 0.951, 1].map((share) => percentile(hundred, share))).toEqual([50, 95, 96, 100]);
  expect([percentile([7], 0.5), percentile([7], 0.95), percentile([], 0.5)]).toEqual([7, 7, null]);
});

it('half and nearly all are told apart, of an hour and of the day', () => {
  // In no order: 100, 200 … 2,000 ms in the hour that runs, 40 times 3,000 ms the hour before.
  const thisHour = Array.from({ length: 20 }, (_, index) => shown(index * 1_000, (((index * 7) % 20) + 1) * 100));
  const before = Array.from({ length: 40 }, () => shown(HOUR_MS, 3_000));
  const latency = latencyOf([...before, ...thisHour], NOW);
  expect(latency.hours).toHaveLength(24);
  expect(latency.hours.at(-1)).toEqual({ at: '2026-01-05T10:00:00.000Z', shown: 20, p50_ms: 1_000, p95_ms: 1_900 });
  expect(latency.hours.at(-2)).toMatchObject({ shown: 40, p50_ms: 3_000, p95_ms: 3_000 });
  expect(latency.hours.at(-3)).toMatchObject({ shown: 0, p50_ms: null, p95_ms: null });
  expect(latency).toMatchObject({ shown: 60, p50_ms: 3_000, p95_ms: 3_000 });
  expect(latencyOf(thisHour, NOW)).toMatchObject({ shown: 20, p50_ms: 1_000, p95_ms: 1_900 });
});

it('what is older than the 24 hours counts nowhere', () => {
  const latency = latencyOf([shown(24 * HOUR_MS, 500), shown(23 * HOUR_MS, 700)], NOW);
  expect(latency).toMatchObject({ shown: 1, p50_ms: 700 });
  expect(latency.hours[0]).toMatchObject({ at: '2026-01-04T11:00:00.000Z', shown: 1 });
});
