import { expect, it } from 'vitest';
import { MemoryPresence } from './presence.ts';

function book() {
  let now = 1_000_000;
  const presence = new MemoryPresence(() => now);
  return { presence, pass: (ms: number) => (now += ms) };
}

it('takes a display for gone a moment before 9 s have passed since its last word, so that it is seen within them', () => {
  const { presence, pass } = book();
  expect(presence.isOnline('d')).toBe(false);
  presence.recordPoll('d', {});
  pass(8_600);
  expect(presence.isOnline('d')).toBe(true);
  pass(1);
  expect(presence.isOnline('d')).toBe(false);
});

it('an answer to a held poll is not a word of the display: a PC that lost power is offline within 9 s of its last poll', () => {
  const { presence, pass } = book();
  presence.recordPoll('d', {});
  presence.hold('d', 2_000);
  pass(2_000);
  presence.release('d', false);
  pass(6_601);
  expect(presence.isOnline('d')).toBe(false);
});

it('a display in a long held poll is there all the time, and a moment longer so that it can ask again', () => {
  const { presence, pass } = book();
  presence.recordPoll('d', {});
  presence.hold('d', 25_000);
  pass(24_999);
  expect(presence.isOnline('d')).toBe(true);
  pass(1);
  presence.release('d', false);
  pass(5_000);
  expect(presence.isOnline('d')).toBe(true);
  pass(1);
  expect(presence.isOnline('d')).toBe(false);
});

it('one lost poll takes nobody for gone', () => {
  const { presence, pass } = book();
  presence.recordPoll('d', {});
  presence.hold('d', 2_000);
  pass(2_000);
  presence.release('d', false);
  // The next one never arrives; the kiosk gives it up after 6 s and asks anew (shared/station/relay-client.ts).
  pass(6_000);
  expect(presence.isOnline('d')).toBe(true);
});

it('a closed connection ends the hold', () => {
  const { presence, pass } = book();
  presence.recordPoll('d', {});
  presence.hold('d', 25_000);
  pass(10_000);
  presence.release('d', true);
  expect(presence.isOnline('d')).toBe(false);
});

it('remembers the longest gap between two polls for some minutes; neither holding nor an outage is one', () => {
  const { presence, pass } = book();
  const poll = (gapMs: number, holdMs = 0): void => {
    pass(gapMs);
    presence.recordPoll('d', {});
    if (holdMs === 0) return;
    presence.hold('d', holdMs);
    pass(holdMs);
    presence.release('d', false);
  };
  poll(0, 2_000);
  poll(300, 2_000);
  poll(100, 2_000);
  poll(60_000, 2_000);
  expect(presence.of('d').maxGapMs).toBe(300);
  for (let polls = 0; polls < 400; polls++) poll(50, 2_000);
  expect(presence.of('d').maxGapMs).toBe(50);
});
