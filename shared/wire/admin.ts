/**
 * What the admin page and the relay say to each other, under `/api/device`. Schemas, because the OpenAPI document and
 * the tests are made of them; the page takes their types only. Times are ISO 8601 unless a name says otherwise.
 */
import * as v from 'valibot';
import { CLEARING_REASONS, COMMAND_STATES, COMMAND_TYPES } from './commands.ts';
import { DISPLAY_STATES } from './display.ts';
import { Id, noFormatControls } from './fields.ts';
import { PictureFacts, PictureSettings } from './schemas.ts';

const Count = v.pipe(v.number(), v.integer(), v.minValue(0));
const Time = v.string();

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

/** A row of `GET /list`, and the data of the event `device`. */
export const AdminDevice = v.object({
  device_id: v.string(),
  computer_name: v.string(),
  com_port: v.nullable(v.string()),
  kind: v.picklist(['kiosk', 'tray', 'other']),
  version: v.nullable(v.string()),
  /** What its kiosk or tray runs on, such as `Chrome 150 · Windows 11`; null where it does not say. */
  system: v.nullable(v.string()),
  /** The agent's name, else the id: the original design's one field. */
  agent: v.nullable(v.string()),
  agent_id: v.nullable(v.string()),
  agent_name: v.nullable(v.string()),
  linked_at: v.nullable(Time),
  link_expires_at: v.nullable(Time),
  online: v.boolean(),
  status: v.picklist(['online', 'offline']),
  last_seen: v.nullable(Time),
  registered_at: v.nullable(Time),
  /** The kiosk's own word on its display; null while it is offline or says nothing. */
  display: v.nullable(v.picklist(DISPLAY_STATES)),
  /** Longest time between two polls lately. */
  poll_gap_ms: v.number(),
  /**
   * Per cent of the last 24 hours in which it was heard, of those that this relay knows of; null where it knows none.
   */
  uptime: v.nullable(v.number()),
  /** The QR on the display; null while something else covers it. */
  showing: v.nullable(v.string()),
  /** QR codes that wait to be taken. */
  queued: Count,
  qr_today: Count,
  qr_total: Count,
  /** QR codes that failed today. */
  errors: Count,
  /** The last of them, of today; null where there was none. */
  last_error: v.nullable(v.object({ at: Time, reason: v.string(), error: v.nullable(v.string()) })),
  /** Milliseconds from post to display, mean of today. */
  avg_response: v.nullable(v.number()),
  /** False after a revocation, until the display has enrolled again. */
  enrolled: v.boolean(),
  settings: PictureSettings,
});
export type AdminDevice = v.InferOutput<typeof AdminDevice>;

/**
 * What an operator should know of the relay itself. `clock_jump`: its computer's clock was set within the last day;
 * negative: back. `settings_differ`: so many other relays of the same store have these settings, which must be alike,
 * differently. `legacy_page`: a page called `POST /link` with LEGACY_API_KEY, last at `at`; for it the last claimer of
 * a display wins.
 */
export const AdminNotice = v.variant('kind', [
  v.object({ kind: v.literal('clock_jump'), at: Time, by_seconds: v.pipe(v.number(), v.integer()) }),
  v.object({ kind: v.literal('legacy_page'), at: Time }),
  v.object({ kind: v.literal('settings_differ'), settings: v.array(v.string()), relays: Count }),
]);
export type AdminNotice = v.InferOutput<typeof AdminNotice>;

/** `stats` of `GET /list`, and the data of the event `stats`, which comes every few seconds whatever happens. */
export const AdminStats = v.object({
  total_devices: Count,
  online_devices: Count,
  linked_devices: Count,
  total_qr_today: Count,
  shown_today: Count,
  errors_today: Count,
  queued: Count,
  /** Milliseconds from post to display, mean of today; null while there was none. */
  avg_response: v.nullable(v.number()),
  /** Per cent of today's QRs that were decided and reached the display; null while there was none. */
  success_rate: v.nullable(v.number()),
  /** Kiosks that wait for approval. */
  waiting_enrolments: Count,
  /** How many displays run which version; `unknown` for those that do not say. */
  versions: v.record(v.string(), Count),
  /** Absent when there is nothing to say. */
  notices: v.optional(v.array(AdminNotice)),
});
export type AdminStats = v.InferOutput<typeof AdminStats>;

/** `GET /list`: `format=csv` answers a file. */
export const ListFilter = v.object({ format: v.optional(v.picklist(['json', 'csv']), 'json') });
export const AdminList = v.object({ devices: v.array(AdminDevice), stats: AdminStats });
export type AdminList = v.InferOutput<typeof AdminList>;

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

/** Names and data of the server-sent events of `GET /events`. */
export interface AdminEvents {
  /** A display has changed in any field of its row but `last_seen` of one that is online. */
  device: AdminDevice;
  removed: { readonly device_id: string };
  stats: AdminStats;
  enrolments: AdminEnrolments;
}

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

const AUDIT_ACTIONS = [
  'linked',
  'link_renewed',
  'taken_over',
  'moved',
  'unlinked',
  'link_released',
  'registered',
  're_enrolled',
  'renamed',
  'revoked',
  'reenrol_allowed',
  'removed',
  'settings_changed',
  'enrolment_approved',
  'enrolment_denied',
  'store_accepted',
] as const;

/** `GET /audit`: who did what to links and displays, newest first. */
export const AdminAuditEntry = v.object({
  at: Time,
  action: v.picklist(AUDIT_ACTIONS),
  /** Empty for what concerns no single display. */
  device_id: v.string(),
  agent_id: v.nullable(v.string()),
  /** The role that asked: `app`, `agent`, `admin` or `admin NAME`, `device`; `relay` for what time did. */
  by: v.string(),
  note: v.nullable(v.string()),
});
export type AdminAuditEntry = v.InferOutput<typeof AdminAuditEntry>;
export const AdminAudit = v.object({ entries: v.array(AdminAuditEntry) });
export type AdminAudit = v.InferOutput<typeof AdminAudit>;

