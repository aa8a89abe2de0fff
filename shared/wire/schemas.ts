/**
 * What crosses the wire between web app, relay and devices, parsed on arrival. JSON, snake_case.
 * Shapes answered by the relay are types only: the relay builds them, the others read just what they need.
 */
import * as v from 'valibot';
import {
  CLEAR_REASONS,
  COMMAND_TYPES,
  FAIL_REASONS,
  REPORT_STATUSES,
  ROTATION_REASONS,
  type ClearReason,
  type CommandState,
  type CommandType,
  type EndNote,
  type FailReason,
} from './commands.ts';
import type { DisplayState } from './display.ts';
import {
  Amount,
  Id,
  noControls,
  noFormatControls,
  PostedName,
  QrImage,
  QrText,
  Seconds,
  text,
  WaitQuery,
} from './fields.ts';
import { SystemName } from './system-name.ts';
import { isNativeText } from './native-text.ts';

/** Characters of the longest token that a display may make for itself. The relay's own have 43. */
export const MAX_TOKEN_CHARS = 100;

/**
 * What web apps and admins send is refused when it has a field that is not known (`strictObject`): a name that is
 * written wrongly would be left out without a word. What displays send is not: a kiosk or tray may be newer than its
 * relay, and older clients send more.
 */
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

/** Facts about the picture that went to the display; all optional, because older clients send none. */
export const PictureFacts = v.object({
  bytes: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  module_px: v.optional(v.pipe(v.number(), v.minValue(0))),
  version: v.optional(v.pipe(v.number(), v.integer())),
  verified: v.optional(v.boolean()),
  /** Closed code of why a picture is not verified, or of a warning such as `emv_crc_mismatch`. */
  note: v.optional(text(64)),
  /** It took longer on the wire than the display's `budget_ms`, because nothing smaller would have been readable. */
  over_budget: v.optional(v.boolean()),
  /**
   * Whether name and amount are shown; `amount`: the amount alone. Absent where there was neither, or the setting is
   * `off`.
   */
  caption: v.optional(v.union([v.boolean(), v.literal('amount')])),
  /**
   * `display`: its firmware drew the screen from a line of text, of `bytes` bytes, and said or showed that it did;
   * nothing is `verified`. Absent where the bytes of a picture were sent.
   */
  drawn_by: v.optional(v.picklist(['display'])),
});
export type PictureFacts = v.InferOutput<typeof PictureFacts>;

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

export const QrBody = v.pipe(
  v.strictObject({
    agent_id: v.optional(Id),
    device_id: v.optional(Id),
    qr_image: v.optional(QrImage),
    qr_text: v.optional(QrText),
    customer_name: v.optional(v.pipe(text(200), noControls)),
    policy_number: v.optional(PostedName),
    amount: v.optional(Amount),
    currency: v.optional(v.pipe(text(8), noControls, noFormatControls)),
    /** The web app's own name for the payment; `POST /payment` finds the command by it. */
    reference: v.optional(PostedName),
    /** Seconds until an undelivered command expires; default COMMAND_TTL_SECONDS. */
    expires_in: v.optional(Seconds(1, 86_400)),
    /** Seconds on the display; default DISPLAY_SECONDS. */
    display_seconds: v.optional(Seconds(1, 86_400)),
    idempotency_key: v.optional(v.pipe(text(255), v.minLength(1))),
  }),
  v.check(
    (body) => (body.agent_id === undefined) !== (body.device_id === undefined),
    'needs either agent_id or device_id',
  ),
  v.check((body) => (body.qr_image === undefined) !== (body.qr_text === undefined), 'needs either qr_image or qr_text'),
);
export type QrBody = v.InferOutput<typeof QrBody>;

/**
 * How `POST /link` names a display; the original page, with the legacy key, sends `computer_name` beside `device_id`.
 */
export const ONE_DISPLAY = 'needs exactly one of device_id, pairing_code and computer_name';

export const LinkBody = v.pipe(
  v.strictObject({
    agent_id: Id,
    agent_name: v.optional(v.pipe(text(128), noControls)),
    device_id: v.optional(Id),
    pairing_code: v.optional(v.pipe(text(16), v.trim(), v.toUpperCase())),
    computer_name: v.optional(v.pipe(text(128), v.trim(), v.minLength(1), noControls)),
    /** Left out: false, and true for the legacy key, whose page cannot say it. */
    takeover: v.optional(v.boolean()),
  }),
  v.check(
    ({ device_id, pairing_code, computer_name }) =>
      [device_id ?? computer_name, pairing_code].filter((name) => name !== undefined).length === 1,
    ONE_DISPLAY,
  ),
);
export type LinkBody = v.InferOutput<typeof LinkBody>;

