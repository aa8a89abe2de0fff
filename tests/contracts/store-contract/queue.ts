/** Several commands of one display: latest and fifo, caps, idempotency keys, pictures, callers at the same moment. */
import { describe, expect, it } from 'vitest';
import { counter, link, post, refusal, report, take } from '../store-steps.ts';
import { stateOf, type Sites } from './sites.ts';

export function queueOfDisplay({ begin, reopen }: Sites): void {
  describe('the queue of a display', () => {
    it('latest: a new QR supersedes those that wait, and the one on the screen is replaced when it is shown', async () => {
      const { store } = await begin();
      await counter(store, 'd1', 'a1');
      const first = await post(store, 'a1', 'one');
      const second = await post(store, 'a1', 'two');
      expect(await stateOf(store, first.commandId)).toBe('superseded superseded_by_newer');
      await take(store, 'd1');
      await report(store, 'd1', second.commandId, 'success');
      const third = await post(store, 'a1', 'three');
      expect(await stateOf(store, second.commandId)).toBe('displayed');
      const taken = await take(store, 'd1');
      expect(taken.map(({ qr_text }) => qr_text)).toEqual(['three']);
      await report(store, 'd1', third.commandId, 'success');
      expect(await stateOf(store, second.commandId)).toBe('cleared replaced');
    });

    it('latest: an older QR whose lease runs out is not put over a newer one', async () => {
      const { site, store } = await begin();
      await counter(store, 'd1', 'a1');
      const first = await post(store, 'a1', 'one');
      await take(store, 'd1');
      site.now += 1;
      const second = await post(store, 'a1', 'two');
      site.now += 14_999;
      expect((await take(store, 'd1')).map(({ command_id }) => command_id)).toEqual([second.commandId]);
      // It was handed out: that it was not shown, nobody knows.
      expect(await stateOf(store, first.commandId)).toBe('failed unreported');
    });

    it('fifo: shows each in order, one at a time', async () => {
      const { store } = await begin({ rules: { queuePolicy: 'fifo' } });
      await counter(store, 'd1', 'a1');
      const posted = [];
      for (const text of ['one', 'two', 'three']) posted.push((await post(store, 'a1', text)).commandId);
      const shown = [];
      for (let step = 0; step < 3; step++) {
        const [command, ...more] = await take(store, 'd1');
        expect(more).toEqual([]);
        expect(await take(store, 'd1')).toEqual([]);
        shown.push(command.command_id);
        await report(store, 'd1', command.command_id, 'success');
      }
      expect(shown).toEqual(posted);
      expect(await Promise.all(posted.map((id) => stateOf(store, id)))).toEqual([
        'cleared replaced',
        'cleared replaced',
        'displayed',
      ]);
    });

    it('caps the queue of a display with a code of its own', async () => {
      const { store } = await begin({ rules: { queuePolicy: 'fifo', maxQueuedPerDevice: 2 } });
      await counter(store, 'd1', 'a1');
      await post(store, 'a1', 'one');
      await post(store, 'a1', 'two');
      expect(await refusal(post(store, 'a1', 'three'))).toBe('queue_full');
      await take(store, 'd1');
      await post(store, 'a1', 'three');
    });

    it('idempotency keys: same body, same answer, for 24 h; another body is refused', async () => {
      const { site, store } = await begin();
      await counter(store, 'd1', 'a1');
      store.recordPoll('d1', { display: 'unplugged' });
      const first = await post(store, 'a1', 'pay', { key: 'k' });
      expect(first).toMatchObject({ deviceOnline: true, display: 'unplugged' });
      site.now += 24 * 3_600_000 - 1;
      // The link has run out: an agent who may not post there any more is told nothing.
      expect(await refusal(post(store, 'a1', 'pay', { key: 'k' }))).toBe('unknown_agent');
      await link(store, 'a1', 'd1');
      expect(await post(store, 'a1', 'pay', { key: 'k' })).toEqual(first);
      expect(await refusal(post(store, 'a1', 'other', { key: 'k' }))).toBe('idempotency_mismatch');
      site.now += 1;
      const later = await post(store, 'a1', 'pay', { key: 'k' });
      expect(later.commandId).not.toBe(first.commandId);
    });

    it('the same key at the same moment makes one command', async () => {
      const { store } = await begin();
      await counter(store, 'd1', 'a1');
      const answers = await Promise.all(Array.from({ length: 10 }, () => post(store, 'a1', 'pay', { key: 'k' })));
      expect(new Set(answers.map(({ commandId }) => commandId)).size).toBe(1);
      expect(await take(store, 'd1')).toHaveLength(1);
    });

    it('two polls at the same moment: one of them gets the command', async () => {
      const { store } = await begin();
      await counter(store, 'd1', 'a1');
      await post(store, 'a1', 'pay');
      const taken = await Promise.all(Array.from({ length: 8 }, () => take(store, 'd1')));
      expect(taken.flat()).toHaveLength(1);
    });

    it('what a display missed that has nothing to do comes again at once, while nothing was reported of it', async () => {
      const { site, store } = await begin();
      await counter(store, 'd1', 'a1');
      const takenBy = async (idleAt: number) =>
        (await take(store, 'd1', { idleAt })).map(({ command_id }) => command_id);
      const { commandId } = await post(store, 'a1', 'pay');
      expect(await takenBy(site.now)).toEqual([commandId]);
      site.now += 1;
      // A second poll that came before the first was answered has missed nothing; an older client says nothing of it.
      expect(await takenBy(site.now - 2)).toEqual([]);
      expect(await take(store, 'd1')).toEqual([]);
      expect(await takenBy(site.now)).toEqual([commandId]);
      await report(store, 'd1', commandId, 'received');
      site.now += 14_999;
      expect(await takenBy(site.now)).toEqual([]);
      site.now += 1;
      // The third time is the last, and its lease is the display's.
      expect(await takenBy(site.now)).toEqual([commandId]);
      expect(await takenBy(site.now + 1)).toEqual([]);
      expect(await report(store, 'd1', commandId, 'success')).toEqual({ state: 'displayed', reason: null });
      expect(await takenBy(site.now + 1)).toEqual([]);
    });

    it('what was called off, is over or has a newer QR behind it does not come again at once', async () => {
      const { site, store } = await begin();
      await counter(store, 'd1', 'a1');
      const takenAgain = async () =>
        (await take(store, 'd1', { idleAt: site.now })).map(({ command_id }) => command_id);
      const first = await post(store, 'a1', 'one');
      await take(store, 'd1');
      const second = await post(store, 'a1', 'two');
      expect(await takenAgain()).toEqual([second.commandId]);
      expect(await takenAgain()).toEqual([second.commandId]);
      expect(await stateOf(store, first.commandId)).toBe('delivered');
      const { commandId: by } = await store.cancel(second.commandId, 'app');
      expect(await takenAgain()).toEqual([by]);
      await report(store, 'd1', by ?? '', 'success');
      const short = await post(store, 'a1', 'three', { ttlMs: 1_000 });
      await take(store, 'd1');
      site.now += 1_000;
      expect(await takenAgain()).toEqual([]);
      site.now += 14_000;
      await store.sweep();
      expect(await stateOf(store, short.commandId)).toBe('failed unreported');
    });

    it('keeps the picture apart and hands it out with the command, as often as that is handed out', async () => {
      const { site, store } = await begin();
      await counter(store, 'd1', 'a1');
      const picture = `data:image/png;base64,${'A'.repeat(30_000)}`;
      const { commandId } = await post(store, 'a1', 'pay', { picture });
      expect((await take(store, 'd1')).map(({ qr_image }) => qr_image)).toEqual([picture]);
      const again = await reopen(site);
      site.now += 15_000;
      expect((await take(again, 'd1')).map(({ qr_image }) => qr_image)).toEqual([picture]);
      await report(again, 'd1', commandId, 'success');
      await report(again, 'd1', commandId, 'cleared');
      expect(await stateOf(again, commandId)).toBe('cleared timeout');
    });
  });
}
