/**
 * Turns "online or not" into "down" and "up", slowly on purpose: one lost poll, a reload or a restarted switch is no
 * outage. A display that was never up since the relay started is not reported as down; switched-off counters at night
 * are reported once.
 */
export interface OutageLimits {
  /** A display without a poll for this long counts as down. */
  readonly downAfterMs: number;
  /** A display that is online for this long without a break counts as up. */
  readonly upAfterMs: number;
}
const DEFAULT_OUTAGE_LIMITS: OutageLimits = { downAfterMs: 60_000, upAfterMs: 10_000 };

/** `passedMs` is what is measured by: the wall clock may be set in between. */
export interface Moment {
  readonly wallMs: number;
  readonly passedMs: number;
}

type Condition =
  | { readonly kind: 'up' }
  | { readonly kind: 'fading'; readonly since: Moment }
  | { readonly kind: 'down' }
  | { readonly kind: 'returning'; readonly since: Moment };

export interface OutageChange {
  readonly deviceId: string;
  readonly to: 'down' | 'up';
  /** Time of the first observation of the new condition, ms since the epoch. */
  readonly sinceMs: number;
}

export class OutageDetector {
  readonly #limits: OutageLimits;
  readonly #conditions = new Map<string, Condition>();

  constructor(limits: OutageLimits = DEFAULT_OUTAGE_LIMITS) {
    this.#limits = limits;
  }

  /** Takes one observation of a display; returns a change when it has just become certain. Call every few seconds. */
  observe(deviceId: string, online: boolean, at: Moment): OutageChange | undefined {
    const before = this.#conditions.get(deviceId);
    if (before === undefined) {
      if (online) this.#conditions.set(deviceId, { kind: 'up' });
      return undefined;
    }
    const [after, turn] = this.#step(before, online, at);
    this.#conditions.set(deviceId, after);
    return turn && { deviceId, ...turn };
  }

  /** For a display that was removed. */
  forget(deviceId: string): void {
    this.#conditions.delete(deviceId);
  }

  #step(before: Condition, online: boolean, at: Moment): [Condition, Omit<OutageChange, 'deviceId'>?] {
    switch (before.kind) {
      case 'up':
        return [online ? before : { kind: 'fading', since: at }];
      case 'fading':
        if (online) return [{ kind: 'up' }];
        return at.passedMs - before.since.passedMs >= this.#limits.downAfterMs
          ? [{ kind: 'down' }, { to: 'down', sinceMs: before.since.wallMs }]
          : [before];
      case 'down':
        return [online ? { kind: 'returning', since: at } : before];
      case 'returning':
        if (!online) return [{ kind: 'down' }];
        return at.passedMs - before.since.passedMs >= this.#limits.upAfterMs
          ? [{ kind: 'up' }, { to: 'up', sinceMs: before.since.wallMs }]
          : [before];
    }
  }
}
