import { expect, it } from 'vitest';
import { SteadyClock } from './steady-clock.ts';

function computer() {
  const time = { wallMs: 1_000_000, passedMs: 5 };
  const clock = new SteadyClock({ wall: () => time.wallMs, passed: () => time.passedMs });
  return { time, clock };
}

it('goes on with what passes when the wall clock is set, until it is told to follow', () => {
  const { time, clock } = computer();
  time.wallMs -= 3_600_000;
  time.passedMs += 1_000;
  time.wallMs += 1_000;
  expect(clock.now()).toBe(1_001_000);
  expect(clock.jumpMs()).toBe(-3_600_000);
  expect(clock.now()).toBe(1_001_000);
  clock.follow(-3_600_000);
  expect(clock.now()).toBe(time.wallMs);
  expect(clock.jumpMs()).toBe(0);
});

it('follows a drift by itself, and steps neither for milliseconds nor without being asked', () => {
  const { time, clock } = computer();
  time.wallMs += 10;
  expect([clock.jumpMs(), clock.now()]).toEqual([0, 1_000_000]);
  time.wallMs += 4_000;
  expect(clock.now()).toBe(1_000_000);
  expect([clock.jumpMs(), clock.now()]).toEqual([0, 1_004_010]);
});
