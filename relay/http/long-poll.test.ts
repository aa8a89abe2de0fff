/** A change in the store wakes the held calls that it concerns. */
import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { expect, it } from 'vitest';
import { LongPolls } from './long-poll.ts';
import { pollName, wakeOnChange } from '../routes/device/poll.ts';
import type { Change } from '../store/database.ts';
import type { Store } from '../store/store.ts';

it('a change wakes the calls it concerns; after an outage, which may have hidden changes, all calls', async () => {
  const longPolls = new LongPolls(10);
  let publish: (change: Change) => void = () => undefined;
  const store = {
    watch: (listener: (change: Change) => void) => ((publish = listener), () => undefined),
  } as unknown as Store;
  wakeOnChange({ longPolls, store });
  const woken: string[] = [];
  const waits = ['d1', 'd2'].map(async (id) => {
    let reads = 0;
    await longPolls.hold({
      key: pollName(id),
      callers: 'single',
      res: new EventEmitter() as ServerResponse,
      until: performance.now() + 60_000,
      passed: () => performance.now(),
      read: () => ++reads,
      isFinal: (count) => count > 1,
    });
    woken.push(id);
  });
  publish({ deviceIds: ['d1'], commandIds: [] });
  await waits[0];
  expect(woken).toEqual(['d1']);
  publish({ deviceIds: [], commandIds: [], isUncertain: true });
  await waits[1];
  expect(woken).toEqual(['d1', 'd2']);
  expect(longPolls.size).toBe(0);
});
