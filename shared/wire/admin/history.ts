/** Ended commands, one by one and day by day. */
import * as v from 'valibot';
import { Id, text } from '../fields.ts';
import { COMMAND_TYPES } from '../commands.ts';
import { Count } from './values.ts';
import { AdminCommand } from './command.ts';

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

/** How a QR may have ended: `replaced` by a newer one, before or after it was shown; the others as in `AdminDayRow`. */
export const QR_ENDS = ['paid', 'paid_reported', 'not_paid', 'replaced', 'failed', 'expired', 'cancelled'] as const;
export type QrEnd = (typeof QR_ENDS)[number];

/** `GET /history` */
export const CommandFilter = v.object({
  ...HistoryFilter.entries,
  /** Words, each of which is somewhere in display, agent, names of the payment, amount, currency, id or end. */
  search: v.optional(text(200)),
  type: v.optional(v.picklist(COMMAND_TYPES)),
  end: v.optional(v.picklist(QR_ENDS)),
  /** The id of the last command of a page: the next page. */
  before: v.optional(Id),
});
export type CommandFilter = v.InferOutput<typeof CommandFilter>;

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
