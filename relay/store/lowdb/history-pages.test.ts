/** Pages of a history of many files, where what is corrected and its correction are not in the same one. */
import { expect, it } from 'vitest';
import { lowdbSite } from '../../../tests/contracts/store-harness.ts';
import { counter, post, take } from '../../../tests/contracts/store-steps.ts';
import { historySearch } from '../../admin/history-search.ts';
import type { RelayStore } from '../relay-store.ts';

it('are each entry once, in one order, with its last word, and searched alike', async () => {
  const site = lowdbSite({}, { historySegmentBytes: 1 });
  let opened = await site.open();
  /** Each time a file of its own. */
  const next = async (step: (store: RelayStore) => Promise<unknown>): Promise<void> => {
    site.now += 1_000;
    await step(opened.store);
    await opened.close();
    opened = await site.open();
  };
  try {
    await counter(opened.store, 'd1', 'a1');
    await counter(opened.store, 'd2', 'a2');
    const ids: string[] = [];
    const cancelOne = async (store: RelayStore, agent: string): Promise<void> => {
      const { commandId } = await post(store, agent, 'pay');
      ids.unshift(commandId);
      if (agent === 'a1') {
        await take(store, 'd1');
        await store.retry(commandId);
      }
      await store.cancel(commandId, 'app');
    };
    await next((store) => cancelOne(store, 'a2'));
    await next((store) => cancelOne(store, 'a1'));
    const paid = ids[0];
    for (let nth = 0; nth < 3; nth++) await next((store) => cancelOne(store, 'a2'));
    await next((store) => store.paid({ kind: 'command', id: paid }));
    await next((store) => cancelOne(store, 'a2'));

    const search = historySearch({ type: 'display_qr' });
    const read: (readonly [string, string])[] = [];
    for (let before: string | undefined; ; before = read.at(-1)?.[0]) {
      const query = { from: 0, to: site.now, limit: 1, search };
      const [one] = await opened.store.history(before === undefined ? query : { ...query, before });
      if (!one) break;
      read.push([one.commandId, one.reason]);
    }
    expect(read).toEqual(ids.map((id) => [id, id === paid ? 'paid' : 'cancelled_by_app']));
    const cancelled = historySearch({ type: 'display_qr', search: 'cancelled_by_app' });
    const found = await opened.store.history({ from: 0, to: site.now, limit: 9, search: cancelled });
    expect(found.map(({ commandId }) => commandId)).toEqual(ids.filter((id) => id !== paid));
  } finally {
    await opened.close();
    await site.remove();
  }
});
