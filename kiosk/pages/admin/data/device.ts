/** A display as the relay reports it (`GET /list`, `GET /events`), and what follows from that. */
import type { AdminDevice } from '../../../../shared/wire/admin/device.ts';
import type { AdminStats } from '../../../../shared/wire/admin/fleet.ts';
import type { DisplayState } from '../../../../shared/wire/display.ts';

export type Device = AdminDevice;
export type Stats = AdminStats;

/** The three facts that are never mixed, as far as they are known now. */
export interface Facts {
  readonly relay: 'online' | 'offline' | 'unknown';
  readonly usb: 'connected' | 'unplugged' | 'unknown';
  readonly display: DisplayState | 'unknown';
}

/** @param live whether the page hears the relay now; without it nothing is known of any display */
export function factsOf(device: Device, live: boolean): Facts {
  if (!live) return { relay: 'unknown', usb: 'unknown', display: 'unknown' };
  if (!device.online) return { relay: 'offline', usb: 'unknown', display: 'unknown' };
  if (device.display === null) return { relay: 'online', usb: 'unknown', display: 'unknown' };
  return {
    relay: 'online',
    usb: device.display === 'unplugged' ? 'unplugged' : 'connected',
    display: device.display,
  };
}

/** What the page itself knows of the time, milliseconds since the epoch. */
export interface SeenBy {
  readonly live: boolean;
  readonly now: number;
  /** When the relay was heard last. */
  readonly heardAt: number;
}

/**
 * When a display was heard last. The relay sends no event for each poll: an online display was heard as long as the
 * relay was.
 */
export function seenAt({ online, last_seen }: Device, { live, now, heardAt }: SeenBy): number | undefined {
  if (online) return live ? now : heardAt;
  return last_seen === null ? undefined : Date.parse(last_seen);
}

/** Something that a person should look at. */
export function needsAttention(device: Device): boolean {
  if (!device.online) return device.agent_id !== null;
  return device.errors > 0 || device.display === 'unplugged' || device.display === 'error' || !device.enrolled;
}
