/**
 * Customers' data leave with their command: soon after its end no file of the data folder has the customer's name or
 * the code's text, not even when the relay was killed in between.
 */
import { expect, it } from 'vitest';
import { RULES, START } from '../../../tests/contracts/store-harness.ts';
import { counter, post, report, take } from '../../../tests/contracts/store-steps.ts';
import { eventually } from '../../../tests/support/wait.ts';
import { MemoryFiles } from '../../../tests/support/store/memory-files.ts';
import { RelayStore } from '../relay-store.ts';
import { MemoryPresence } from '../presence.ts';
import { LowdbDatabase } from './lowdb-database.ts';

const SOON_MS = 30 * 60_000;
const SWEEPS_EVERY_MS = 60_000;
const NAME = 'Jane Doe';
const TEXT = 'https://pay.example/p/8842';

it.each([
  ['on a quiet day', Infinity],
  ['after a kill', 0],
  // Each start took its own moment for that of the last snapshot, and there never was one.
  ['killed every nine minutes', 9 * 60_000],
])('%s', async (_when, killedEveryMs) => {
  const files = new MemoryFiles();
  let now = START;
  let ids = 0;
  const open = async (): Promise<RelayStore> => {
    const options = { dir: '/data', historyDays: 7, files, rules: RULES, now: () => now, newId: () => `c${++ids}` };
    return new RelayStore(await LowdbDatabase.open(options), new MemoryPresence(() => now), () => now);
  };
  const filesWith = async (text: string): Promise<string[]> => {
    const found = [];
    for (const path of files.paths()) if ((await files.read(path))?.includes(text)) found.push(path);
    return found;
  };

  let store = await open();
  await counter(store, 'd1', 'a1');
  const { commandId } = await post(store, 'a1', TEXT);
  await take(store, 'd1');
  await report(store, 'd1', commandId, 'success');
  expect(await filesWith(NAME)).not.toEqual([]);
  await report(store, 'd1', commandId, 'cleared', 'timeout');
  await store.unlinkAgent('a1', 'app');
  // Nobody closes the store before; what is on the disk is all that the next one has.
  if (killedEveryMs === 0) store = await open();
  const ended = now;
  let openedAt = now;
  while (now < ended + SOON_MS) {
    now += SWEEPS_EVERY_MS;
    if (killedEveryMs > 0 && now - openedAt >= killedEveryMs) {
      store = await open();
      openedAt = now;
    }
    await store.sweep();
    // A snapshot is written on the side.
    await new Promise((resolve) => setImmediate(resolve));
  }
  await eventually(async () => {
    for (const text of [NAME, TEXT]) expect(await filesWith(text)).toEqual([]);
  });
  expect((await store.history({ from: 0, to: now, limit: 10 })).map((one) => one.commandId)).toEqual([commandId]);
  await store.close();
});
