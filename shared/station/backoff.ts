/** How long to wait after a relay fault: soon at first, never long, and never all kiosks in the same moment. */
import type { Fault } from './relay-client.ts';

/** With an answer within half a second this brings a kiosk back at most 3 s after its relay. */
const MAX_MS = 2_400;
const FIRST_MS = 300;
/** A key that is refused does not become right by asking often. */
const REFUSED_MAX_MS = 20_000;
const REFUSED_FIRST_MS = 2_000;
/** A limit is obeyed, but a confused header does not silence us for an hour. */
const RETRY_AFTER_MAX_MS = 30_000;

const NEEDS_PEOPLE: ReadonlySet<Fault['kind']> = new Set(['refused', 'device_exists', 'name_taken', 'unknown_device']);

/** In ms. `failures` counts faults in a row, from 1. */
export function backoffMs(fault: Fault['kind'], failures: number, random: () => number, retryAfterMs = 0): number {
  const asked = Math.min(retryAfterMs, RETRY_AFTER_MAX_MS);
  const keyTrouble = NEEDS_PEOPLE.has(fault);
  const [first, most] = keyTrouble ? [REFUSED_FIRST_MS, REFUSED_MAX_MS] : [FIRST_MS, MAX_MS];
  const grown = Math.min(most, first * 2 ** Math.min(failures - 1, 10));
  return asked + grown * (0.5 + random() / 2);
}
