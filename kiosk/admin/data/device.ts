/** A display as the relay tells it (`GET /list`, `GET /events`), and what the page makes of it. */
import type { AdminDevice, AdminStats } from '../../../shared/admin.ts';
import type { DisplayState } from '../../../shared/display.ts';

export type Device = AdminDevice;
export type Stats = AdminStats;

/** The three facts that are never mixed, as far as they are known now. */
export interface Facts {
  readonly relay: 'online' | 'offline' | 'unknown';
  readonly usb: 'connected' | 'unplugged' | 'unknown';
  readonly display: DisplayState | 'unknown';
}

/** @param live whether the page hears the relay now; without it nothing is known of any display, least of all that it is online. */
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

/** Something that a person should look at. */
export function needsAttention(device: Device): boolean {
  if (!device.online) return device.agent_id !== null;
  return device.errors > 0 || device.display === 'unplugged' || device.display === 'error' || !device.enrolled;
}
