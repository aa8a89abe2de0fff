import { vi } from 'vitest';

/** Waits for a condition as long as a busy machine may need; one that is not busy does not wait. */
export function eventually<T>(
  check: () => T | Promise<T>,
  options: { timeout?: number; interval?: number } = {},
): Promise<T> {
  return vi.waitFor(check, { timeout: 15_000, interval: 20, ...options });
}
