/** What an admin does to one display, and the answers. */
import * as v from 'valibot';
import { noControls, noFormatControls, text } from '../fields.ts';
import { AdminDevice } from './device.ts';

/**
 * `POST /device/:id/test`, `/identify`, `/message`, and `/release`, which takes the QR off the display but leaves the
 * link: a command was queued.
 */
export const AdminQueued = v.object({
  success: v.literal(true),
  device_id: v.string(),
  /** Null where there was nothing to take off the display. */
  command_id: v.nullable(v.string()),
  device_online: v.boolean(),
});
export type AdminQueued = v.InferOutput<typeof AdminQueued>;

/** `POST /device/:id/rename`, `/settings`, `/unlink`, `/revoke`, `/allow_reenrol`: the display as it is now. */
export const AdminChanged = v.object({ success: v.literal(true), device: AdminDevice });
export type AdminChanged = v.InferOutput<typeof AdminChanged>;

export const MAX_MESSAGE_CHARS = 160;
export const MessageBody = v.strictObject({
  text: v.pipe(text(MAX_MESSAGE_CHARS), v.trim(), v.minLength(1), noControls),
  /** Seconds on the display; 30 unless given. */
  display_seconds: v.optional(v.pipe(v.number(), v.integer(), v.minValue(5), v.maxValue(86_400))),
});
export const RenameBody = v.strictObject({
  computer_name: v.pipe(text(128), v.trim(), v.minLength(1), noControls, noFormatControls),
});
