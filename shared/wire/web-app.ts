/**
 * What a web app posts, parsed on arrival, and what the relay answers. JSON, snake_case. What web apps and admins send
 * is refused when it has a field that is not known (`strictObject`): a name that is written wrongly would be left out
 * without a word. The answers are types only: the relay builds them, the others read just what they need.
 */
import * as v from 'valibot';
import {
  ROTATION_REASONS,
  type ClearReason,
  type CommandState,
  type CommandType,
  type EndNote,
  type FailReason,
} from './commands.ts';
import type { DisplayState } from './display.ts';
import { Amount, Id, noControls, noFormatControls, PostedName, QrImage, QrText, Seconds, text } from './fields.ts';
import type { PictureFacts } from './picture.ts';

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

/** Milliseconds since the epoch per stage; absent until the stage was reached. */
interface StageTimes {
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
