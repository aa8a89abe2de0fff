import { describe, expect, it } from 'vitest';
import { ageWords, durationWords } from './age.ts';
import { factsOf, needsAttention, type Device } from './device.ts';
import { select, WHOLE_FLEET } from './fleet.ts';
import { latencyByHour, percentile } from './latency.ts';

const device = (more: Partial<Device> & { computer_name: string }): Device => ({
  device_id: `device_${more.computer_name}`,
  kind: 'kiosk',
  version: '1.0.0',
  com_port: null,
  agent_id: null,
  agent_name: null,
  linked_at: null,
  online: true,
  last_seen: '2026-01-05T10:00:00Z',
  registered_at: null,
  display: 'ready',
  poll_gap_ms: 0,
  queued: 0,
  qr_today: 0,
  qr_total: 0,
  errors: 0,
  avg_response: null,
  enrolled: true,
  ...more,
});
const names = (devices: readonly Device[]) => devices.map(({ computer_name }) => computer_name);

describe('select', () => {
  const fleet = [
    device({ computer_name: 'PC-10', qr_today: 1 }),
    device({ computer_name: 'PC-9', qr_today: 3, agent_id: '7', agent_name: 'Élodie' }),
    device({ computer_name: 'PC-2', online: false, display: null, agent_id: '8', agent_name: 'Ravi' }),
    device({ computer_name: 'pc-1', display: 'unplugged' }),
  ];

  it('sorts names as people do, and other columns with the name as second', () => {
    expect(names(select(fleet, WHOLE_FLEET))).toEqual(['pc-1', 'PC-2', 'PC-9', 'PC-10']);
    expect(names(select(fleet, { ...WHOLE_FLEET, descending: true }))[0]).toBe('PC-10');
    expect(names(select(fleet, { ...WHOLE_FLEET, sort: 'qr_today', descending: true })).slice(0, 2)).toEqual([
      'PC-9',
      'PC-10',
    ]);
    expect(names(select(fleet, { ...WHOLE_FLEET, sort: 'state' })).slice(0, 2)).toEqual(['PC-2', 'pc-1']);
  });

  it('finds every word anywhere in the row, whatever its case and accents', () => {
    expect(names(select(fleet, { ...WHOLE_FLEET, search: ' elodie pc ' }))).toEqual(['PC-9']);
    expect(select(fleet, { ...WHOLE_FLEET, search: 'elodie ravi' })).toEqual([]);
  });

  it('filters', () => {
    expect(names(select(fleet, { ...WHOLE_FLEET, filter: 'offline' }))).toEqual(['PC-2']);
    expect(names(select(fleet, { ...WHOLE_FLEET, filter: 'attention' }))).toEqual(['pc-1', 'PC-2']);
    expect(names(select(fleet, { ...WHOLE_FLEET, filter: 'free' }))).toEqual(['pc-1', 'PC-10']);
  });
});

describe('factsOf', () => {
  it('knows nothing of a display while the page does not hear the relay', () => {
    expect(factsOf(device({ computer_name: 'A' }), false)).toEqual({
      relay: 'unknown',
      usb: 'unknown',
      display: 'unknown',
    });
  });
  it('infers no fact from another', () => {
    expect(factsOf(device({ computer_name: 'A', online: false }), true)).toEqual({
      relay: 'offline',
      usb: 'unknown',
      display: 'unknown',
    });
    expect(factsOf(device({ computer_name: 'A', display: 'unplugged' }), true).usb).toBe('unplugged');
    expect(factsOf(device({ computer_name: 'A', display: null }), true)).toEqual({
      relay: 'online',
      usb: 'unknown',
      display: 'unknown',
    });
  });
});

it('calls for attention only where somebody works: a free counter may be switched off', () => {
  expect(needsAttention(device({ computer_name: 'A', online: false }))).toBe(false);
  expect(needsAttention(device({ computer_name: 'A', online: false, agent_id: '1' }))).toBe(true);
});

describe('ageWords', () => {
  const now = 1_000_000_000;
  it.each([
    [0, 'now', 'maintenant'],
    [12, '12 seconds ago', 'il y a 12 secondes'],
    [3 * 60 + 59, '3 minutes ago', 'il y a 3 minutes'],
    [26 * 3600, 'yesterday', 'hier'],
  ])('%d s', (seconds, en, fr) => {
    expect(ageWords(now - seconds * 1000, now, 'en')).toBe(en);
    expect(ageWords(now - seconds * 1000, now, 'fr')).toBe(fr);
  });
  it('is not confused by a clock that is behind the relay’s', () =>
    expect(ageWords(now + 60_000, now, 'en')).toBe('now'));
});

it('gives durations in fitting units', () => {
  expect(durationWords(340, 'en')).toBe('340 ms');
  expect(durationWords(2_140, 'fr')).toBe('2,1\u202fs');
});

describe('latencyByHour', () => {
  it('puts each QR into the hour in which it was shown, and leaves empty hours empty', () => {
    const now = Date.UTC(2026, 0, 5, 12, 30);
    const shown = [1, 2, 3, 40].map((seconds) => ({ createdAt: now - seconds * 1000, displayedAt: now }));
    const old = { createdAt: now - 25 * 3_600_000, displayedAt: now - 25 * 3_600_000 };
    const { hours, p50, p95 } = latencyByHour([...shown, old], now);
    expect(hours).toHaveLength(24);
    expect(hours.at(-1)).toBe(Date.UTC(2026, 0, 5, 12) / 1000);
    expect([p50.at(-1), p95.at(-1)]).toEqual([2, 40]);
    expect(p50.slice(0, -1).every((value) => value === null)).toBe(true);
  });
  it('takes the nearest rank', () => expect(percentile([1, 2, 3, 4, 5], 0.95)).toBe(5));
});
