/** The 24-hour bar: runs of equal slots, and what to say of them. */
import type { AdminHeartbeat } from '../../../../shared/wire/admin/display-page.ts';

export type Pulse = 'heard' | 'partly' | 'silent' | 'unknown';

export interface Run {
  readonly pulse: Pulse;
  /** Index of its first slot, and how many slots. */
  readonly start: number;
  readonly length: number;
}

const PULSES: Readonly<Record<string, Pulse>> = { '1': 'heard', '2': 'partly', '0': 'silent' };

export function runsOf(slots: string): Run[] {
  const runs: Run[] = [];
  for (const [index, slot] of [...slots].entries()) {
    const pulse = PULSES[slot] ?? 'unknown';
    const last = runs.at(-1);
    if (last?.pulse === pulse) runs[runs.length - 1] = { ...last, length: last.length + 1 };
    else runs.push({ pulse, start: index, length: 1 });
  }
  return runs;
}

export interface Gap {
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
}

export interface HeartbeatSummary {
  /** Share of the known time in which the display was heard, 0 to 1; undefined when nothing is known. */
  readonly share: number | undefined;
  /** Silences, longest first, at most `count`. */
  readonly gaps: readonly Gap[];
}

/** A slot that was heard in parts counts half. */
export function summaryOf({ from, slot_seconds, slots }: AdminHeartbeat, count = 5): HeartbeatSummary {
  const runs = runsOf(slots);
  const sum = (pulse: Pulse): number => runs.reduce((total, run) => total + (run.pulse === pulse ? run.length : 0), 0);
  const known = sum('heard') + sum('partly') + sum('silent');
  const at = (slot: number): number => Date.parse(from) + slot * slot_seconds * 1000;
  const gaps = runs
    .filter(({ pulse }) => pulse === 'silent')
    .map(({ start, length }) => ({ from: at(start), to: at(start + length) }))
    .sort((one, other) => other.to - other.from - (one.to - one.from))
    .slice(0, count);
  return { share: known === 0 ? undefined : (sum('heard') + sum('partly') / 2) / known, gaps };
}
