/** How the relay's records look to the admin page. */
import type { AdminAuditEntry } from '../../shared/wire/admin/audit.ts';
import type { AdminCommand } from '../../shared/wire/admin/command.ts';
import type { AdminDevice } from '../../shared/wire/admin/device.ts';
import type { AdminEnrolment } from '../../shared/wire/admin/enrolment.ts';
import type { AdminList, AdminNotice, AdminStats } from '../../shared/wire/admin/fleet.ts';
import type { PictureSettings } from '../../shared/wire/picture.ts';
import { countsOf } from '../core/end-command.ts';
import { iso } from '../core/iso-time.ts';
import { nameKey } from '../core/links.ts';
import type { AuditEntry, DeviceRecord, EndedCommand, EnrolmentRecord, OpenCommand } from '../core/records.ts';
import { dayOf } from '../core/transaction.ts';
import type { CommandFacts, DeviceFacts } from '../store/store.ts';

const isoOrNull = (at: number): string | null => (at > 0 ? iso(at) : null);
/** QR codes that wait. Test cards and messages count in no figure. */
const waitingIn = (device: DeviceRecord): number =>
  device.open.filter(({ state, type }) => state === 'pending' && type === 'display_qr').length;

/** What a display's view needs beside its record. */
export interface ViewContext {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** What holds for displays that have no settings of their own. */
  readonly site: PictureSettings;
  /** Per cent of the last 24 hours in which it was heard; null where nothing is known of them. */
  readonly uptimeOf: (deviceId: string, now: number) => number | null;
}

/** A display in the list: without its logo, which may be as large as the rest of the list. */
export function deviceView(
  { device, presence, online }: DeviceFacts,
  { now, site, uptimeOf }: ViewContext,
): AdminDevice {
  const { idle_logo: _, ...settings } = device.settings;
  const counts = countsOf(device.counts, dayOf(now));
  const onScreen = device.open.find(
    ({ state, type, coveredAt }) => state === 'displayed' && type === 'display_qr' && coveredAt === undefined,
  );
  return {
    device_id: device.deviceId,
    computer_name: device.computerName,
    com_port: device.comPort,
    kind: device.kind,
    version: device.version,
    system: device.system ?? null,
    agent: device.link?.agentName ?? device.link?.agentId ?? null,
    agent_id: device.link?.agentId ?? null,
    agent_name: device.link?.agentName ?? null,
    linked_at: device.link ? iso(device.link.linkedAt) : null,
    link_expires_at: device.link ? iso(device.link.expiresAt) : null,
    online,
    status: online ? 'online' : 'offline',
    last_seen: isoOrNull(Math.max(presence.lastPollAt, device.seenAt)),
    registered_at: isoOrNull(device.registeredAt),
    display: online ? presence.display : null,
    poll_gap_ms: presence.maxGapMs,
    uptime: uptimeOf(device.deviceId, now),
    showing: onScreen?.commandId ?? null,
    queued: waitingIn(device),
    qr_today: counts.qrToday,
    qr_total: counts.qrTotal,
    errors: counts.errorsToday,
    last_error: counts.errorsToday === 0 ? null : lastErrorView(device),
    avg_response: counts.shownToday === 0 ? null : Math.round(counts.shownMsToday / counts.shownToday),
    enrolled: device.tokenHash !== null,
    settings: { ...site, ...settings },
  };
}

function lastErrorView({ lastError }: DeviceRecord): AdminDevice['last_error'] {
  return lastError ? { ...lastError, at: iso(lastError.at) } : null;
}

/** One display by itself. */
export function wholeDeviceView(facts: DeviceFacts, context: ViewContext): AdminDevice {
  return { ...deviceView(facts, context), settings: { ...context.site, ...facts.device.settings } };
}

export function statsView(
  all: readonly DeviceFacts[],
  enrolments: readonly EnrolmentRecord[],
  now: number,
  notices: readonly AdminNotice[] = [],
): AdminStats {
  const day = dayOf(now);
  let [online, linked, qrToday, shown, shownMs, errors, queued] = [0, 0, 0, 0, 0, 0, 0];
  const versions = new Map<string, number>();
  for (const facts of all) {
    const { device } = facts;
    const counts = countsOf(device.counts, day);
    if (facts.online) online++;
    if (device.link) linked++;
    qrToday += counts.qrToday;
    shown += counts.shownToday;
    shownMs += counts.shownMsToday;
    errors += counts.errorsToday;
    queued += waitingIn(device);
    const version = device.version ?? 'unknown';
    versions.set(version, (versions.get(version) ?? 0) + 1);
  }
  return {
    total_devices: all.length,
    online_devices: online,
    linked_devices: linked,
    total_qr_today: qrToday,
    shown_today: shown,
    errors_today: errors,
    queued,
    avg_response: shown === 0 ? null : Math.round(shownMs / shown),
    success_rate: shown + errors === 0 ? null : Math.round((1000 * shown) / (shown + errors)) / 10,
    waiting_enrolments: enrolments.filter(({ verdict }) => verdict === 'waiting').length,
    versions: Object.fromEntries(versions),
    ...(notices.length === 0 ? {} : { notices: [...notices] }),
  };
}

