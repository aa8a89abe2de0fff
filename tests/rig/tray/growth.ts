/** Whether memory grows over a day. */

export interface Visit {
  /** Since the day's start. */
  readonly atMs: number;
  /** Resident, just after the QR was shown. */
  readonly memoryMb: number;
}

/** Customers in one block; the lowest of a block is what the program needs, without garbage that waits for its collection. */
const BLOCK = 10;
/** The blocks before are warm-up: code is compiled, and the encoder meets the 2,000 squares that it keeps. */
const WARM_UP = 0.5;

/**
 * What memory grows by, in MB a hundred customers: the slope of the line through the blocks' lowest values after the warm-up. Garbage comes and
 * goes and hides a leak in single samples; what lies under it does not.
 */
export function growthPerHundred(visits: readonly Visit[]): number {
  const floors: number[] = [];
  for (let at = 0; at + BLOCK <= visits.length; at += BLOCK)
    floors.push(Math.min(...visits.slice(at, at + BLOCK).map((visit) => visit.memoryMb)));
  const warm = floors.slice(Math.ceil(floors.length * WARM_UP));
  if (warm.length < 4) return NaN;
  const meanX = (warm.length - 1) / 2;
  const meanY = warm.reduce((sum, each) => sum + each, 0) / warm.length;
  const over = warm.reduce((sum, each, x) => sum + (x - meanX) * (each - meanY), 0);
  const under = warm.reduce((sum, _, x) => sum + (x - meanX) ** 2, 0);
  return (over / under) * (100 / BLOCK);
}
