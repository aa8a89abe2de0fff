/** How devices look to the admin page. */
import { DEFAULT_PICTURE_SETTINGS } from '../../shared/schemas.ts';
import { countsOf } from '../core/life.ts';
import { dayOf } from '../core/tx.ts';
import type { DeviceFacts } from '../store/store.ts';

const iso = (at: number): string | null => (at > 0 ? new Date(at).toISOString() : null);

export function deviceView({ device, presence, online }: DeviceFacts, now: number): Record<string, unknown> {
  const counts = countsOf(device.counts, dayOf(now));
  const onGlass = device.open.find(({ state, type }) => state === 'displayed' && type === 'display_qr');
  return {
    device_id: device.deviceId,
    computer_name: device.computerName,
    com_port: device.comPort,
    kind: device.kind,
    version: device.version,
    agent: device.link?.agentName ?? device.link?.agentId ?? null,
    agent_id: device.link?.agentId ?? null,
    agent_name: device.link?.agentName ?? null,
    linked_at: device.link ? iso(device.link.linkedAt) : null,
    link_expires_at: device.link ? iso(device.link.expiresAt) : null,
    online,
    status: online ? 'online' : 'offline',
    last_seen: iso(Math.max(presence.heardAt, device.seenAt)),
    registered_at: iso(device.registeredAt),
    /** What the kiosk last said of its display; of no meaning while it is offline. */
    display: online ? presence.display : null,
    poll_gap_ms: presence.maxGapMs,
    showing: onGlass?.commandId ?? null,
    queued: device.open.filter(({ state }) => state === 'pending').length,
    qr_today: counts.qrToday,
    qr_total: counts.qrTotal,
    errors: counts.errorsToday,
    avg_response: counts.shownToday === 0 ? null : Math.round(counts.shownMsToday / counts.shownToday),
    enrolled: device.tokenHash !== null,
    settings: { ...DEFAULT_PICTURE_SETTINGS, ...device.settings },
  };
}

export function listView(all: readonly DeviceFacts[], now: number): Record<string, unknown> {
  const day = dayOf(now);
  let [qrToday, shown, shownMs, errors, queued] = [0, 0, 0, 0, 0];
  for (const { device } of all) {
    const counts = countsOf(device.counts, day);
    qrToday += counts.qrToday;
    shown += counts.shownToday;
    shownMs += counts.shownMsToday;
    errors += counts.errorsToday;
    queued += device.open.filter(({ state }) => state === 'pending').length;
  }
  return {
    devices: all.map((facts) => deviceView(facts, now)),
    stats: {
      total_devices: all.length,
      online_devices: all.filter(({ online }) => online).length,
      linked_devices: all.filter(({ device }) => device.link !== null).length,
      total_qr_today: qrToday,
      shown_today: shown,
      errors_today: errors,
      queued,
      /** Milliseconds from post to glass, mean of today; null while there was none. */
      avg_response: shown === 0 ? null : Math.round(shownMs / shown),
      /** Per cent of today's QRs that were decided and reached the glass; null while there was none. */
      success_rate: shown + errors === 0 ? null : Math.round((1000 * shown) / (shown + errors)) / 10,
    },
  };
}
