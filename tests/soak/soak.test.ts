import { describe, expect, it } from 'vitest';
import { Day } from './day.ts';
import { soak, type Sample } from './soak.ts';
import { verdict } from './verdict.ts';

describe('a soak', () => {
  it('of 300 seeded faults: every command ends truly, no wrong picture, no false success', async () => {
    const figures = await soak({ seed: 1, faults: 300, faultsADay: 50 });
    expect(figures.violations).toEqual([]);
    expect(verdict(figures)).toEqual([]);
    // It did show and did break things, half of them on one station that lived through it all.
    expect(figures.shown).toBeGreaterThan(figures.posted / 2);
    expect(figures.recoveries).toBeGreaterThan(40);
    expect(figures.oneLife).toBeGreaterThanOrEqual(140);
    expect(figures.days).toBe(3);
    expect(figures.oneLifeMs / figures.tookMs).toBeGreaterThan(0.3);
    expect(figures.oneLifeMs / figures.tookMs).toBeLessThan(0.7);
  });

  it('is the same day for the same seed', async () => {
    const [one, two] = [await soak({ seed: 7, faults: 30 }), await soak({ seed: 7, faults: 30 })];
    expect({ ...two, samples: [] }).toEqual({ ...one, samples: [] });
  });
});

describe('the verdict', () => {
  const sample: Sample = { heapMb: 20, listeners: 30, waits: 4, kept: 1_000 };
  const thirty = (change: (index: number) => Partial<Sample>): Sample[] =>
    Array.from({ length: 30 }, (_, index) => ({ ...sample, ...change(index) }));

  it('is good of samples that go up and down', () => {
    const samples = thirty((index) => ({
      heapMb: index < 12 ? 8 + index : 20 + (index % 3),
      listeners: 30 + (index % 4),
      kept: 900 + index,
    }));
    expect(verdict({ violations: [], samples, moreWaits: 1 })).toEqual([]);
  });

  it.each<readonly [string, (index: number) => Partial<Sample>, RegExp]>([
    ['heap', (index) => ({ heapMb: 20 + index / 3 }), /heap grew by 4/],
    ['listeners', (index) => ({ listeners: 30 + Math.floor(index / 3) }), /6 more event listeners|7 more event/],
    ['waits', (index) => ({ waits: 4 + Math.floor(index / 4) }), /5 more open waits/],
    ['what is kept', (index) => ({ kept: 1_000 * index }), /20000 more characters/],
  ])('is bad where %s grows', (_what, change, sentence) => {
    const wrong = verdict({ violations: [], samples: thirty(change), moreWaits: 0 });
    expect(wrong).toEqual([expect.stringMatching(sentence)]);
  });

  it('is bad of an untruth, and of waits that stay open at the end of a day', () => {
    expect(verdict({ violations: ['x'], samples: [], moreWaits: 9 })).toHaveLength(2);
  });
});

describe('a day', () => {
  it('looks at the end of each command before it forgets it', async () => {
    const day = new Day({ seed: 3 });
    await day.begin();
    const liar = day.counter.relay.post({ qr_text: 'never-shown' });
    Object.assign(liar, { state: 'cleared', deliveries: 1, displayedAt: 0, endedAt: 0 });
    // Longer ago than what is kept, and long enough for a calm moment.
    await day.work(Infinity, 0.5);
    expect(day.counter.relay.commands).not.toContain(liar);
    expect(day.truth.violations).toEqual([expect.stringContaining(`${liar.id} was never on the screen`)]);
    await day.end();
  });
});
