/** The clock was set between post and end: the ended command is found all the same. */
import { expect, it } from 'vitest';
import { lowdbSite, START } from '../../../tests/contracts/store-harness.ts';
import { counter, post, report, take } from '../../../tests/contracts/store-steps.ts';

const DAY_MS = 24 * 3_600_000;

it.each([
  ['back by two days', -2 * DAY_MS],
  ['forward by four days', 4 * DAY_MS],
])('%s', async (_how, byMs) => {
  const rules = { linkMs: 30 * DAY_MS, commandTtlMs: 30 * DAY_MS, displayMs: 30 * DAY_MS };
  // Each time a file of its own, so that the right one has to be chosen.
  const site = lowdbSite({ rules, historyDays: 30 }, { historySegmentBytes: 1 });
  try {
    const commands: string[] = [];
    for (const setMs of [0, byMs, 0]) {
      const { store, close } = await site.open();
      site.now = START + commands.length * 60_000;
      if (commands.length === 0) await counter(store, 'd1', 'a1');
      const { commandId } = await post(store, 'a1', 'pay');
      await take(store, 'd1');
      site.now += setMs;
      await report(store, 'd1', commandId, 'failed', 'bad_picture');
      commands.push(commandId);
      await close();
    }

    const again = await site.open();
    for (const commandId of commands) expect((await again.store.command(commandId)).state).toBe('failed');
    await again.close();
  } finally {
    await site.remove();
  }
});
