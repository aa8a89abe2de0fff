/** Ten thousand seeded faults on the simulator, about five days of them, in simulated time. */
import { describe, expect, it } from 'vitest';
import { growth, soak } from '../soak/soak.ts';

const FAULTS = 10_000;
/** Over days of faults; the samples themselves differ by a megabyte or so. */
const MAX_GROWTH_MB = 3;
/** A day begins with none of the day before; within a day their number goes up and down with what is under way. */
const MAX_MORE_LISTENERS = 20;

describe('ten thousand faults', () => {
  it(
    'every command ends truly, no wrong picture, no false success, flat memory',
    { timeout: 15 * 60_000 },
    async () => {
      const figures = await soak({ seed: 20_000, faults: FAULTS });
      const {
        tookMs,
        faults,
        posted,
        shown,
        failed,
        shownButFailed,
        recoveries,
        heapMb,
        listeners,
        moreWaits,
        violations,
      } = figures;
      console.log(
        `${faults} faults in ${(tookMs / 3_600_000).toFixed(0)} simulated hours: ${posted} QRs posted, ${shown} shown, ${failed} failed ` +
          `(${shownButFailed} of them seen, not confirmed), ${recoveries} recoveries, ${violations.length} untruths, ` +
          `heap ${growth(heapMb).toFixed(1)} MB more, ${growth(listeners)} listeners more`,
      );
      expect(violations).toEqual([]);
      expect(faults).toBeGreaterThanOrEqual(FAULTS);
      expect(shown).toBeGreaterThan(posted / 2);
      expect(moreWaits).toBeLessThanOrEqual(3);
      expect(growth(heapMb)).toBeLessThan(MAX_GROWTH_MB);
      expect(growth(listeners)).toBeLessThan(MAX_MORE_LISTENERS);
    },
  );
});
