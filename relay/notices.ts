/** What an operator should know of this relay beyond its displays; the admin page, `/health` and `/metrics` say it. */
import type { AdminNotice } from '../shared/wire/admin/fleet.ts';
import { iso } from './core/iso-time.ts';

/** So long a change of the clock is shown. */
const SHOWN_MS = 24 * 3_600_000;

/** A page that is in use links at each log-in; so long it may have been a holiday. */
const LEGACY_SHOWN_MS = 7 * 24 * 3_600_000;

export interface ClockJump {
  /** Wall clock, after the change. */
  readonly at: number;
  /** Positive: set forward. */
  readonly byMs: number;
}

export interface SettingsDifference {
  /** Names of the settings. */
  readonly settings: readonly string[];
  /** The other relays of the store that have them differently. */
  readonly relays: readonly string[];
}

export class Notices {
  #difference: SettingsDifference | undefined;
  #jump: ClockJump | undefined;
  #clockJumps = 0;
  #legacyLinkAt: number | undefined;

  clockJumped(jump: ClockJump): void {
    this.#jump = jump;
    this.#clockJumps++;
  }

  /** `undefined`: the relays of this store have the same settings. */
  settingsDiffer(difference: SettingsDifference | undefined): void {
    this.#difference = difference;
  }

  /** A page of the original design linked an agent, `at` wall-clock milliseconds. */
  linkedByLegacyKey(at: number): void {
    this.#legacyLinkAt = at;
  }

  /** Since the start. */
  get clockJumps(): number {
    return this.#clockJumps;
  }

  /** What is true at `now`, wall-clock milliseconds. */
  list(now: number): AdminNotice[] {
    const jump = this.#jump;
    const difference = this.#difference;
    const legacyAt = this.#legacyLinkAt;
    return [
      ...(jump && Math.abs(now - jump.at) < SHOWN_MS
        ? [{ kind: 'clock_jump' as const, at: iso(jump.at), by_seconds: Math.round(jump.byMs / 1000) }]
        : []),
      ...(legacyAt !== undefined && Math.abs(now - legacyAt) < LEGACY_SHOWN_MS
        ? [{ kind: 'legacy_page' as const, at: iso(legacyAt) }]
        : []),
      // Anybody may ask for the health; which computers the others are on, only the log says.
      ...(difference
        ? [
            {
              kind: 'settings_differ' as const,
              settings: [...difference.settings],
              relays: difference.relays.length,
            },
          ]
        : []),
    ];
  }
}
