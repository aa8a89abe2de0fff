import { expect, it } from 'vitest';
import { summaryOf } from '../../kiosk/pages/admin/data/heartbeat.ts';
import { Heartbeats, SLOT_MS, SLOTS } from './heartbeats.ts';

const START = 4_000 * SLOT_MS;

function look(beats: Heartbeats, from: number, slots: number, online: (look: number) => boolean): number {
  let now = from;
  for (let looks = 0; looks < slots * 4; looks++, now += SLOT_MS / 4) beats.note('d', online(looks), now);
  return now;
}

it('tells slots with a display all the time, part of it, and never; before it was known it is not known', () => {
  const beats = new Heartbeats();
  let now = look(beats, START, 2, () => true);
  now = look(beats, now, 1, (looks) => looks % 2 === 0);
  look(beats, now, 1, () => false);
  const { slots, from } = beats.of('d', now);
  expect(slots).toHaveLength(SLOTS);
  expect(slots.replace(/^-+/, '')).toBe('1120');
  expect(Date.parse(from) + (SLOTS - 1) * SLOT_MS).toBe(now);
});

it('forgets what is older than a day, and does not take time without a look for absence', () => {
  const beats = new Heartbeats();
  const now = look(beats, START, SLOTS + 10, () => true);
  expect(beats.of('d', now - 1).slots).toBe('1'.repeat(SLOTS));
  beats.note('d', true, now + 3 * SLOT_MS);
  expect(beats.of('d', now + 3 * SLOT_MS).slots.slice(-5)).toBe('1---1');
  expect(beats.of('d', now + 2 * SLOTS * SLOT_MS).slots).toBe('-'.repeat(SLOTS));
});

it('knows nothing of a display that it never saw, nor of one that was forgotten', () => {
  const beats = new Heartbeats();
  expect(beats.of('d', START).slots).toBe('-'.repeat(SLOTS));
  beats.note('d', true, START);
  beats.forget('d');
  expect(beats.of('d', START).slots).toBe('-'.repeat(SLOTS));
});

it('says per cent of the known slots, the same as the bar of the day', () => {
  const beats = new Heartbeats();
  expect(beats.uptimeOf('d', START)).toBeNull();
  let now = look(beats, START, 5, () => true);
  expect(beats.uptimeOf('d', now)).toBe(100);
  now = look(beats, now, 1, (looks) => looks % 2 === 0);
  now = look(beats, now, 1, () => false);
  look(beats, now, 1, () => true);
  // Five whole ones and a half of seven; the one that runs is left out.
  expect(beats.uptimeOf('d', now)).toBe(78.6);
  const day = beats.of('d', now);
  expect(summaryOf({ ...day, slots: day.slots.slice(0, -1) }).share).toBeCloseTo(0.786, 3);
});

it('goes on after a restart; the time between is not known', () => {
  const before = new Heartbeats();
  const stopped = look(before, START, 3, () => true);
  const kept = before.keep(stopped - 1);
  const after = new Heartbeats();
  const again = stopped + 2 * SLOT_MS;
  after.restore(JSON.parse(JSON.stringify(kept)) as typeof kept, again);
  after.note('d', false, again);
  expect(after.of('d', again).slots.replace(/^-+/, '')).toBe('111--0');
});

it('a slot in which the relay was restarted joins both halves', () => {
  const before = new Heartbeats();
  before.note('d', true, START);
  const after = new Heartbeats();
  after.restore(before.keep(START + 1), START + 2);
  expect(after.of('d', START + 2).slots.slice(-1)).toBe('1');
  after.note('d', false, START + 3);
  expect(after.of('d', START + 3).slots.slice(-1)).toBe('2');
});

it('ignores what was kept by a clock that ran ahead, and what is older than a day', () => {
  const before = new Heartbeats();
  before.note('d', true, START + 10 * SLOT_MS);
  const kept = before.keep(START + 10 * SLOT_MS);
  const after = new Heartbeats();
  after.restore(kept, START);
  expect(after.of('d', START).slots).toBe('-'.repeat(SLOTS));
  after.restore(kept, START + 2 * SLOTS * SLOT_MS);
  expect(after.of('d', START + 2 * SLOTS * SLOT_MS).slots).toBe('-'.repeat(SLOTS));
});

it.each(['__proto__', 'constructor', 'd'])('keeps the strip of a display called %s over a restart', (deviceId) => {
  const beats = new Heartbeats();
  beats.note(deviceId, true, START);
  const kept = beats.keep(START);
  expect(Object.keys(kept.strips)).toEqual([deviceId]);
  const after = new Heartbeats();
  after.restore(kept, START + SLOT_MS);
  expect(after.of(deviceId, START + SLOT_MS).slots.slice(-2)).toBe('1-');
});