export const UnlinkBody = v.strictObject({ agent_id: Id });

export const RotationBody = v.pipe(
  v.strictObject({
    agent_id: v.optional(Id),
    device_id: v.optional(Id),
    command_id: v.optional(Id),
    reason: v.optional(v.picklist(ROTATION_REASONS), 'closed'),
  }),
  v.check(
    (body) => [body.agent_id, body.device_id, body.command_id].filter((id) => id !== undefined).length === 1,
    'needs exactly one of agent_id, device_id and command_id',
  ),
);
export type RotationBody = v.InferOutput<typeof RotationBody>;

/** What payment providers call the outcome; `paid`, `completed` and `success` are one. */
export const PaymentBody = v.pipe(
  v.strictObject({
    command_id: v.optional(Id),
    policy_number: v.optional(Id),
    reference: v.optional(Id),
    status: v.picklist(['paid', 'completed', 'success', 'cancelled', 'failed', 'pending']),
  }),
  v.check(
    (body) => [body.command_id, body.policy_number, body.reference].filter((name) => name !== undefined).length === 1,
    'needs exactly one of command_id, policy_number and reference',
  ),
);
export type PaymentBody = v.InferOutput<typeof PaymentBody>;

export const PairingBody = v.object({ device_id: Id });

/** Characters of a data URI. */
export const MAX_LOGO_CHARS = 16_000;

function isLocale(tag: string): boolean {
  try {
    return Intl.NumberFormat.supportedLocalesOf(tag).length > 0;
  } catch {
    return false;
  }
}

/** Per-device picture settings, sent to the device with each poll answer that carries a command. */
export const PictureSettings = v.object({
  /**
   * `native`: what fits a line of text is drawn by a display whose firmware can do that. `picture`: everything is a
   * picture.
   */
  draw: v.optional(v.picklist(['picture', 'native']), 'picture'),
  /** With `native`: the text of the display's own idle page; '' is the rotation over its stored pictures. */
  welcome_text: v.optional(
    v.pipe(
      v.string(),
      v.maxLength(80, 'must be at most 80 characters long'),
      v.check(isNativeText, 'must be printable ASCII without "**", and must not begin or end with a space or a star'),
    ),
    '',
  ),
  /** With `native`: how loud the display's own sounds are, 1 to 21; 0 leaves them as the display has them. */
  volume: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(21)), 0),
  picture: v.optional(v.picklist(['auto', 'redraw', 'photo']), 'auto'),
  budget_ms: v.optional(v.pipe(v.number(), v.minValue(500), v.maxValue(60_000)), 4_000),
  caption: v.optional(v.picklist(['auto', 'always', 'off']), 'auto'),
  size: v.optional(v.picklist(['quick', 'large', 'auto']), 'auto'),
  ecc: v.optional(v.picklist(['L', 'M', 'Q', 'H']), 'M'),
  /** How amounts are written: a language tag (BCP 47). */
  locale: v.optional(v.pipe(text(35), v.check(isLocale, 'must be a language tag such as en, fr or en-IN')), 'en'),
  /** `MUR 1,250.00` or `Rs 1,250.00`. */
  currency_display: v.optional(v.picklist(['code', 'symbol']), 'code'),
  /**
   * PNG or JPEG data URI, shown while idle instead of the product's own sign; '' takes it away. Small, because it is
   * kept with the device and travels with its commands.
   */
  idle_logo: v.optional(
    v.pipe(
      v.string(),
      v.maxLength(MAX_LOGO_CHARS, 'must be at most 12 KB'),
      v.regex(/^(data:image\/(png|jpe?g);base64,[A-Za-z0-9+/]+={0,2})?$/, 'must be a PNG or JPEG data URI, or empty'),
    ),
  ),
});
export type PictureSettings = v.InferOutput<typeof PictureSettings>;
export const DEFAULT_PICTURE_SETTINGS: PictureSettings = v.parse(PictureSettings, {});

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

/** Milliseconds since the epoch per stage; absent until the stage was reached. */
export interface StageTimes {
  created_at: string;
  delivered_at?: string;
  received_at?: string;
  uploading_at?: string;
  displayed_at?: string;
  /** Since then something else covers the code; absent while nothing does. */
  covered_at?: string;
  ended_at?: string;
}

/** `GET /command/:id` */
export interface CommandView extends StageTimes {
  command_id: string;
  type: CommandType;
  state: CommandState;
  reason: ClearReason | FailReason | EndNote | null;
  error: string | null;
  device_id: string;
  agent_id: string | null;
  deliveries: number;
  picture: PictureFacts | null;
}

/** `POST /qr` */
export interface QrAnswer {
  success: true;
  command_id: string;
  device_id: string;
  device_online: boolean;
  display: DisplayState | null;
}
