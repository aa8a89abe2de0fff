/** Whether memory grows over a day. */

/** At the program, after it tidied up. */
export interface Look {
  /** QRs until then. */
  readonly shown: number;
  /** Resident and its own. */
  readonly ownMb: number;
}

/** Less than 80 customers who leave 10 kB each. */
export const MAX_GROWTH_MB = 0.4;

/**
 * By how many MB the lower half of the last third's looks lies above that of the middle third's, on average. The first
 * third is warm-up: code is compiled, and the encoder meets the squares that it keeps. Garbage and looks that came too
 * early only ever add: what they lie upon is the lower half.
 */
export function growthMb(looks: readonly Look[]): number {
  const third = Math.floor(looks.length / 3);
  if (third < 3) return NaN;
  const floorOf = (some: readonly Look[]): number => {
    const lower = some.map(({ ownMb }) => ownMb).sort((a, b) => a - b);
    const half = lower.slice(0, Math.ceil(lower.length / 2));
    return half.reduce((sum, each) => sum + each, 0) / half.length;
  };
  return floorOf(looks.slice(-third)) - floorOf(looks.slice(-2 * third, -third));
}
