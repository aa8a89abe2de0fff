/** Kiosks that wait until an admin approves them. */
import * as v from 'valibot';
import { Time } from './values.ts';

/**
 * A kiosk without an enrol key that waits to be let in: `GET /enrolments`, and the event `enrolments` with the whole
 * list.
 */
export const AdminEnrolment = v.object({
  request_id: v.string(),
  /** What the kiosk shows; the admin compares. */
  code: v.string(),
  computer_name: v.string(),
  device_id: v.string(),
  /** A display with this id is registered already. */
  known: v.boolean(),
  /** Another display is registered under this computer name already. */
  name_taken: v.boolean(),
  asked_at: Time,
  expires_at: Time,
  verdict: v.picklist(['waiting', 'approved', 'denied']),
});
export type AdminEnrolment = v.InferOutput<typeof AdminEnrolment>;
export const AdminEnrolments = v.object({ enrolments: v.array(AdminEnrolment) });
export type AdminEnrolments = v.InferOutput<typeof AdminEnrolments>;
