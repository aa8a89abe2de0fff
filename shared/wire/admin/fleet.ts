/** All displays at once: the list, the figures above it, and what an operator should know of the relay. */
import * as v from 'valibot';
import { Count, Time } from './values.ts';
import { AdminDevice } from './device.ts';

/**
 * What an operator should know of the relay itself. `clock_jump`: its computer's clock was set within the last day;
 * negative: back. `settings_differ`: so many other relays of the same store have these settings, which must be alike,
 * differently. `legacy_page`: a page called `POST /link` with LEGACY_API_KEY, last at `at`; for it the last claimer of
 * a display wins.
 */
export const AdminNotice = v.variant('kind', [
  v.object({ kind: v.literal('clock_jump'), at: Time, by_seconds: v.pipe(v.number(), v.integer()) }),
  v.object({ kind: v.literal('legacy_page'), at: Time }),
  v.object({ kind: v.literal('settings_differ'), settings: v.array(v.string()), relays: Count }),
]);
export type AdminNotice = v.InferOutput<typeof AdminNotice>;

/** `stats` of `GET /list`, and the data of the event `stats`, which comes every few seconds whatever happens. */
export const AdminStats = v.object({
  total_devices: Count,
  online_devices: Count,
  linked_devices: Count,
  total_qr_today: Count,
  shown_today: Count,
  errors_today: Count,
  queued: Count,
  /** Milliseconds from post to display, mean of today; null while there was none. */
  avg_response: v.nullable(v.number()),
  /** Per cent of today's QRs that were decided and reached the display; null while there was none. */
  success_rate: v.nullable(v.number()),
  /** Kiosks that wait for approval. */
  waiting_enrolments: Count,
  /** How many displays run which version; `unknown` for those that do not say. */
  versions: v.record(v.string(), Count),
  /** Absent when there is nothing to say. */
  notices: v.optional(v.array(AdminNotice)),
});
export type AdminStats = v.InferOutput<typeof AdminStats>;

/** `GET /list`: `format=csv` answers a file. */
export const ListFilter = v.object({ format: v.optional(v.picklist(['json', 'csv']), 'json') });
export const AdminList = v.object({ devices: v.array(AdminDevice), stats: AdminStats });
export type AdminList = v.InferOutput<typeof AdminList>;
