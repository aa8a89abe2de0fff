/** What a change in the store means for those who wait. */
import { expect, it } from 'vitest';
import { HeldPolls } from './long-poll.ts';
import { pollName, wakeOnChange } from '../routes/device/poll.ts';
import type { Change } from '../store/database.ts';
import type { Store } from '../store/store.ts';

it('whoever a change concerns is woken; after an outage, of which nobody knows what it hid, everybody', async () => {
  const held = new HeldPolls(10);
  let tell: (change: Change) => void = () => undefined;
  const store = {
    watch: (listener: (change: Change) => void) => ((tell = listener), () => undefined),
  } as unknown as Store;
  wakeOnChange({ held, store });
  const woken: string[] = [];
  const waits = ['d1', 'd2'].map(async (id) => {
    await held.enter(pollName(id)).wait(60_000);
    woken.push(id);
  });
  tell({ deviceIds: ['d1'], commandIds: [] });
  await waits[0];
  expect(woken).toEqual(['d1']);
  tell({ deviceIds: [], commandIds: [], isUncertain: true });
  await waits[1];
  expect(woken).toEqual(['d1', 'd2']);
});
