import { describe, expect, it } from 'vitest';
import { RULES, START } from '../../tests/contracts/store-harness.ts';
import { counter, post, register, report, take } from '../../tests/contracts/store-steps.ts';
import { MemoryDatabase, Shelf } from '../../tests/support/store/memory-database.ts';
import { MemoryPresence } from '../store/presence.ts';
import { RelayStore } from '../store/relay-store.ts';
import { clampTimes, moveAllTimes, moveTimes, newestTimeOf } from './move-times.ts';
import type { DeviceRecord } from './records.ts';

const HOUR_MS = 3_600_000;

/** A display with a code on it, one on its way and one that waits. */
async function busyDisplay() {
  const clock = { now: START };
  const shelf = new Shelf();
  const now = (): number => clock.now;
  let ids = 0;
  const rules = { ...RULES, queuePolicy: 'fifo' } as const;
  const database = new MemoryDatabase(shelf, { now, newId: () => `c${++ids}`, rules, historyDays: 7 });
  const store = new RelayStore(database, new MemoryPresence(now), now);
  await counter(store, 'd1', 'a1');
  for (const text of ['one', 'two', 'three']) await post(store, 'a1', text);
  clock.now += 1_000;
  await take(store, 'd1');
  for (const status of ['received', 'uploading', 'success'] as const) await report(store, 'd1', 'c1', status);
  await take(store, 'd1');
  const device = (id: string): DeviceRecord => shelf.records.get(`device:${id}`) as DeviceRecord;
  return { clock, database, device, rules, store };
}

describe('moving the times of a display', () => {
  it('back: everything has the time left that it had', async () => {
    const { device } = await busyDisplay();
    const before = device('d1');
    const moved = moveTimes({ ...before, reenrolUntil: START + 60_000 }, -HOUR_MS);
    const back = (at: number | undefined) => (at === undefined ? undefined : at - HOUR_MS);
    expect(moved.link).toMatchObject({ linkedAt: START - HOUR_MS, expiresAt: START + RULES.linkMs - HOUR_MS });
    expect([moved.reenrolUntil, moved.seenAt]).toEqual([START + 60_000 - HOUR_MS, START + 1_000 - HOUR_MS]);
    expect(moved.open).toEqual(
      before.open.map((command) => ({
        ...command,
        createdAt: back(command.createdAt),
        expiresAt: back(command.expiresAt),
        leaseUntil: command.leaseUntil && back(command.leaseUntil),
        ...Object.fromEntries(
          (['unreportedSince', 'deliveredAt', 'receivedAt', 'uploadingAt', 'displayedAt'] as const)
            .filter((stage) => command[stage] !== undefined)
            .map((stage) => [stage, back(command[stage])]),
        ),
      })),
    );
  });

  it('forward: what waits is as old as the clock says, and what was handed out is not handed out later', async () => {
    const { device } = await busyDisplay();
    const before = device('d1');
    const [shown, underway, waiting] = moveTimes(before, HOUR_MS).open;
    expect(shown.displayedAt).toBe((before.open[0].displayedAt ?? 0) + HOUR_MS);
    expect(underway).toMatchObject({
      leaseUntil: before.open[1].leaseUntil + HOUR_MS,
      expiresAt: before.open[1].expiresAt,
    });
    expect(waiting).toBe(before.open[2]);
  });

  it('of a display that nobody has, and that has nothing open; one that was removed meanwhile is passed over', async () => {
    const { database, device, store } = await busyDisplay();
    await register(store, 'd2');
    const woken: string[] = [];
    store.watch(({ commandIds }) => woken.push(...commandIds));
    await database.transact((tx) => moveAllTimes(tx, ['d1', 'gone', 'd2'], HOUR_MS));
    expect(device('d2')).toMatchObject({ link: null, open: [], reenrolUntil: 0, seenAt: START + 1_000 + HOUR_MS });
    expect(device('gone')).toBeUndefined();
    expect(woken).toEqual(['c1', 'c2', 'c3']);
  });
});

it('the newest time of a display is that of what happened to it last', async () => {
  const { device } = await busyDisplay();
  const busy = device('d1');
  expect(newestTimeOf(busy)).toBe(START + 1_000);
  expect(newestTimeOf({ ...busy, link: null, open: [], seenAt: 5 })).toBe(5);
  expect(newestTimeOf({ ...busy, seenAt: 5 })).toBe(START);
});

describe('cutting what lasts too long', () => {
  it('leaves what any clock of ours could have written as it is', async () => {
    const { clock, device, rules } = await busyDisplay();
    expect(clampTimes({ now: clock.now, rules }, device('d1'))).toBe(device('d1'));
    expect(clampTimes({ now: clock.now - 4_000, rules }, device('d1'))).toBe(device('d1'));
    const free = { ...device('d1'), link: null, open: [] };
    expect(clampTimes({ now: clock.now - HOUR_MS, rules }, free)).toBe(free);
  });

  it('cuts the lease of what is on its way, and the link', async () => {
    const { clock, device, rules } = await busyDisplay();
    const now = clock.now - HOUR_MS;
    const before = device('d1');
    const cut = clampTimes({ now, rules }, before);
    expect(cut.link?.expiresAt).toBe(now + RULES.linkMs);
    expect(cut.open).toEqual([before.open[0], { ...before.open[1], leaseUntil: now + RULES.leaseMs }, before.open[2]]);
    // With a link that is short already only the lease is.
    const link = before.link && { ...before.link, expiresAt: now + 60_000 };
    expect(clampTimes({ now, rules }, { ...before, link }).link).toBe(link);
  });
});
