import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createMemoryTrim } from './memory-trim.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('trims once, when a busy time is over', () => {
  const trim = vi.fn();
  const memoryTrim = createMemoryTrim(trim, 3_000);
  for (let second = 0; second < 10; second++) {
    memoryTrim.schedule();
    vi.advanceTimersByTime(1_000);
  }
  expect(trim).not.toHaveBeenCalled();
  vi.advanceTimersByTime(60_000);
  expect(trim).toHaveBeenCalledTimes(1);
});

it('does not trim a program that has ended', () => {
  const trim = vi.fn();
  const memoryTrim = createMemoryTrim(trim, 3_000);
  memoryTrim.schedule();
  memoryTrim.stop();
  vi.advanceTimersByTime(60_000);
  expect(trim).not.toHaveBeenCalled();
});
