/** A display as the relay tells it (`GET /list`, `GET /events`), and what the page makes of it. */
import type { DisplayState } from '../../../shared/display.ts';

export interface Device {
  readonly device_id: string;
  readonly computer_name: string;
  readonly kind: string;
  readonly version: string | null;
  readonly com_port: string | null;
  readonly agent_id: string | null;
  readonly agent_name: string | null;
  readonly linked_at: string | null;
  readonly online: boolean;
  readonly last_seen: string | null;
  readonly registered_at: string | null;
  /** The kiosk's own word on its display; null while it is offline or says nothing. */
  readonly display: DisplayState | null;
  /** Longest time between two polls lately, in milliseconds. */
  readonly poll_gap_ms: number;
  readonly queued: number;
  readonly qr_today: number;
  readonly qr_total: number;
  /** Failed commands of today. */
  readonly errors: number;
  /** Milliseconds from post to glass, mean of today. */
  readonly avg_response: number | null;
  /** False after a revocation, until the display has enrolled again. */
  readonly enrolled: boolean;
  readonly settings?: Readonly<Record<string, unknown>>;
}

export interface Stats {
  readonly total_devices: number;
  readonly online_devices: number;
  readonly linked_devices: number;
  readonly total_qr_today: number;
  readonly errors_today: number;
  readonly queued: number;
  /** Milliseconds from post to glass, mean of today; null while there was none. */
  readonly avg_response: number | null;
  /** Per cent; null while nothing was decided today. */
  readonly success_rate: number | null;
}

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
