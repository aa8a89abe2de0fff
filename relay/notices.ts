/** What an operator should know of this relay beyond its displays; the admin page, `/health` and `/metrics` say it. */
import type { AdminNotice } from '../shared/wire/admin.ts';
import { iso } from './core/iso-time.ts';

/** So long a change of the clock is shown. */
const SHOWN_MS = 24 * 3_600_000;

export interface ClockJump {
  /** Wall clock, after the change. */
  readonly at: number;
  /** Positive: set forward. */
  readonly byMs: number;
}

export class Notices {
  #jump: ClockJump | undefined;
  #clockJumps = 0;

  clockJumped(jump: ClockJump): void {
    this.#jump = jump;
    this.#clockJumps++;
  }

  /** Since the start. */
  get clockJumps(): number {
    return this.#clockJumps;
  }

  /** What is true at `now`, wall-clock milliseconds. */
  list(now: number): AdminNotice[] {
    const jump = this.#jump;
    return jump && Math.abs(now - jump.at) < SHOWN_MS
      ? [{ kind: 'clock_jump', at: iso(jump.at), by_seconds: Math.round(jump.byMs / 1000) }]
      : [];
  }
}
