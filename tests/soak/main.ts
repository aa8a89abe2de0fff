/**
 * `npm run soak -- [--hours 8] [--faults 10000] [--speedup] [--seed 1]`: a kiosk's days on the simulator with seeded
 * random faults. With `--speedup` time is simulated and goes as fast as the machine; without it an hour takes an hour.
 * Half of it on one kiosk that lives through it all, the other half on others that come and go: `--hours 16` keeps one
 * for 8. Ends with code 1 when anything was untrue, or heap, listeners, waits or what is kept grew.
 */
import { parseArgs } from 'node:util';
import { soak } from './soak.ts';
import { growthOf, verdict } from './verdict.ts';

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

const hoursOf = (ms: number): string => (ms / 3_600_000).toFixed(1);
const seconds = (performance.now() - startedAt) / 1000;
const grown = growthOf(figures.samples);
const last = figures.samples.at(-1);
console.log(`
${hoursOf(figures.tookMs)} hours in ${seconds.toFixed(0)} s: ${hoursOf(figures.oneLifeMs)} on one kiosk that lived through ${figures.oneLife} faults, ${hoursOf(figures.tookMs - figures.oneLifeMs)} on ${figures.days} others
faults            ${figures.faults}
QRs posted        ${figures.posted}, shown ${figures.shown}, failed ${figures.failed} (${figures.shownButFailed} of them may have been seen)
recoveries        ${figures.recoveries}, replugs ${figures.replugs}
open waits        ${figures.moreWaits} more at an end than at its beginning, at most
listeners         ${grown.listeners} more in the last third than in the first, of ${last?.listeners ?? 0}
heap              ${Number.isNaN(grown.heapMb) ? 'too short to say' : `${grown.heapMb.toFixed(1)} MB growth from the first to the last third after the warm-up`}, of ${last?.heapMb.toFixed(1) ?? '?'}
kept on disk      ${grown.kept} characters more, of ${last?.kept ?? 0}
untruths          ${figures.violations.length}`);
for (const violation of figures.violations.slice(0, 50)) console.log(`  ${violation}`);
const wrong = verdict(figures);
for (const sentence of wrong) console.log(`WRONG: ${sentence}`);
process.exit(wrong.length > 0 ? 1 : 0);
