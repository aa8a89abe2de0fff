/** The measure of the tray's soak must see a small leak under noise, or the soak could not fail. */
import { expect, it } from 'vitest';
import { growthMb, MAX_GROWTH_MB, type Look } from './growth.ts';
import { seeded } from '../station/station-rig.ts';

/**
 * 240 customers, looked at after each eighth: a warm-up of 6 MB, looks that differ by 0.6 MB and some that came too
 * early, as they were seen; and a leak.
 */
function day(leakKbEach: number, seed: number): Look[] {
  const random = seeded(seed);
  return Array.from({ length: 30 }, (_, n) => {
    const shown = 8 * (n + 1);
    const warmUp = 6 * (1 - Math.exp(-shown / 20));
    return { shown, ownMb: 40 + warmUp + 0.6 * random() + (random() < 0.1 ? 7 : 0) + (shown * leakKbEach) / 1_000 };
  });
}
const SEEDS = Array.from({ length: 50 }, (_, seed) => seed + 1);

it('is near nothing for a program that warms up and then only makes garbage', () => {
  for (const seed of SEEDS) expect(growthMb(day(0, seed)), `day ${seed}`).toBeLessThan(MAX_GROWTH_MB);
});

it('sees a leak of 10 kB a customer', () => {
  for (const seed of SEEDS) expect(growthMb(day(10, seed)), `day ${seed}`).toBeGreaterThan(MAX_GROWTH_MB);
});

it('is no number when the day was too short to say', () => {
  expect(growthMb(day(0, 1).slice(0, 8))).toBeNaN();
});
