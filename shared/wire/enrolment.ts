/**
 * Being let in without an enrol key. The kiosk asks (`POST /enrol`), shows the code and waits (`GET
 * /enrol/:request_id?wait=`, with the secret as bearer); once an admin who sees the same code has approved it, the
 * secret works once, as an enrol key for this very device: `POST /register` with `Authorization: Bearer <secret>` and
 * `request_id` in the body. A request lives 15 minutes, after which the kiosk asks anew; when it was denied, the kiosk
 * asks again only when a person wants it to.
 */
import * as v from 'valibot';
import { Id } from './fields.ts';
import { RegisterBody } from './device.ts';

export const EnrolBody = v.object({ device_id: Id, computer_name: RegisterBody.entries.computer_name });

/** `POST /enrol`. Everybody may ask, a few times a minute. */
export const EnrolAnswer = v.looseObject({
  success: v.literal(true),
  request_id: v.string(),
  /** To be kept by the device for the calls that follow; never shown. */
  secret: v.string(),
  /** Six characters without look-alikes, for the admin to compare. */
  code: v.string(),
  expires_at: v.string(),
});
export type EnrolAnswer = v.InferOutput<typeof EnrolAnswer>;

/** `GET /enrol/:request_id`; 404 `unknown_request` when it has run out or was used. */
export const EnrolStatus = v.looseObject({
  verdict: v.picklist(['waiting', 'approved', 'denied']),
  code: v.string(),
  expires_at: v.string(),
});
export type EnrolStatus = v.InferOutput<typeof EnrolStatus>;
