import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createMemoryTidier } from './memory-trim.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('tidies once, when a busy time is over', () => {
  const tidy = vi.fn();
  const tidier = createMemoryTidier(tidy, 3_000);
  for (let second = 0; second < 10; second++) {
    tidier.poke();
    vi.advanceTimersByTime(1_000);
  }
  expect(tidy).not.toHaveBeenCalled();
  vi.advanceTimersByTime(60_000);
  expect(tidy).toHaveBeenCalledTimes(1);
});

it('does not tidy a program that has ended', () => {
  const tidy = vi.fn();
  const tidier = createMemoryTidier(tidy, 3_000);
  tidier.poke();
  tidier.stop();
  vi.advanceTimersByTime(60_000);
  expect(tidy).not.toHaveBeenCalled();
});
