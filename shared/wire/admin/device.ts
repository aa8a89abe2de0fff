/** A display as the admin page lists it. */
import * as v from 'valibot';
import { DISPLAY_STATES } from '../display.ts';
import { PictureSettings } from '../picture.ts';
import { Count, Time } from './values.ts';

/** A row of `GET /list`, and the data of the event `device`. */
export const AdminDevice = v.object({
  device_id: v.string(),
  computer_name: v.string(),
  com_port: v.nullable(v.string()),
  kind: v.picklist(['kiosk', 'tray', 'other']),
  version: v.nullable(v.string()),
  /** What its kiosk or tray runs on, such as `Chrome 150 · Windows 11`; null where it does not say. */
  system: v.nullable(v.string()),
  /** The agent's name, else the id: the original design's one field. */
  agent: v.nullable(v.string()),
  agent_id: v.nullable(v.string()),
  agent_name: v.nullable(v.string()),
  linked_at: v.nullable(Time),
  link_expires_at: v.nullable(Time),
  online: v.boolean(),
  status: v.picklist(['online', 'offline']),
  last_seen: v.nullable(Time),
  registered_at: v.nullable(Time),
  /** The kiosk's own word on its display; null while it is offline or says nothing. */
  display: v.nullable(v.picklist(DISPLAY_STATES)),
  /** Longest time between two polls lately. */
  poll_gap_ms: v.number(),
  /**
   * Per cent of the last 24 hours in which it was heard, of those that this relay knows of; null where it knows none.
   */
  uptime: v.nullable(v.number()),
  /** The QR on the display; null while something else covers it. */
  showing: v.nullable(v.string()),
  /** QR codes that wait to be taken. */
  queued: Count,
  qr_today: Count,
  qr_total: Count,
  /** QR codes that failed today. */
  errors: Count,
  /** The last of them, of today; null where there was none. */
  last_error: v.nullable(v.object({ at: Time, reason: v.string(), error: v.nullable(v.string()) })),
  /** Milliseconds from post to display, mean of today. */
  avg_response: v.nullable(v.number()),
  /** False after a revocation, until the display has enrolled again. */
  enrolled: v.boolean(),
  settings: PictureSettings,
});
export type AdminDevice = v.InferOutput<typeof AdminDevice>;
