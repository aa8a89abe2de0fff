/** The server-sent events of the admin page. */
import type { AdminDevice } from './device.ts';
import type { AdminStats } from './fleet.ts';
import type { AdminEnrolments } from './enrolment.ts';

/** Names and data of the server-sent events of `GET /events`. */
export interface AdminEvents {
  /** A display has changed in any field of its row but `last_seen` of one that is online. */
  device: AdminDevice;
  removed: { readonly device_id: string };
  stats: AdminStats;
  enrolments: AdminEnrolments;
}
