/** A display's own page: when it was heard, how fast it was, its commands and its log. */
import * as v from 'valibot';
import { Count, Time } from './values.ts';
import { AdminDevice } from './device.ts';
import { AdminCommand } from './command.ts';
import { AdminAuditEntry } from './audit.ts';

/**
 * A line of a display's log, newest first. `connection`: it went away or came back, as far as this relay has seen since
 * it started.
 */
export const AdminLogLine = v.variant('kind', [
  v.object({ kind: v.literal('audit'), ...AdminAuditEntry.entries }),
  v.object({ kind: v.literal('connection'), at: Time, to: v.picklist(['online', 'offline']) }),
  v.object({
    kind: v.literal('failure'),
    at: Time,
    command_id: v.string(),
    reason: v.nullable(v.string()),
    error: v.nullable(v.string()),
  }),
]);
export type AdminLogLine = v.InferOutput<typeof AdminLogLine>;

/**
 * When a display was heard. One character for each slot, oldest first: `1` heard all the time, `2` in parts of it, `0`
 * not at all, `-` not known, because this relay did not run then or did not know the display.
 */
export const AdminHeartbeat = v.object({
  /** Start of the first slot. */
  from: Time,
  /** Length of a slot in seconds. */
  slot_seconds: Count,
  slots: v.pipe(v.string(), v.regex(/^[012-]*$/)),
});
export type AdminHeartbeat = v.InferOutput<typeof AdminHeartbeat>;

/** Post to display, hour by hour, oldest first; hours without a shown QR have nulls. */
export const AdminLatencyHour = v.object({
  /** Start of the hour. */
  at: Time,
  shown: Count,
  p50_ms: v.nullable(v.number()),
  p95_ms: v.nullable(v.number()),
});
export type AdminLatencyHour = v.InferOutput<typeof AdminLatencyHour>;

/** `GET /device/:id`: a display's own page, of the last 24 hours. */
export const AdminDeviceDetail = v.object({
  device: AdminDevice,
  heartbeat: AdminHeartbeat,
  latency: v.object({
    hours: v.array(AdminLatencyHour),
    shown: Count,
    p50_ms: v.nullable(v.number()),
    p95_ms: v.nullable(v.number()),
  }),
  /** Open ones first, then the ended ones, newest first; at most 50. */
  commands: v.array(AdminCommand),
  log: v.array(AdminLogLine),
});
export type AdminDeviceDetail = v.InferOutput<typeof AdminDeviceDetail>;