/**
 * A line of a display's log, newest first. `connection`: it went away or came back, as far as this relay has seen since
 * it started.
 */
export const AdminLogLine = v.variant('kind', [
  v.object({ kind: v.literal('audit'), ...AdminAuditEntry.entries }),
  v.object({ kind: v.literal('connection'), at: Time, to: v.picklist(['online', 'offline']) }),
  v.object({
    kind: v.literal('failure'),
    at: Time,
    command_id: v.string(),
    reason: v.nullable(v.string()),
    error: v.nullable(v.string()),
  }),
]);
export type AdminLogLine = v.InferOutput<typeof AdminLogLine>;

/**
 * When a display was heard. One character for each slot, oldest first: `1` heard all the time, `2` in parts of it, `0`
 * not at all, `-` not known, because this relay did not run then or did not know the display.
 */
export const AdminHeartbeat = v.object({
  /** Start of the first slot. */
  from: Time,
  /** Length of a slot in seconds. */
  slot_seconds: Count,
  slots: v.pipe(v.string(), v.regex(/^[012-]*$/)),
});
export type AdminHeartbeat = v.InferOutput<typeof AdminHeartbeat>;

/** Post to display, hour by hour, oldest first; hours without a shown QR have nulls. */
export const AdminLatencyHour = v.object({
  /** Start of the hour. */
  at: Time,
  shown: Count,
  p50_ms: v.nullable(v.number()),
  p95_ms: v.nullable(v.number()),
});
export type AdminLatencyHour = v.InferOutput<typeof AdminLatencyHour>;

/** `GET /device/:id`: a display's own page, of the last 24 hours. */
export const AdminDeviceDetail = v.object({
  device: AdminDevice,
  heartbeat: AdminHeartbeat,
  latency: v.object({
    hours: v.array(AdminLatencyHour),
    shown: Count,
    p50_ms: v.nullable(v.number()),
    p95_ms: v.nullable(v.number()),
  }),
  /** Open ones first, then the ended ones, newest first; at most 50. */
  commands: v.array(AdminCommand),
  log: v.array(AdminLogLine),
});
export type AdminDeviceDetail = v.InferOutput<typeof AdminDeviceDetail>;

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

// eslint-disable-next-line no-control-regex
const line = v.regex(/^[^\u0000-\u001f\u007f]*$/, 'must not hold control characters');
export const MAX_MESSAGE_CHARS = 160;
export const MessageBody = v.strictObject({
  text: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(MAX_MESSAGE_CHARS), line),
  /** Seconds on the display; 30 unless given. */
  display_seconds: v.optional(v.pipe(v.number(), v.integer(), v.minValue(5), v.maxValue(86_400))),
});
export const RenameBody = v.strictObject({
  computer_name: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(128), line, noFormatControls),
});

/** A day as `2026-11-24`, in the relay's time zone; or a moment in ISO 8601. */
const DayOrTime = v.pipe(
  v.string(),
  v.regex(/^\d{4}-\d\d-\d\d(T[0-9:.]+(Z|[+-]\d\d:\d\d))?$/, 'must be a day (2026-11-24) or a time in ISO 8601'),
  v.check((text) => !Number.isNaN(Date.parse(text)), 'must be a day (2026-11-24) or a time in ISO 8601'),
);
export const MAX_HISTORY_ROWS = 100_000;
/**
 * `GET /history`, `GET /history/days`, `GET /audit`. Without `from`: all that is kept. A day as `to` is meant with its
 * whole length.
 */
export const HistoryFilter = v.object({
  from: v.optional(DayOrTime),
  to: v.optional(DayOrTime),
  device_id: v.optional(Id),
  agent_id: v.optional(Id),
  format: v.optional(v.picklist(['json', 'csv']), 'json'),
  limit: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^\d{1,6}$/, 'must be a number'),
      v.transform(Number),
      v.minValue(1),
      v.maxValue(MAX_HISTORY_ROWS),
    ),
  ),
});
export type HistoryFilter = v.InferOutput<typeof HistoryFilter>;

/** `GET /history`: ended commands, newest first. `format=csv` answers a file. */
export const AdminHistory = v.object({
  commands: v.array(AdminCommand),
  /** There are more than were asked for. */
  more: v.boolean(),
});
export type AdminHistory = v.InferOutput<typeof AdminHistory>;

/** `GET /history/days`: one row for each agent and day, newest day first. `format=csv` answers a file. */
export const AdminDayRow = v.object({
  /** A day in the relay's time zone, by the end of the command. */
  day: v.string(),
  agent_id: v.nullable(v.string()),
  qr: Count,
  shown: Count,
  paid: Count,
  /** An agent's page said that they were paid, and no payment did. */
  paid_reported: Count,
  /** Shown, and taken off for another reason than a payment or a newer one. All ends together make `qr`. */
  not_paid: Count,
  /** Shown, and then replaced by a newer one. */
  replaced: Count,
  failed: Count,
  expired: Count,
  superseded: Count,
  /** Without those that count as paid. */
  cancelled: Count,
  /** Milliseconds from post to display. */
  avg_ms: v.nullable(v.number()),
  p95_ms: v.nullable(v.number()),
});
export type AdminDayRow = v.InferOutput<typeof AdminDayRow>;
export const AdminDays = v.object({ rows: v.array(AdminDayRow) });
export type AdminDays = v.InferOutput<typeof AdminDays>;
