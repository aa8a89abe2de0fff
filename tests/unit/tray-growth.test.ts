/** The measure of the tray's soak must see a small leak under a lot of garbage, or the soak could not fail. */
import { expect, it } from 'vitest';
import { growthPerHundred, type Visit } from '../rig/tray/growth.ts';
import { seeded } from '../support/station-rig.ts';

/** 240 customers: a warm-up of 20 MB, garbage of up to 15 MB that is collected now and then, and a leak. */
function day(leakMbEach: number): Visit[] {
  const random = seeded(7);
  return Array.from({ length: 240 }, (_, n) => {
    const warmUp = 20 * (1 - Math.exp(-n / 15));
    return { atMs: n * 1_000, memoryMb: 95 + warmUp + 15 * random() ** 2 + n * leakMbEach };
  });
}

it('is near zero for a program that only makes garbage', () => {
  expect(Math.abs(growthPerHundred(day(0)))).toBeLessThan(0.5);
});

it('sees a leak of 30 kB a customer', () => {
  expect(growthPerHundred(day(0.03))).toBeGreaterThan(2.5);
  expect(growthPerHundred(day(0.03))).toBeLessThan(3.5);
});

it('is no number when the day was too short to say', () => {
  expect(growthPerHundred(day(0).slice(0, 40))).toBeNaN();
});
