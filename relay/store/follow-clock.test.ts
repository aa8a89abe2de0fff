import { expect, it } from 'vitest';
import { START, RULES } from '../../tests/contracts/store-harness.ts';
import { counter, post, take } from '../../tests/contracts/store-steps.ts';
import { MemoryDatabase, Shelf } from '../../tests/support/store/memory-database.ts';
import { Notices } from '../notices.ts';
import { SteadyClock } from '../steady-clock.ts';
import { catchUp, followClock } from './follow-clock.ts';
import { MemoryPresence } from './presence.ts';
import { RelayStore } from './relay-store.ts';

const HOUR_MS = 3_600_000;

function begin(shelf = new Shelf(), wallMs = START) {
  const time = { wallMs, passedMs: 0 };
  const clock = new SteadyClock({ wall: () => time.wallMs, passed: () => time.passedMs });
  const { now } = clock;
  let ids = 0;
  const database = new MemoryDatabase(shelf, { now, newId: () => `c${++ids}`, rules: RULES, historyDays: 7 });
  const store = new RelayStore(database, new MemoryPresence(now, clock.passed), now);
  const logged: object[] = [];
  const timekeeping = { clock, database, log: { warn: (facts: object) => logged.push(facts) }, notices: new Notices() };
  return { time, clock, shelf, store, database, logged, timekeeping: timekeeping as never };
}

it('records that cannot be written keep the relay at the time that it had, and it tries again', async () => {
  const { time, clock, store, database, logged, timekeeping } = begin();
  await counter(store, 'd1', 'a1');
  time.wallMs += 24 * HOUR_MS;
  const { transact } = database;
  database.transact = () => Promise.reject(new Error('the disk is full'));
  await expect(followClock(timekeeping)).rejects.toThrow('the disk is full');
  expect([clock.now(), logged]).toEqual([START, []]);
  database.transact = transact;
  await followClock(timekeeping);
  expect([clock.now(), logged]).toEqual([time.wallMs, [{ bySeconds: 86_400 }]]);
  await store.sweep();
  expect((await store.device('d1'))?.link?.expiresAt).toBe(time.wallMs + RULES.linkMs);
});

it('a clock that was set back while the relay did not run gives nothing a longer life', async () => {
  const before = begin();
  await counter(before.store, 'd1', 'a1');
  const waiting = await post(before.store, 'a1', 'pay');
  const { time, store, logged, timekeeping } = begin(before.shelf, START - HOUR_MS);
  await catchUp(timekeeping);
  expect(logged).toEqual([{ bySeconds: -3_600 }]);
  expect((await store.device('d1'))?.link?.expiresAt).toBe(time.wallMs + RULES.linkMs);
  time.passedMs += RULES.commandTtlMs;
  time.wallMs += RULES.commandTtlMs;
  expect(await take(store, 'd1')).toEqual([]);
  expect(await store.command(waiting.commandId)).toMatchObject({ state: 'expired' });
});

it('a start at the right time changes nothing', async () => {
  const before = begin();
  await counter(before.store, 'd1', 'a1');
  const kept = structuredClone([...before.shelf.records]);
  const { logged, timekeeping } = begin(before.shelf, START + HOUR_MS);
  await catchUp(timekeeping);
  expect([logged, [...before.shelf.records]]).toEqual([[], kept]);
  const empty = begin();
  await catchUp(empty.timekeeping);
  expect(empty.logged).toEqual([]);
});
