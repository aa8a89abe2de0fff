/**
 * What a device and the relay say to each other: registration, poll, report, pairing code. JSON, snake_case. What a
 * device sends may have fields that are not known: a kiosk or tray may be newer than its relay, and older clients send
 * more.
 */
import * as v from 'valibot';
import { CLEAR_REASONS, COMMAND_TYPES, FAIL_REASONS, REPORT_STATUSES, ROTATION_REASONS } from './commands.ts';
import { Id, noControls, noFormatControls, text, WaitQuery } from './fields.ts';
import { SystemName } from './system-name.ts';
import { PictureFacts } from './picture.ts';

/** Characters of the longest token that a display may make for itself. The relay's own have 43. */
export const MAX_TOKEN_CHARS = 100;

export const RegisterBody = v.object({
  device_id: Id,
  // Two names that look alike are two: nobody who reads them could say which display is meant.
  computer_name: v.pipe(text(128), v.trim(), v.minLength(1), noControls, noFormatControls),
  com_port: v.optional(text(128)),
  version: v.optional(text(64)),
  /** Browser and operating system, or the tray's operating system. */
  system: v.optional(SystemName),
  kind: v.optional(v.picklist(['kiosk', 'tray', 'other'])),
  device_token: v.optional(text(256)),
  /** The token that it wants to have, made by itself: so it knows its token even when the answer is lost. */
  new_token: v.optional(
    v.pipe(text(MAX_TOKEN_CHARS), v.regex(/^[A-Za-z0-9_-]{32,}$/, 'must be at least 32 letters, digits, - or _')),
  ),
  /** An approved request to be let in; its secret is then the bearer (shared/wire/enrolment.ts). */
  request_id: v.optional(text(64)),
});
export type RegisterBody = v.InferOutput<typeof RegisterBody>;

export const PollQuery = v.object({
  device_id: Id,
  wait: WaitQuery,
  /**
   * `0` while the display cannot take a command: the poll says "alive" and claims nothing. `1`: the display has nothing
   * to do, so that what was handed to it and never reported got lost. Absent (older clients): it claims, and says
   * nothing of that.
   */
  ready: v.optional(v.picklist(['0', '1'])),
  /** What the device knows of its own display, for the admin page. */
  display: v.optional(v.picklist(['unplugged', 'connecting', 'ready', 'uploading', 'recovering', 'error'])),
});
export type PollQuery = v.InferOutput<typeof PollQuery>;

export const StatusBody = v.object({
  device_id: Id,
  command_id: Id,
  status: v.picklist(REPORT_STATUSES),
  /** Milliseconds from the device taking the command to this report. */
  execution_time: v.optional(v.pipe(v.number(), v.finite(), v.minValue(0))),
  error: v.optional(text(1000)),
  /** With `failed`/`error`: a FailReason; with `cleared`: a ClearReason. */
  reason: v.optional(v.picklist([...FAIL_REASONS, ...CLEAR_REASONS])),
  baud: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  attempts: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  picture: v.optional(PictureFacts),
  /** With `uploading` of a code that is displayed: something else covers it. Until `success` is reported again. */
  covered: v.optional(v.boolean()),
});
export type StatusBody = v.InferOutput<typeof StatusBody>;

export const PairingBody = v.object({ device_id: Id });

/**
 * A command as a device receives it. Parsed by the device too: a kiosk does not trust its relay to be of its own age.
 */
export const DeviceCommand = v.looseObject({
  command_id: v.string(),
  type: v.picklist(COMMAND_TYPES),
  qr_image: v.optional(v.string()),
  qr_text: v.optional(v.string()),
  customer_name: v.optional(v.nullable(v.string())),
  policy_number: v.optional(v.nullable(v.string())),
  amount: v.optional(v.nullable(v.string())),
  currency: v.optional(v.nullable(v.string())),
  created_at: v.string(),
  /** Milliseconds left to show it, counted from the answer's arrival, so that a wrong clock does not matter. */
  expires_in_ms: v.number(),
  /** How often it was handed out before. */
  retry_count: v.number(),
  /** Seconds on the display until the device clears by itself. */
  display_seconds: v.optional(v.number()),
  /** For `start_rotation` and `show_paid`: the command whose QR goes, and why. */
  clears: v.optional(v.nullable(v.string())),
  reason: v.optional(v.nullable(v.picklist(CLEAR_REASONS))),
  /** For `show_message` and `identify`. */
  text: v.optional(v.nullable(v.string())),
});
export type DeviceCommand = v.InferOutput<typeof DeviceCommand>;

/** A code that a busy display is to stop sending: it was called off after it had been handed out. */
export const CalledOff = v.object({ command_id: v.string(), reason: v.picklist(ROTATION_REASONS) });
export type CalledOff = v.InferOutput<typeof CalledOff>;

export const PollAnswer = v.looseObject({
  has_commands: v.boolean(),
  /** Entries of an unknown type are left out by the device and reported as failed, so this is parsed one by one. */
  commands: v.array(v.unknown()),
  settings: v.optional(v.unknown()),
  /** Only in answers to held polls with `ready=0`. */
  called_off: v.optional(v.fallback(v.array(CalledOff), []), []),
  /** In the same: how many QR codes wait. */
  waiting: v.optional(v.fallback(v.number(), 0), 0),
});

export const RegisterAnswer = v.looseObject({ success: v.boolean(), device_id: v.string(), device_token: v.string() });
