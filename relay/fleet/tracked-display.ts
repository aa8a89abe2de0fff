/** What the fleet watch remembers of each display, and the counts over all displays. */
import type { AdminDevice } from '../../shared/wire/admin/device.ts';
import type { LiveState } from '../../shared/wire/commands.ts';
import { DISPLAY_STATES, type DisplayState } from '../../shared/wire/display.ts';
import type { DeviceRecord } from '../core/records.ts';
import type { PresenceStatus } from '../store/presence.ts';

export interface ConnectionChange {
  readonly at: number;
  readonly to: 'online' | 'offline';
}

export interface TrackedDisplay {
  device: DeviceRecord;
  status: PresenceStatus;
  online: boolean;
  /** The view that was sent last, without what changes all the time. */
  lastSent: string;
  readonly connectionChanges: ConnectionChange[];
}

export const NEVER: PresenceStatus = { presence: { lastPollAt: 0, display: null, maxGapMs: 0 }, onlineUntil: 0 };

/** Coming and going of one display that is remembered. */
const MAX_TURNS = 50;

/** Takes in what is known of the display now: whether it came, went, or says something else of itself. */
export function noteStatus(display: TrackedDisplay, status: PresenceStatus, now: number): boolean {
  const online = status.onlineUntil >= now;
  const isNews = online !== display.online || status.presence.display !== display.status.presence.display;
  if (online !== display.online) {
    display.connectionChanges.push({ at: now, to: online ? 'online' : 'offline' });
    if (display.connectionChanges.length > MAX_TURNS) display.connectionChanges.shift();
  }
  display.online = online;
  display.status = status;
  return isNews;
}

export interface FleetCounts {
  readonly displays: number;
  readonly online: number;
  /** Displays that an agent has. */
  readonly linked: number;
  /** Of those, online. */
  readonly linkedOnline: number;
  readonly open: Readonly<Record<LiveState, number>>;
  /** What displays that were heard lately say of their own state. */
  readonly byState: Readonly<Record<DisplayState, number>>;
  /** Milliseconds since the epoch at which the oldest command that no display has got yet was posted. */
  readonly oldestPendingAt: number | undefined;
}

export function countFleet(all: Iterable<TrackedDisplay>): FleetCounts {
  const open = { pending: 0, delivered: 0, displayed: 0 };
  const byState = Object.fromEntries(DISPLAY_STATES.map((state) => [state, 0])) as Record<DisplayState, number>;
  let [displays, online, linked, linkedOnline] = [0, 0, 0, 0];
  let oldestPendingAt: number | undefined;
  for (const known of all) {
    displays++;
    if (known.online) online++;
    if (known.device.link) linked++;
    if (known.device.link && known.online) linkedOnline++;
    const { display } = known.status.presence;
    if (known.online && display !== null) byState[display]++;
    for (const { state, createdAt } of known.device.open) {
      open[state]++;
      if (state === 'pending') oldestPendingAt = Math.min(oldestPendingAt ?? Infinity, createdAt);
    }
  }
  return { displays, online, linked, linkedOnline, open, byState, oldestPendingAt };
}

/** A gap that grew by a few milliseconds, or a newer `last_seen` of an online display, is not sent as a change. */
const GAP_STEP_MS = 250;
export function signatureOf(view: AdminDevice): string {
  const last_seen = view.online ? null : view.last_seen;
  return JSON.stringify({ ...view, last_seen, poll_gap_ms: Math.floor(view.poll_gap_ms / GAP_STEP_MS) });
}
