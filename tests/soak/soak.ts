/** Days after days with other units and other seeds, and what memory does meanwhile. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { liveListeners } from './listeners.ts';
import { Day, type DayFigures, type DayOptions } from './day.ts';

export interface SoakOptions {
  readonly seed: number;
  readonly faults?: number;
  readonly hours?: number;
  readonly time?: DayOptions['time'];
  /** A unit and a browser profile live for this many faults, then come new ones. */
  readonly faultsADay?: number;
  readonly onDay?: (day: number, figures: DayFigures, heapMb: number) => void;
}

export interface SoakFigures extends Omit<DayFigures, 'waits'> {
  readonly days: number;
  /** Used heap in MB at the calm moments, each after a collection, oldest first. */
  readonly heapMb: readonly number[];
  /** Event listeners on everything that lives, at the same moments. */
  readonly listeners: readonly number[];
  /** Waits that were open more at a day's end than at its beginning, at most. */
  readonly moreWaits: number;
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function usedHeapMb(): number {
  collect();
  return process.memoryUsage().heapUsed / 1024 / 1024;
}

export async function soak(options: SoakOptions): Promise<SoakFigures> {
  const { faults = Infinity, hours = Infinity, faultsADay = 250, time = 'manual' } = options;
  const sum = { tookMs: 0, faults: 0, posted: 0, shown: 0, failed: 0, recoveries: 0, replugs: 0, shownButFailed: 0 };
  const violations: string[] = [];
  const heapMb: number[] = [];
  const listeners: number[] = [];
  let moreWaits = 0;
  let days = 0;
  while (sum.faults < faults && sum.tookMs < hours * 3_600_000) {
    const seed = options.seed + days;
    const day = new Day({
      seed,
      time,
      faults: Math.min(faultsADay, faults - sum.faults),
      hours: hours - sum.tookMs / 3_600_000,
      onCalm: () => {
        heapMb.push(usedHeapMb());
        listeners.push(liveListeners());
      },
    });
    const figures = await day.run();
    days += 1;
    for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += figures[name];
    violations.push(...figures.violations.map((text) => `seed ${seed}, ${text}`));
    const [first, last] = figures.waits;
    if (first !== undefined && last !== undefined) moreWaits = Math.max(moreWaits, last - first);
    options.onDay?.(days, figures, heapMb.at(-1) ?? Number.NaN);
  }
  return { ...sum, days, violations, heapMb, listeners, moreWaits };
}

/** How much higher the last third of the samples lies than the first third; medians, because collections come when they like. */
export function growth(samples: readonly number[]): number {
  const third = Math.max(1, Math.floor(samples.length / 3));
  const median = (part: readonly number[]): number =>
    [...part].sort((a, b) => a - b)[Math.floor(part.length / 2)] ?? NaN;
  return median(samples.slice(-third)) - median(samples.slice(0, third));
}
