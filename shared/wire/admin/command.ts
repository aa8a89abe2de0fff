/** A command as the admin page shows it, and the story of one QR. */
import * as v from 'valibot';
import { CLEARING_REASONS, COMMAND_STATES, COMMAND_TYPES } from '../commands.ts';
import { PictureFacts } from '../picture.ts';
import { Count, Time } from './values.ts';

/** A command with its stage timeline; a stage that was not reached has no time. Names and payloads are not told. */
export const AdminCommand = v.object({
  command_id: v.string(),
  type: v.picklist(COMMAND_TYPES),
  device_id: v.string(),
  computer_name: v.string(),
  agent_id: v.nullable(v.string()),
  policy_number: v.nullable(v.string()),
  reference: v.nullable(v.string()),
  amount: v.nullable(v.string()),
  currency: v.nullable(v.string()),
  state: v.picklist(COMMAND_STATES),
  reason: v.nullable(v.string()),
  error: v.nullable(v.string()),
  deliveries: Count,
  /** Milliseconds that the device took, by its own word. */
  execution_ms: v.nullable(v.number()),
  picture: v.nullable(PictureFacts),
  created_at: Time,
  delivered_at: v.optional(Time),
  received_at: v.optional(Time),
  uploading_at: v.optional(Time),
  displayed_at: v.optional(Time),
  /** Something else covers the QR since then, and it comes back by itself. */
  covered_at: v.optional(Time),
  ended_at: v.optional(Time),
});
export type AdminCommand = v.InferOutput<typeof AdminCommand>;

/** `GET /qr/:command_id`: one QR, open or over. */
export const AdminQrStory = v.object({
  command: AdminCommand,
  /** Why it is being taken off; null unless that is under way. */
  clearing: v.nullable(v.picklist(CLEARING_REASONS)),
  /** The command that took it off the display, or is to; null where none was needed or none is remembered. */
  cleared_by: v.nullable(AdminCommand),
});
export type AdminQrStory = v.InferOutput<typeof AdminQrStory>;
