/**
 * Which fault comes next, by seed. Every kind that the simulator, the network and a browser tab can have is in here.
 */
import type { Fault } from '../../shared/simulator/faults.ts';
import type { RelayMood } from '../support/station/fake-relay.ts';

export type SoakFault =
  | { readonly kind: 'display'; readonly fault: Fault }
  | { readonly kind: 'cable'; readonly outMs: number }
  /** By itself, at whatever moment. */
  | { readonly kind: 'restart' }
  | { readonly kind: 'power_cycle_needed' }
  | { readonly kind: 'relay'; readonly mood: RelayMood; readonly forMs: number }
  | { readonly kind: 'relay_forgets' }
  | { readonly kind: 'crash'; readonly backAfterMs: number };

type Roll = (random: () => number) => SoakFault;
const upTo = (random: () => number, most: number): number => Math.floor(random() * most);
const display =
  (make: (random: () => number) => Fault): Roll =>
  (random) => ({ kind: 'display', fault: make(random) });
const relay =
  (mood: RelayMood, mostMs: number): Roll =>
  (random) => ({ kind: 'relay', mood, forMs: 500 + upTo(random, mostMs) });

const ROLLS: readonly Roll[] = [
  display((random) => ({ kind: 'lost_ack', chunk: upTo(random, 4) })),
  display((random) => ({ kind: 'late_ack', chunk: upTo(random, 4), delayMs: upTo(random, 6_000) })),
  display((random) => ({ kind: 'duplicate_ack', chunk: upTo(random, 4), delayMs: upTo(random, 2_000) })),
  display((random) => ({ kind: 'split_ack', chunk: upTo(random, 4), gapMs: upTo(random, 400) })),
  display((random) => ({ kind: 'noise', chunk: upTo(random, 4) })),
  display((random) => ({ kind: 'reset', chunk: upTo(random, 4) })),
  display((random) => ({ kind: 'dropped_bytes', chunk: upTo(random, 4), bytes: 1 + upTo(random, 200) })),
  display((random) => ({ kind: 'hang', chunk: upTo(random, 4) })),
  display((random) => ({ kind: 'deaf', forMs: upTo(random, 8_000) })),
  display(() => ({ kind: 'refused_start' })),
  display(() => ({ kind: 'unanswered_start' })),
  display(() => ({ kind: 'missing_exit' })),
  display(() => ({ kind: 'garbage_reply' })),
  display((random) => ({ kind: 'disk_full', uploads: 1 + upTo(random, 3) })),
  display(() => ({ kind: 'ok_to_everything' })),
  display((random) => ({ kind: 'other_speed', baudRate: random() < 0.5 ? 115_200 : 9_600 })),
  display((random) => ({ kind: 'pulled_cable', chunk: upTo(random, 4), backAfterMs: upTo(random, 20_000) })),
  display((random) => ({ kind: 'port_busy', opens: 1 + upTo(random, 4) })),
  display(() => ({ kind: 'stuck_write' })),
  (random) => ({ kind: 'cable', outMs: upTo(random, 30_000) }),
  () => ({ kind: 'restart' }),
  () => ({ kind: 'power_cycle_needed' }),
  relay({ kind: 'down' }, 60_000),
  relay({ kind: 'half_open' }, 60_000),
  relay({ kind: 'slow', ms: 1_500 }, 30_000),
  relay({ kind: 'status', status: 503 }, 30_000),
  relay({ kind: 'status', status: 502 }, 30_000),
  () => ({ kind: 'relay_forgets' }),
  (random) => ({ kind: 'crash', backAfterMs: 200 + upTo(random, 20_000) }),
];

export const nextFault = (random: () => number): SoakFault => {
  const roll = ROLLS[Math.floor(random() * ROLLS.length)];
  if (roll === undefined) throw new Error('random() must be below 1.');
  return roll(random);
};
