/**
 * Where V8's own guesses are wrong for a relay. A held poll lives for two seconds, which is long enough to be moved among the old objects;
 * with thousands of displays most of the old space is then what is left of answered polls, and V8 would let it grow to several times what is in use.
 */
import { setFlagsFromString } from 'node:v8';

/**
 * Measured with 5,000 displays that hold their polls: at 40 they take 250 MB, at 100 300 MB and less looking through what is held.
 */
const GROWTH_PERCENT = 100;

/** To be called once, first of all: V8 looks at it when it plans its next collection, and when it compiles. */
export function tuneHeap(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
  // After a burst of calls that waited together (a fleet that registers, a morning's first posts) V8 takes what such a call makes for
  // long-lived and puts it among the old objects from the start. From there it keeps all the rest of its call, long after the answer, and an empty
  // poll costs up to 1.75 x as much for as long as the relay runs.
  setFlagsFromString('--no-allocation-site-pretenuring');
}
