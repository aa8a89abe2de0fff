import { describe, expect, it } from 'vitest';
import { ageWords, durationWords, lengthWords } from './age.ts';
import { factsOf, needsAttention, seenAt, type Device } from './device.ts';
import { countsOf, select, WHOLE_FLEET } from './fleet.ts';
import { endsOf, qrQuery } from './qr-list.ts';
import { setUpLink } from './set-up-link.ts';
import { runsOf, summaryOf } from './heartbeat.ts';
import { hrefOf, readRoute } from './route.ts';
import { newestFirst, stepsOf } from './stages.ts';
import { versionsOf } from './versions.ts';
import { noteWord } from '../messages/audit.ts';
import type { AdminCommand } from '../../../../shared/wire/admin/command.ts';
import type { AdminDayRow } from '../../../../shared/wire/admin/history.ts';
import { DEFAULT_PICTURE_SETTINGS } from '../../../../shared/wire/picture.ts';

const device = (more: Partial<Device> & { computer_name: string }): Device => ({
  device_id: `device_${more.computer_name}`,
  kind: 'kiosk',
  version: '1.0.0',
  com_port: null,
  agent: null,
  agent_id: null,
  agent_name: null,
  linked_at: null,
  link_expires_at: null,
  status: 'online',
  showing: null,
  settings: DEFAULT_PICTURE_SETTINGS,
  online: true,
  last_seen: '2026-01-05T10:00:00Z',
  registered_at: null,
  display: 'ready',
  poll_gap_ms: 0,
  uptime: null,
  system: null,
  queued: 0,
  qr_today: 0,
  qr_total: 0,
  errors: 0,
  avg_response: null,
  enrolled: true,
  last_error: null,
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

  it('finds what a PC runs, and puts those first that were heard least; nothing known is no problem', () => {
    const some = [
      device({ computer_name: 'A', system: 'Chrome 150 · Windows 11' }),
      device({ computer_name: 'B', uptime: 99.9, system: 'Chrome 149 · Windows 10' }),
      device({ computer_name: 'C', uptime: 40 }),
    ];
    expect(names(select(some, { ...WHOLE_FLEET, search: 'chrome 149' }))).toEqual(['B']);
    expect(names(select(some, { ...WHOLE_FLEET, search: 'windows' }))).toEqual(['A', 'B']);
    expect(names(select(some, { ...WHOLE_FLEET, sort: 'uptime' }))).toEqual(['C', 'B', 'A']);
  });

  it('sorts names as people do, and other columns with the name as second', () => {
    expect(names(select(fleet, WHOLE_FLEET))).toEqual(['pc-1', 'PC-2', 'PC-9', 'PC-10']);
    expect(names(select(fleet, { ...WHOLE_FLEET, descending: true }))[0]).toBe('PC-10');
    expect(names(select(fleet, { ...WHOLE_FLEET, sort: 'qr_today', descending: true })).slice(0, 2)).toEqual([
      'PC-9',
      'PC-10',
    ]);
    expect(names(select(fleet, { ...WHOLE_FLEET, sort: 'relay' })).slice(0, 2)).toEqual(['PC-2', 'pc-1']);
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

it('takes an online display for seen as long as the relay was heard, not longer', () => {
  const [now, heardAt] = [100_000, 90_000];
  const online = device({ computer_name: 'A', last_seen: '1970-01-01T00:00:01Z' });
  expect(seenAt(online, { live: true, now, heardAt })).toBe(now);
  expect(seenAt(online, { live: false, now, heardAt })).toBe(heardAt);
  expect(seenAt({ ...online, online: false }, { live: true, now, heardAt })).toBe(1_000);
  expect(seenAt({ ...online, online: false, last_seen: null }, { live: true, now, heardAt })).toBeUndefined();
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
  expect(durationWords(340, 'en')).toBe('340\u00a0ms');
  expect(durationWords(2_140, 'fr')).toBe('2,1\u00a0s');
});

it.each([
  [40_000, '40\u00a0s'],
  [2 * 3_600_000 + 5 * 60_000, '2\u00a0h 5\u00a0min'],
  [3_600_000, '1\u00a0h'],
  [7_190_000, '2\u00a0h'],
])('tells a length of %d ms in two units at most', (ms, words) => expect(lengthWords(ms)).toBe(words));

describe('the 24-hour bar', () => {
  const from = '2026-01-05T00:00:00.000Z';
  it('joins equal slots, and takes a sign it does not know for unknown', () =>
    expect(runsOf('--1120?')).toEqual([
      { pulse: 'unknown', start: 0, length: 2 },
      { pulse: 'heard', start: 2, length: 2 },
      { pulse: 'partly', start: 4, length: 1 },
      { pulse: 'silent', start: 5, length: 1 },
      { pulse: 'unknown', start: 6, length: 1 },
    ]));
  it('counts only the time that is known, and names the longest silence first', () => {
    const { share, gaps } = summaryOf({ from, slot_seconds: 60, slots: '--10110002' });
    expect(share).toBe(3.5 / 8);
    expect(
      gaps.map(({ from: start, to }) => [new Date(start).toISOString().slice(11, 16), (to - start) / 60_000]),
    ).toEqual([
      ['00:06', 3],
      ['00:03', 1],
    ]);
  });
  it('says nothing where nothing is known', () =>
    expect(summaryOf({ from, slot_seconds: 60, slots: '---' })).toEqual({ share: undefined, gaps: [] }));
});

describe('addresses', () => {
  it.each([
    '#/displays',
    '#/displays?search=pc+9&show=attention&sort=errors&order=down',
    '#/display/device_PC%2F9_1',
    '#/waiting',
    '#/qrs',
    '#/qrs/mx36%2F1',
    '#/history',
    '#/audit',
    '#/versions',
  ])('%s leads back to itself', (hash) => expect(hrefOf(readRoute(hash))).toBe(hash));
  it('shows the displays for an address that means nothing', () => {
    for (const hash of ['', '#', '#/nowhere', '#/displays?show=everything&sort=luck', '#/display/'])
      expect(readRoute(hash)).toEqual({ kind: 'displays', view: WHOLE_FLEET });
    expect(readRoute('#/display/%E0%A4%A')).toEqual({ kind: 'display', deviceId: '%E0%A4%A' });
  });
});

it('knows no online display while the relay is silent', () => {
  const fleet = [device({ computer_name: 'A' }), device({ computer_name: 'B', online: false, agent_id: '1' })];
  for (const filter of ['online', 'offline', 'attention'] as const)
    expect(select(fleet, { ...WHOLE_FLEET, filter }, false)).toEqual([]);
  expect(select(fleet, WHOLE_FLEET, false)).toHaveLength(2);
});

it('has what needs a person first, then by name, and counts what each filter would leave', () => {
  const fleet = [
    device({ computer_name: 'A' }),
    device({ computer_name: 'C', display: 'unplugged' }),
    device({ computer_name: 'B', online: false, agent_id: '1' }),
    device({ computer_name: 'D', agent_id: '2' }),
  ];
  expect(select(fleet, WHOLE_FLEET).map(({ computer_name }) => computer_name)).toEqual(['B', 'C', 'A', 'D']);
  expect(countsOf(fleet, '', true)).toEqual({ all: 4, online: 3, offline: 1, attention: 2, linked: 2, free: 2 });
  expect(countsOf(fleet, '2', true)).toMatchObject({ all: 1, attention: 0 });
  expect(countsOf(fleet, '', false)).toMatchObject({ all: 4, online: 0, attention: 0 });
});

it('asks the relay for single QR codes by what was chosen only', () => {
  expect(qrQuery({ search: ' ', end: '', from: '', to: '' })).toBe('type=display_qr');
  expect(qrQuery({ search: 'é 7&x', end: 'paid', from: '2026-11-24', to: '' })).toBe(
    'type=display_qr&search=%C3%A9+7%26x&end=paid&from=2026-11-24',
  );
});

it('counts each QR of a day in one column', () => {
  const row = {
    qr: 20,
    shown: 14,
    paid: 4,
    paid_reported: 1,
    not_paid: 6,
    replaced: 2,
    superseded: 1,
    failed: 3,
    expired: 1,
    cancelled: 2,
  };
  const ends = endsOf(row as AdminDayRow);
  expect(ends).toEqual({ paid: 4, paidReported: 1, notPaid: 6, replaced: 3, failed: 3, expired: 1, cancelled: 2 });
  const columns: readonly number[] = [
    ends.paid,
    ends.paidReported,
    ends.notPaid,
    ends.replaced,
    ends.failed,
    ends.expired,
    ends.cancelled,
  ];
  expect(columns.reduce((sum, count) => sum + count, 0)).toBe(row.qr);
});

it.each([
  ['https://qr.example/admin/#/displays', 'SHOWROOM 1', 'https://qr.example/kiosk/?name=SHOWROOM+1'],
  ['https://qr.example/counterqr/admin/', ' ', 'https://qr.example/counterqr/kiosk/'],
])('the set-up link beside %s', (page, name, link) => expect(setUpLink(page, name)).toBe(link));

it.each([
  ['https://pay.example', 'https://pay.example/counterqr/kiosk/?name=A'],
  [' http://10.0.0.7:5001/ ', 'http://10.0.0.7:5001/counterqr/kiosk/?name=A'],
  ['', undefined],
  ['pay.example', undefined],
  ['https://pay.example/else', undefined],
  ['javascript://x', undefined],
])('the set-up link of an admin page on a host of its own, the PCs’ being "%s"', (host, link) =>
  expect(setUpLink('https://admin.example/counterqr/admin/', 'A', host)).toBe(link),
);

it('orders stages by their times, from the post on', () => {
  const command = {
    created_at: '2026-01-05T10:00:00.000Z',
    delivered_at: '2026-01-05T10:00:00.120Z',
    displayed_at: '2026-01-05T10:00:02.000Z',
  } as AdminCommand;
  expect(stepsOf(command).map(({ stage, afterMs }) => [stage, afterMs])).toEqual([
    ['created', 0],
    ['delivered', 120],
    ['displayed', 2_000],
  ]);
});

it('has the newest command first, although the one before it ended later', () => {
  const posted = ['10:00:01', '10:00:03', '10:00:02'].map(
    (time) => ({ created_at: `2026-01-05T${time}.000Z` }) as AdminCommand,
  );
  expect(newestFirst(posted).map(({ created_at }) => created_at.slice(17, 19))).toEqual(['03', '02', '01']);
});

it('counts displays by what they run, newest first', () => {
  const fleet = [
    device({ computer_name: 'A', version: '1.9.0' }),
    device({ computer_name: 'B', version: '1.10.0', online: false }),
    device({ computer_name: 'C', version: '1.10.0' }),
    device({ computer_name: 'D', version: null, kind: 'tray' }),
  ];
  expect(
    versionsOf(fleet).map(({ kind, version, count, online, isNewest }) => [kind, version, count, online, isNewest]),
  ).toEqual([
    ['kiosk', '1.10.0', 2, 1, true],
    ['kiosk', '1.9.0', 1, 1, false],
    ['tray', '', 1, 1, true],
  ]);
});

describe('noteWord', () => {
  it.each([
    { action: 'linked', note: 'pairing_code', words: 'by its pairing code' },
    { action: 'renamed', note: 'PC-1 to PC-2', words: 'PC-1 → PC-2' },
    { action: 'moved', note: 'moved to device_2', words: '→ device_2' },
    { action: 'taken_over', note: 'taken over by 8', words: '→ 8' },
    { action: 'registered', note: 'PC-1', words: 'PC-1' },
    { action: 'revoked', note: null, words: '' },
  ] as const)('says $note as “$words”', ({ action, note, words }) => expect(noteWord({ action, note })).toBe(words));
});
