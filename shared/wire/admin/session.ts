/** Signing in to the admin page. */
import * as v from 'valibot';
import { Time } from './values.ts';

/**
 * `GET /admin/session` (401 when there is none), `POST /admin/login`. The token goes into `X-CSRF-Token` of each call
 * that is not a GET.
 */
export const AdminSession = v.object({
  csrf_token: v.string(),
  expires_at: Time,
  relay_version: v.string(),
  /** The name that stands before the key in ADMIN_KEYS; null where none does. */
  admin: v.nullable(v.string()),
  /** Whether the kiosk page is on this host, too; not so with ADMIN_ORIGIN. */
  has_kiosk: v.boolean(),
});
export type AdminSession = v.InferOutput<typeof AdminSession>;
export const AdminLogin = v.strictObject({ key: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(512)) });
