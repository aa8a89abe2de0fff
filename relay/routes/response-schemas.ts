/** What calls answer, as schemas: the OpenAPI document is made of them, and tests hold real answers against them. */
import * as v from 'valibot';
import { AdminNotice } from '../../shared/wire/admin/fleet.ts';
import { CLEARING_REASONS, COMMAND_STATES, COMMAND_TYPES, ROTATION_REASONS } from '../../shared/wire/commands.ts';
import { DISPLAY_STATES } from '../../shared/wire/display.ts';
import { CalledOff, DeviceCommand } from '../../shared/wire/device.ts';
import { PictureFacts, PictureSettings } from '../../shared/wire/picture.ts';

const success = v.literal(true);
const Time = v.string();

export const RegisterAnswer = v.object({ success, device_id: v.string(), device_token: v.string() });

export const PollAnswer = v.object({
  has_commands: v.boolean(),
  commands: v.array(DeviceCommand),
  /** How pictures are to be made; comes with commands. */
  settings: v.optional(PictureSettings),
  /**
   * To a held poll with `ready=0`: codes that were handed out and called off since, so that a display under way stops
   * sending them.
   */
  called_off: v.optional(v.array(CalledOff)),
  /** To the same: how many QR codes wait for this display. Absent where there is none. */
  waiting: v.optional(v.number()),
});

/** How a command stands. */
export const CommandStatusAnswer = v.object({
  success: v.optional(success),
  command_id: v.string(),
  state: v.picklist(COMMAND_STATES),
  reason: v.nullable(v.string()),
});

export const StatusAnswer = v.object({
  ...CommandStatusAnswer.entries,
  success,
  /** Somebody asked meanwhile to take it off the screen, or to keep it away; the display need not go on sending it. */
  clearing: v.nullable(v.picklist(ROTATION_REASONS)),
});

export const LinkedAnswer = v.object({
  /** Which agent has the display, by name or else by id, and since when. */
  agent: v.nullable(v.object({ name: v.string(), since: Time })),
  /** The display's last pairing code was not used yet. */
  pairing_open: v.boolean(),
});

export const PairingAnswer = v.object({
  success,
  pairing_code: v.string(),
  /** Seconds. */
  expires_in: v.number(),
  expires_at: Time,
});

export const QrAnswer = v.object({
  success,
  command_id: v.string(),
  device_id: v.string(),
  /** Whether the display was heard within the last seconds. */
  device_online: v.boolean(),
  /** Its own word on itself: at `unplugged` and `error` the QR waits; null while it is offline or says nothing. */
  display: v.nullable(v.picklist(DISPLAY_STATES)),
});

export const LinkAnswer = v.object({
  success,
  device_id: v.string(),
  computer_name: v.string(),
  device_online: v.boolean(),
  /** Its kiosk's own word on it: `unplugged` and `error` take no QR; null while it is offline or says nothing. */
  display: v.nullable(v.picklist(DISPLAY_STATES)),
  /** The link is released then, unless it is made again before. */
  expires_at: v.optional(Time),
});

export const UnlinkAnswer = v.object({ success, device_id: v.string() });

export const RotationAnswer = v.object({
  success,
  device_id: v.string(),
  /** The command that clears; null when nothing was on the screen. */
  command_id: v.nullable(v.string()),
});

export const PaymentAnswer = v.object({
  success,
  /** The QR that was meant. */
  command_id: v.string(),
  device_id: v.string(),
  /** The command by which the display shows it; null when there is nothing to show. */
  shown_by: v.nullable(v.string()),
});

export const CommandAnswer = v.object({
  command_id: v.string(),
  type: v.picklist(COMMAND_TYPES),
  state: v.picklist(COMMAND_STATES),
  /** Why it ended; null while it is open. */
  reason: v.nullable(v.string()),
  error: v.nullable(v.string()),
  device_id: v.string(),
  agent_id: v.nullable(v.string()),
  deliveries: v.number(),
  picture: v.nullable(PictureFacts),
  /** Somebody asked to take it off the screen, and the display has not done so yet. */
  clearing: v.nullable(v.picklist(CLEARING_REASONS)),
  created_at: Time,
  delivered_at: v.optional(Time),
  received_at: v.optional(Time),
  uploading_at: v.optional(Time),
  displayed_at: v.optional(Time),
  /** Something else covers the code since then, such as a test card; it comes back by itself. */
  covered_at: v.optional(Time),
  ended_at: v.optional(Time),
});

export const HealthAnswer = v.object({
  status: v.picklist(['online', 'stopping', 'store_unavailable', 'store_emptied']),
  service: v.literal('counterqr'),
  version: v.string(),
  timestamp: Time,
  /** Files of the store that were damaged and set aside; an operator should look. */
  damaged_files: v.optional(v.array(v.string())),
  /** What an operator should know although it works, e.g. that the computer's clock was set. */
  notices: v.optional(v.array(AdminNotice)),
  error: v.optional(v.string()),
  code: v.optional(v.string()),
});

export const StoreAccepted = v.object({
  success,
  /** False: nothing was lost, and nothing has changed. */
  accepted: v.boolean(),
});

export const DemoAnswer = v.object({ app_key: v.string(), enrol_key: v.string() });
export const Done = v.object({ success });
export const Removed = v.object({ success, device_id: v.string() });
