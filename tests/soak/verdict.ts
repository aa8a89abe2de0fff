/** What a soak must not show. One judgement for the command line and for the tests. */
import { growth, type Sample, type SoakFigures } from './soak.ts';

/** In MB. Samples of the same state differ by one or so. */
const MAX_HEAP_MB = 3;
/** At a calm moment a kiosk listens to what it listened to in the morning; a poll that is just under way adds a few. */
const MAX_LISTENERS = 5;
const MAX_WAITS = 3;
/**
 * The last outcomes, the display's facts and what is on the screen are replaced, not added to; a QR that is up has its
 * picture among them.
 */
const MAX_KEPT = 10_000;
/** Fewer than that have no thirds worth comparing. */
const SAMPLES_TO_JUDGE = 6;
/**
 * The engine compiles what runs often: so many calm moments, and 3 MB, pass before the heap of one that leaks nothing
 * stands still.
 */
const WARM_UP_SAMPLES = 12;

export interface Growth {
  /** After the warm-up; NaN when there was hardly more than that. */
  readonly heapMb: number;
  readonly listeners: number;
  /** NaN on a real clock. */
  readonly waits: number;
  readonly kept: number;
}

export function growthOf(samples: readonly Sample[]): Growth {
  const of = (what: keyof Sample, from = 0): number =>
    growth(samples.slice(from).map((sample) => sample[what] ?? Number.NaN));
  return {
    heapMb: samples.length < WARM_UP_SAMPLES + SAMPLES_TO_JUDGE ? Number.NaN : of('heapMb', WARM_UP_SAMPLES),
    listeners: of('listeners'),
    waits: of('waits'),
    kept: of('kept'),
  };
}

/** A sentence for each thing that is wrong; empty when all is well. */
export function verdict({ violations, samples, moreWaits }: Pick<SoakFigures, 'violations' | 'samples' | 'moreWaits'>) {
  const wrong = violations.length === 0 ? [] : [`${violations.length} untruths`];
  if (moreWaits > MAX_WAITS) wrong.push(`${moreWaits} more waits are open at an end than at its beginning`);
  if (samples.length < SAMPLES_TO_JUDGE) return wrong;
  const { heapMb, listeners, waits, kept } = growthOf(samples);
  if (heapMb >= MAX_HEAP_MB) wrong.push(`the heap grew by ${heapMb.toFixed(1)} MB`);
  if (listeners > MAX_LISTENERS) wrong.push(`${listeners} more event listeners`);
  if (waits > MAX_WAITS) wrong.push(`${waits} more open waits`);
  if (kept > MAX_KEPT) wrong.push(`${kept} more characters are kept on disk`);
  return wrong;
}
