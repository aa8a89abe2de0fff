/**
 * What CPU time is given relative to, so that a figure means the same on a slow machine and on a busy one: steps of
 * xorshift32, whole numbers only, no memory. 180 million of them take 0.3 s of one core where the project was built.
 */
import { STEPS, xorshift } from './xorshift.ts';

/** Milliseconds of CPU that `work` took in this process, its threads included. */
export async function cpuMs(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

export async function referenceLoopMs(): Promise<number> {
  xorshift(1_000_000);
  return cpuMs(() => xorshift(STEPS));
}

/** Picture work, and the reference loop of the same minute. */
export interface Took {
  readonly ms: number;
  readonly loopMs: number;
}

/** `0.19 x (57 ms, loop 300 ms)`. */
export const inLoops = ({ ms, loopMs }: Took): string =>
  `${(ms / loopMs).toFixed(2)} x (${ms.toFixed(0)} ms, loop ${loopMs.toFixed(0)} ms)`;
