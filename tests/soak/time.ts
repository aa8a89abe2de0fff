/** Time as a soak goes through it: hours in a moment, or hours as hours. */
import { realClock, type Clock } from '../../shared/util/clock.ts';
import { ManualClock } from '../support/manual-clock.ts';

export interface Time {
  readonly clock: Clock;
  /** Lets time pass. */
  pass(ms: number): Promise<void>;
  /** Lets time pass until the promise is resolved or rejected. */
  finish(promise: Promise<void>): Promise<void>;
  /** Waits that are open, where that can be counted. */
  readonly pending: () => number | undefined;
}

export function manualTime(): Time {
  const clock = new ManualClock();
  return {
    clock,
    pass: (ms) => clock.advance(ms),
    finish: (promise) => clock.run(promise),
    pending: () => clock.pending,
  };
}

export const realTime = (): Time => ({
  clock: realClock,
  pass: (ms) => realClock.sleep(ms),
  finish: (promise) => promise,
  pending: () => undefined,
});
