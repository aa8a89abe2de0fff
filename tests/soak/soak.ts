/**
 * One kiosk that lives through it all, as in the product, and beside it days with other displays, other seeds and tabs
 * that crash; and what memory does meanwhile. Memory is looked at when only the long-lived one is open, and that is
 * calm.
 */
import { garbageCollector } from '../../node/v8-flags.ts';
import { liveListeners } from './listeners.ts';
import { Day, type DayFigures, type DayOptions } from './day.ts';

export interface SoakOptions {
  readonly seed: number;
  /** Of all kiosks together; ends after this many or after so many hours of all of them, whichever comes first. */
  readonly faults?: number;
  readonly hours?: number;
  readonly time?: DayOptions['time'];
  /**
   * A display and a browser profile live for this many faults, then come new ones; as many go to the kiosk that stays.
   */
  readonly faultsADay?: number;
  readonly onDay?: (day: number, figures: DayFigures, heapMb: number) => void;
}

/** What was counted at one calm moment of the kiosk that stays. */
export interface Sample {
  /** Used heap after a collection. */
  readonly heapMb: number;
  /** Event listeners on everything that lives. */
  readonly listeners: number;
  /** Open waits of the kiosk that stays; undefined on a real clock. */
  readonly waits: number | undefined;
  /** Characters that it keeps on disk. */
  readonly kept: number;
}

export interface SoakFigures extends Omit<DayFigures, 'waits'> {
  readonly days: number;
  /** Faults that one and the same station lived through, from the first to the last minute. */
  readonly oneLife: number;
  /** How long that one lived, on its own clock; part of `tookMs`. */
  readonly oneLifeMs: number;
  /** Oldest first. */
  readonly samples: readonly Sample[];
  /** Waits that were open more at the end of a day or of the long life than at its beginning, at most. */
  readonly moreWaits: number;
}

const collect = garbageCollector();

function usedHeapMb(): number {
  collect();
  return process.memoryUsage().heapUsed / 1024 / 1024;
}

export async function soak(options: SoakOptions): Promise<SoakFigures> {
  const { seed, faults = Infinity, hours = Infinity, faultsADay = 250, time = 'manual' } = options;
  const sum = { tookMs: 0, faults: 0, posted: 0, shown: 0, failed: 0, recoveries: 0, replugs: 0, shownButFailed: 0 };
  const violations: string[] = [];
  const samples: Sample[] = [];
  let moreWaits = 0;
  let days = 0;

  const staying = new Day({ seed, time, crashes: false, onCalm: (day) => samples.push(sampleOf(day)) });
  const left = (): { readonly faults: number; readonly hours: number } => ({
    faults: faults - sum.faults - staying.faults,
    hours: hours - (sum.tookMs + staying.tookMs) / 3_600_000,
  });
  const add = (figures: DayFigures, whose: number): void => {
    for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += figures[name];
    violations.push(...figures.violations.map((text) => `seed ${whose}, ${text}`));
    const [first, last] = figures.waits;
    if (first !== undefined && last !== undefined) moreWaits = Math.max(moreWaits, last - first);
  };

  await staying.begin();
  while (left().faults > 0 && left().hours > 0) {
    await staying.work(Math.min(faultsADay, Math.ceil(left().faults / 2)), left().hours / 2);
    if (left().faults <= 0 || left().hours <= 0) break;
    days += 1;
    const day = new Day({ seed: seed + days, time });
    await day.begin();
    await day.work(Math.min(faultsADay, left().faults), left().hours);
    const figures = await day.end();
    add(figures, seed + days);
    options.onDay?.(days, figures, samples.at(-1)?.heapMb ?? Number.NaN);
  }
  const oneLife = staying.faults;
  const oneLifeMs = staying.tookMs;
  if (staying.counter.lives !== 1) violations.push(`the kiosk that stays was opened ${staying.counter.lives} times`);
  add(await staying.end(), seed);
  return { ...sum, days, oneLife, oneLifeMs, violations, samples, moreWaits };
}

const sampleOf = (day: Day): Sample => ({
  heapMb: usedHeapMb(),
  listeners: liveListeners(),
  waits: day.waits,
  kept: [...day.counter.memory.map.values()].reduce((chars, value) => chars + value.length, 0),
});

/**
 * How much higher the last third of the samples lies than the first third; medians, because collections come when they
 * like.
 */
export function growth(samples: readonly number[]): number {
  const third = Math.max(1, Math.floor(samples.length / 3));
  const median = (part: readonly number[]): number =>
    [...part].sort((a, b) => a - b)[Math.floor(part.length / 2)] ?? NaN;
  return median(samples.slice(-third)) - median(samples.slice(0, third));
}