export function listView(
  all: readonly DeviceFacts[],
  enrolments: readonly EnrolmentRecord[],
  notices: readonly AdminNotice[],
  context: ViewContext,
): AdminList {
  return {
    devices: all.map((facts) => deviceView(facts, context)),
    stats: statsView(all, enrolments, context.now, notices),
  };
}

export function enrolmentViews(all: readonly EnrolmentRecord[], devices: Iterable<DeviceRecord>): AdminEnrolment[] {
  if (all.length === 0) return [];
  const registered = [...devices];
  const known = new Set(registered.map(({ deviceId }) => deviceId));
  const asked = new Set(all.map((one) => nameKey(one.computerName)));
  const named = registered.filter((one) => asked.has(nameKey(one.computerName)));
  return all.map(({ requestId, code, computerName, deviceId, askedAt, expiresAt, verdict }) => ({
    request_id: requestId,
    code,
    computer_name: computerName,
    device_id: deviceId,
    known: known.has(deviceId),
    name_taken: named.some((one) => one.deviceId !== deviceId && nameKey(one.computerName) === nameKey(computerName)),
    asked_at: iso(askedAt),
    expires_at: iso(expiresAt),
    verdict,
  }));
}

export function auditView({ at, action, deviceId, agentId, by, note }: AuditEntry): AdminAuditEntry {
  return { at: iso(at), action, device_id: deviceId, agent_id: agentId, by, note };
}

interface Stages {
  readonly createdAt: number;
  readonly deliveredAt?: number;
  readonly receivedAt?: number;
  readonly uploadingAt?: number;
  readonly displayedAt?: number;
  readonly coveredAt?: number;
  readonly endedAt?: number;
}

/** A stage that was not reached has no time. */
function stageTimes(stages: Stages) {
  const { createdAt, deliveredAt, receivedAt, uploadingAt, displayedAt, coveredAt, endedAt } = stages;
  return {
    created_at: iso(createdAt),
    ...(deliveredAt === undefined ? {} : { delivered_at: iso(deliveredAt) }),
    ...(receivedAt === undefined ? {} : { received_at: iso(receivedAt) }),
    ...(uploadingAt === undefined ? {} : { uploading_at: iso(uploadingAt) }),
    ...(displayedAt === undefined ? {} : { displayed_at: iso(displayedAt) }),
    ...(coveredAt === undefined ? {} : { covered_at: iso(coveredAt) }),
    ...(endedAt === undefined ? {} : { ended_at: iso(endedAt) }),
  };
}

/** A command, open or over. */
export function commandView(facts: CommandFacts): AdminCommand {
  return {
    command_id: facts.commandId,
    type: facts.type,
    device_id: facts.deviceId,
    computer_name: facts.computerName,
    agent_id: facts.agentId,
    policy_number: facts.policyNumber ?? null,
    reference: facts.reference ?? null,
    amount: facts.amount ?? null,
    currency: facts.currency ?? null,
    state: facts.state,
    reason: facts.reason,
    error: facts.error,
    deliveries: facts.deliveries,
    execution_ms: facts.executionMs,
    picture: facts.picture,
    ...stageTimes(facts),
  };
}

export function endedView(ended: EndedCommand): AdminCommand {
  return {
    command_id: ended.commandId,
    type: ended.type,
    device_id: ended.deviceId,
    computer_name: ended.computerName,
    agent_id: ended.agentId,
    policy_number: ended.policyNumber ?? null,
    reference: ended.reference ?? null,
    amount: ended.amount ?? null,
    currency: ended.currency ?? null,
    state: ended.state,
    reason: ended.reason,
    error: ended.error,
    deliveries: ended.deliveries,
    execution_ms: ended.executionMs ?? null,
    picture: ended.picture ?? null,
    ...stageTimes(ended),
  };
}

/** The view of an open command; its contents are shown only after it has ended. */
export function openView(device: DeviceRecord, open: OpenCommand): AdminCommand {
  return {
    command_id: open.commandId,
    type: open.type,
    device_id: device.deviceId,
    computer_name: device.computerName,
    agent_id: open.agentId,
    policy_number: null,
    reference: null,
    amount: null,
    currency: null,
    state: open.state,
    reason: null,
    error: null,
    deliveries: open.deliveries,
    execution_ms: open.executionMs ?? null,
    picture: open.picture ?? null,
    ...stageTimes(open),
  };
}
