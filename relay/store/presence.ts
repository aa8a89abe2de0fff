/** When each display was last heard. In memory: a poll that delivers nothing writes nothing. */
import { OFFLINE_AFTER_MS, type DisplayState } from '../../shared/wire/display.ts';
import type { Soon } from './database.ts';
import type { Heard, Presence } from './store.ts';

export interface PresenceBook {
  heard(deviceId: string, heard: Heard): void;
  /** A poll of this display is held for so long; `release` when it was answered, or when its connection closed (`isGone`). */
  hold(deviceId: string, forMs: number): void;
  release(deviceId: string, isGone: boolean): void;
  of(deviceId: string): Soon<Presence>;
  isOnline(deviceId: string): Soon<boolean>;
  /** All displays at one moment: how each of them stands. */
  survey(): Soon<(deviceId: string) => Standing>;
  /** A display that was removed. */
  forget(deviceId: string): void;
}

export interface Standing {
  readonly presence: Presence;
  /** The display counts as online up to then, wall clock; 0 when it was never heard. */
  readonly onlineUntil: number;
}

interface Page {
  heardAt: number;
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

const NEVER: Presence = { heardAt: 0, display: null, maxGapMs: 0 };
/** How long a poll gap is remembered at least. */
const GAP_WINDOW_MS = 5 * 60_000;
/**
 * A display whose poll was answered asks again at once. The answer itself proves nothing: it may have gone to a PC without power,
 * which is to count as offline no later than any other (2 s of holding and this are less than `OFFLINE_AFTER_MS`).
 */
const RETURN_WITHIN_MS = 5_000;

export class MemoryPresence implements PresenceBook {
  private readonly pages = new Map<string, Page>();

  constructor(private readonly now: () => number) {}

  heard(deviceId: string, { display }: Heard): void {
    const now = this.now();
    const page = this.pages.get(deviceId);
    if (!page) {
      this.pages.set(deviceId, {
        heardAt: now,
        heldUntil: 0,
        answeredAt: 0,
        display: display ?? null,
        gapMs: 0,
        gapBeforeMs: 0,
        windowEnd: now + GAP_WINDOW_MS,
      });
      return;
    }
    if (now >= page.windowEnd) {
      page.gapBeforeMs = now < page.windowEnd + GAP_WINDOW_MS ? page.gapMs : 0;
      page.gapMs = 0;
      page.windowEnd = now + GAP_WINDOW_MS;
    }
    // While a poll was held, the display was there. Longer gaps are outages, which are told as such.
    const gapMs = now - Math.max(page.heardAt, page.answeredAt);
    if (page.heldUntil <= now && gapMs > page.gapMs && gapMs < OFFLINE_AFTER_MS) page.gapMs = gapMs;
    page.heardAt = now;
    if (display !== undefined) page.display = display;
  }

  hold(deviceId: string, forMs: number): void {
    const page = this.pages.get(deviceId);
    if (page) page.heldUntil = this.now() + forMs;
  }

  release(deviceId: string, isGone: boolean): void {
    const page = this.pages.get(deviceId);
    if (!page) return;
    page.heldUntil = 0;
    if (!isGone) page.answeredAt = this.now();
  }

  of(deviceId: string): Presence {
    return this.standing(deviceId).presence;
  }

  isOnline(deviceId: string): boolean {
    return this.standing(deviceId).onlineUntil >= this.now();
  }

  survey(): (deviceId: string) => Standing {
    return (deviceId) => this.standing(deviceId);
  }

  standing(deviceId: string): Standing {
    const page = this.pages.get(deviceId);
    if (!page) return { presence: NEVER, onlineUntil: 0 };
    const { heardAt, display, gapMs, gapBeforeMs, heldUntil, answeredAt } = page;
    return {
      presence: { heardAt, display, maxGapMs: Math.max(gapMs, gapBeforeMs) },
      onlineUntil: Math.max(heardAt + OFFLINE_AFTER_MS, heldUntil, answeredAt + RETURN_WITHIN_MS),
    };
  }

  forget(deviceId: string): void {
    this.pages.delete(deviceId);
  }
}
