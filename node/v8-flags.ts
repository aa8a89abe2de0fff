/**
 * Where V8's own guesses about memory are wrong for the relay and for the tray. V8 reads most flags when it plans its
 * next collection.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * In per cent of what is in use. Measured with 5,000 displays that hold their polls: 300 MB; at 40 they take 250 MB and
 * more processor time.
 */
const GROWTH_WITH_HELD_POLLS_PERCENT = 100;
/** A collection takes some 10 ms in the tray, and a QR is drawn with a few of them. */
const GROWTH_BESIDE_OTHER_PROGRAMS_PERCENT = 10;

/**
 * For a relay. A held poll lives for two seconds, which is long enough to be moved among the old objects. With
 * thousands of displays most of the old space is what is left of answered polls, and V8 would let it grow to several
 * times what is in use. To be called once, before anything is compiled.
 */
export function tuneForHeldPolls(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_WITH_HELD_POLLS_PERCENT}`);
  // After a burst of calls that waited together V8 takes what such a call makes for long-lived and puts it among the
  // old objects from the start. From there it keeps the rest of its call alive, and an empty poll costs up to 1.75
  // times as much for as long as the relay runs.
  setFlagsFromString('--no-allocation-site-pretenuring');
}

/**
 * For a program beside a person's own. V8 plans for servers: young objects get up to 48 MB, old ones may grow to
 * several times what is in use. Drawing a QR leaves tens of megabytes of garbage, so a busy counter filled that: 215 MB
 * resident, measured on Linux, instead of 125.
 */
export function keepHeapSmall(): void {
  // Young objects keep the megabyte that they start with.
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString(`--heap-growing-percent=${GROWTH_BESIDE_OTHER_PROGRAMS_PERCENT}`);
}

/** A full collection, as a function. An executable cannot be given `--expose-gc` on its command line. */
export function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
