/** When each display was last heard. In memory: a poll that delivers nothing writes nothing. */
import { ONLINE_WITHIN_MS, type DisplayState } from '../../shared/display.ts';
import type { Heard, Presence } from './store.ts';

export interface PresenceBook {
  heard(deviceId: string, heard: Heard): void;
  /** A poll of this display is held for so long; `release` when it was answered or its connection closed. */
  hold(deviceId: string, forMs: number): void;
  release(deviceId: string): void;
  of(deviceId: string): Presence;
  isOnline(deviceId: string): boolean;
  /** Every device that was ever heard here. */
  deviceIds(): Iterable<string>;
}

interface Page {
  heardAt: number;
  /** A poll is being held: the display is there until then, unless its connection closes. */
  heldUntil: number;
  display: DisplayState | null;
  maxGapMs: number;
}

const NEVER: Presence = { heardAt: 0, display: null, maxGapMs: 0 };

export class MemoryPresence implements PresenceBook {
  private readonly pages = new Map<string, Page>();

  constructor(private readonly now: () => number) {}

  heard(deviceId: string, { display }: Heard): void {
    const now = this.now();
    const page = this.pages.get(deviceId);
    if (!page) {
      this.pages.set(deviceId, { heardAt: now, heldUntil: 0, display: display ?? null, maxGapMs: 0 });
      return;
    }
    // While a poll was held, the display was there.
    const gapMs = now - Math.max(page.heardAt, Math.min(now, page.heldUntil));
    page.heldUntil = 0;
    if (gapMs > page.maxGapMs && gapMs < ONLINE_WITHIN_MS) page.maxGapMs = gapMs;
    page.heardAt = now;
    if (display !== undefined) page.display = display;
  }

  hold(deviceId: string, forMs: number): void {
    const page = this.pages.get(deviceId);
    if (page) page.heldUntil = this.now() + forMs;
  }

  release(deviceId: string): void {
    this.heard(deviceId, {});
  }

  of(deviceId: string): Presence {
    return this.pages.get(deviceId) ?? NEVER;
  }

  isOnline = (deviceId: string): boolean => {
    const page = this.pages.get(deviceId);
    if (!page) return false;
    const now = this.now();
    return now - page.heardAt <= ONLINE_WITHIN_MS || page.heldUntil > now;
  };

  deviceIds(): Iterable<string> {
    return this.pages.keys();
  }
}
