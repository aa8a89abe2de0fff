import { describe, expect, it } from 'vitest';
import { soak } from './soak.ts';

describe('a soak', () => {
  it('of 300 seeded faults: every command ends truly, no wrong picture, no false success', async () => {
    const { violations, posted, shown, recoveries, moreWaits } = await soak({ seed: 1, faults: 300, faultsADay: 60 });
    expect(violations).toEqual([]);
    // It did show and did break things.
    expect(shown).toBeGreaterThan(posted / 2);
    expect(recoveries).toBeGreaterThan(40);
    expect(moreWaits).toBeLessThanOrEqual(2);
  });

  it('is the same day for the same seed', async () => {
    const [one, two] = [await soak({ seed: 7, faults: 30 }), await soak({ seed: 7, faults: 30 })];
    expect({ ...two, heapMb: [], listeners: [] }).toEqual({ ...one, heapMb: [], listeners: [] });
  });
});
