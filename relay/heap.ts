/**
 * How far the heap may grow before it is collected. A held poll lives for two seconds, which is long enough to be moved among the old objects;
 * with thousands of displays most of the old space is then what is left of answered polls, and V8 would let it grow to several times what is in use.
 */
import { setFlagsFromString } from 'node:v8';

/**
 * Measured with 5,000 displays: at 40 they take 250 MB, but an empty poll costs half as much again as with ten, because all that is held is
 * looked through so often; at 100 they take 300 MB, and it costs the same.
 */
const GROWTH_PERCENT = 100;

/** To be called once, first of all: V8 looks at it when it plans its next collection. */
export function keepHeapSmall(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
}
