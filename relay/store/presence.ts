/** When each display polled last. Kept in memory: a poll that delivers nothing writes nothing. */
import type { MaybePromise } from '../../shared/util/maybe-promise.ts';
import { OFFLINE_AFTER_MS, type DisplayState } from '../../shared/wire/display.ts';

/** What a poll reports of its display. */
export interface PollFacts {
  readonly display?: DisplayState;
}

export interface Presence {
  /** Last poll, wall clock; 0 when never. */
  readonly lastPollAt: number;
  readonly display: DisplayState | null;
  /** Longest time between two polls of the last minutes, in milliseconds. */
  readonly maxGapMs: number;
}

export interface PresenceTracker {
  recordPoll(deviceId: string, facts: PollFacts): void;
  /**
   * A poll of this display is held for so long; `release` when it was answered, or when its connection closed
   * (`isGone`).
   */
  hold(deviceId: string, forMs: number): void;
  release(deviceId: string, isGone: boolean): void;
  of(deviceId: string): MaybePromise<Presence>;
  isOnline(deviceId: string): MaybePromise<boolean>;
  /** Presence and until when it counts as online, in one. */
  statusOf(deviceId: string): MaybePromise<PresenceStatus>;
  /** The status of all displays at one moment. */
  snapshot(): MaybePromise<(deviceId: string) => PresenceStatus>;
  /** A display that was removed. */
  forget(deviceId: string): void;
}

export interface PresenceStatus {
  readonly presence: Presence;
  /** The display counts as online up to then, wall clock; 0 when it never polled. */
  readonly onlineUntil: number;
}

/** Times are milliseconds of the clock that measures, not of the wall clock. */
interface TrackedPresence {
  lastPollAt: number;
  /** A poll is being held: the display is there until then, unless its connection closes. */
  heldUntil: number;
  /** When its last held poll was answered; the next one is due at once. */
  answeredAt: number;
  display: DisplayState | null;
  /** Longest gap of the window that runs, and of the one before. */
  gapMs: number;
  gapBeforeMs: number;
  windowEnd: number;
}

const NEVER: Presence = { lastPollAt: 0, display: null, maxGapMs: 0 };
/** How long a poll gap is remembered at least. */
const GAP_WINDOW_MS = 5 * 60_000;
/**
 * A display whose poll was answered asks again at once. The answer itself proves nothing: it may have gone to a PC
 * without power, which is to count as offline no later than any other (2 s of holding and this are less than
 * `OFFLINE_AFTER_MS`).
 */
const RETURN_WITHIN_MS = 5_000;

const onlineUntil = ({ lastPollAt, heldUntil, answeredAt }: TrackedPresence): number =>
  Math.max(lastPollAt + OFFLINE_AFTER_MS, heldUntil, answeredAt + RETURN_WITHIN_MS);

export class MemoryPresence implements PresenceTracker {
  readonly #now: () => number;
  readonly #passed: () => number;
  readonly #displays = new Map<string, TrackedPresence>();

  /** `passed` measures, so that nobody comes or goes because the wall clock was set; `now` says when that was. */
  constructor(now: () => number, passed: () => number = now) {
    this.#now = now;
    this.#passed = passed;
  }

  recordPoll(deviceId: string, { display }: PollFacts): void {
    const now = this.#passed();
    const tracked = this.#displays.get(deviceId);
    if (!tracked) {
      this.#displays.set(deviceId, {
        lastPollAt: now,
        heldUntil: -Infinity,
        answeredAt: -Infinity,
        display: display ?? null,
        gapMs: 0,
        gapBeforeMs: 0,
        windowEnd: now + GAP_WINDOW_MS,
      });
      return;
    }
    if (now >= tracked.windowEnd) {
      tracked.gapBeforeMs = now < tracked.windowEnd + GAP_WINDOW_MS ? tracked.gapMs : 0;
      tracked.gapMs = 0;
      tracked.windowEnd = now + GAP_WINDOW_MS;
    }
    // While a poll was held, the display was online. Longer gaps are outages, which are reported as such.
    const gapMs = now - Math.max(tracked.lastPollAt, tracked.answeredAt);
    if (tracked.heldUntil <= now && gapMs > tracked.gapMs && gapMs < OFFLINE_AFTER_MS) tracked.gapMs = gapMs;
    tracked.lastPollAt = now;
    if (display !== undefined) tracked.display = display;
  }

  hold(deviceId: string, forMs: number): void {
    const tracked = this.#displays.get(deviceId);
    if (tracked) tracked.heldUntil = this.#passed() + forMs;
  }

  release(deviceId: string, isGone: boolean): void {
    const tracked = this.#displays.get(deviceId);
    if (!tracked) return;
    tracked.heldUntil = -Infinity;
    if (!isGone) tracked.answeredAt = this.#passed();
  }

  of(deviceId: string): Presence {
    return this.statusOf(deviceId).presence;
  }

  isOnline(deviceId: string): boolean {
    const tracked = this.#displays.get(deviceId);
    return tracked !== undefined && onlineUntil(tracked) >= this.#passed();
  }

  snapshot(): (deviceId: string) => PresenceStatus {
    return (deviceId) => this.statusOf(deviceId);
  }

  /** A poll of this display waits here, so that nobody has heard a newer one. */
  isHeld(deviceId: string): boolean {
    return (this.#displays.get(deviceId)?.heldUntil ?? -Infinity) > this.#passed();
  }

  statusOf(deviceId: string): PresenceStatus {
    const tracked = this.#displays.get(deviceId);
    if (!tracked) return { presence: NEVER, onlineUntil: 0 };
    const { lastPollAt, display, gapMs, gapBeforeMs } = tracked;
    const wall = (passed: number): number => Math.round(this.#now() + passed - this.#passed());
    return {
      presence: { lastPollAt: wall(lastPollAt), display, maxGapMs: Math.round(Math.max(gapMs, gapBeforeMs)) },
      onlineUntil: wall(onlineUntil(tracked)),
    };
  }

  forget(deviceId: string): void {
    this.#displays.delete(deviceId);
  }
}
