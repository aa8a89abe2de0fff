/** How many bytes may go over the wire, and in which of the ways to write them a picture stays within that. */
import { BITS_PER_BYTE, MAX_JPEG_BYTES } from '../wire/display.ts';

/** What a report says of a picture that nothing could bring within the time. */
export const overBudget = (bytes: number, most: number): { readonly over_budget?: true } =>
  bytes > most ? { over_budget: true } : {};

/**
 * @param baudRate Infinity where the wire is not the limit; 0 where the speed is not known yet, then the slowest is
 * assumed
 */
export function budgetBytes(budgetMs: number, baudRate: number): number {
  const speed = baudRate > 0 ? baudRate : 9_600;
  return Math.min(MAX_JPEG_BYTES - 1, Math.floor(((speed / BITS_PER_BYTE) * budgetMs) / 1_000));
}
