/**
 * `npm run soak -- [--hours 8] [--faults 10000] [--speedup] [--seed 1]`: a kiosk's days on the simulator with seeded random faults.
 * With `--speedup` time is simulated and goes as fast as the machine; without it an hour takes an hour.
 * Ends with code 1 when anything was untrue.
 */
import { parseArgs } from 'node:util';
import { growth, soak } from './soak.ts';

const { values } = parseArgs({
  options: {
    hours: { type: 'string' },
    faults: { type: 'string' },
    seed: { type: 'string', default: '1' },
    speedup: { type: 'boolean', default: false },
  },
});

function positive(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  console.error(`--${name} must be a number above 0, not "${text}".`);
  process.exit(1);
}

const faults = positive('faults', values.faults);
const hours = positive('hours', values.hours) ?? (faults === undefined ? 8 : undefined);
const startedAt = performance.now();
const figures = await soak({
  seed: positive('seed', values.seed) ?? 1,
  time: values.speedup ? 'manual' : 'real',
  ...(faults === undefined ? {} : { faults }),
  ...(hours === undefined ? {} : { hours }),
  onDay: (day, { faults: broken, shown, recoveries, violations }, heapMb) =>
    console.log(
      `day ${day}: ${broken} faults, ${shown} QRs shown, ${recoveries} recoveries, ${violations.length} untruths, heap ${heapMb.toFixed(1)} MB`,
    ),
});

const seconds = (performance.now() - startedAt) / 1000;
console.log(`
${(figures.tookMs / 3_600_000).toFixed(1)} hours of ${figures.days} days in ${seconds.toFixed(0)} s
faults            ${figures.faults}
QRs posted        ${figures.posted}, shown ${figures.shown}, failed ${figures.failed} (${figures.shownButFailed} of them were seen, but the display would not confirm)
recoveries        ${figures.recoveries}, replugs ${figures.replugs}
open waits        ${figures.moreWaits} more at a day's end than at its beginning, at most
listeners         ${growth(figures.listeners)} more in the last third than in the first, of ${figures.listeners.at(-1) ?? 0}
heap              ${growth(figures.heapMb).toFixed(1)} MB growth from the first to the last third
untruths          ${figures.violations.length}`);
for (const violation of figures.violations.slice(0, 50)) console.log(`  ${violation}`);
process.exit(figures.violations.length > 0 ? 1 : 0);
