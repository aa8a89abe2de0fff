/** Who did what to links and displays. */
import * as v from 'valibot';
import { Time } from './values.ts';

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
