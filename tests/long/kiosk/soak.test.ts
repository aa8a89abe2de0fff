/**
 * Ten thousand seeded faults on the simulator, about five days of them, in simulated time; half of them on one kiosk
 * that lives through it all.
 */
import { describe, expect, it } from 'vitest';
import { soak } from '../../soak/soak.ts';
import { growthOf, verdict } from '../../soak/verdict.ts';

const FAULTS = 10_000;

describe('ten thousand faults', () => {
  it(
    'every command ends truly, no wrong picture, no false success, flat memory',
    { timeout: 15 * 60_000 },
    async () => {
      const figures = await soak({ seed: 20_000, faults: FAULTS });
      const { tookMs, faults, oneLife, posted, shown, failed, shownButFailed, recoveries, violations, samples } =
        figures;
      const { heapMb, listeners, kept } = growthOf(samples);
      console.log(
        `${faults} faults in ${(tookMs / 3_600_000).toFixed(0)} simulated hours, ${oneLife} of them on one kiosk: ${posted} QRs posted, ${shown} shown, ` +
          `${failed} failed (${shownButFailed} of them seen, not confirmed), ${recoveries} recoveries, ${violations.length} untruths, ` +
          `heap ${heapMb.toFixed(1)} MB more, ${listeners} listeners more, ${kept} characters more on disk`,
      );
      expect(violations).toEqual([]);
      expect(verdict(figures)).toEqual([]);
      expect(faults).toBeGreaterThanOrEqual(FAULTS);
      expect(oneLife).toBeGreaterThanOrEqual(FAULTS / 2 - 250);
      expect(shown).toBeGreaterThan(posted / 2);
    },
  );
});
