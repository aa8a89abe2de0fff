/**
 * How far the heap may grow before it is collected. A held poll lives for two seconds, which is long enough to be moved among the old objects;
 * with thousands of displays most of the old space is then what is left of answered polls, and V8 would let it grow to several times what is in use.
 */
import { setFlagsFromString } from 'node:v8';

/**
 * Measured with 5,000 displays that hold their polls: at 40 they take 250 MB, at 100 300 MB and less looking through what is held.
 */
const GROWTH_PERCENT = 100;

/** To be called once, first of all: V8 looks at it when it plans its next collection. */
export function keepHeapSmall(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
}
