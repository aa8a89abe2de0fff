/** The history of ended commands. */
import { describe, expect, it } from 'vitest';
import { counter, post, report, take } from '../store-steps.ts';
import { type Sites } from './sites.ts';

export function history({ begin, reopen }: Sites): void {
  describe('what is over', () => {
    it('is found by time, device and agent, newest first, without picture, payload or customer', async () => {
      const { site, store } = await begin();
      await counter(store, 'd1', 'a1');
      await counter(store, 'd2', 'a2');
      const ids: string[] = [];
      for (const [agent, n] of [
        ['a1', 1],
        ['a2', 2],
        ['a1', 3],
        ['a2', 4],
      ] as const) {
        const { commandId } = await post(store, agent, `secret ${n}`, {
          picture: 'data:image/png;base64,AAAA',
          policyNumber: `P${n}`,
        });
        site.now += 1_000;
        await store.cancel(commandId, 'app');
        ids.push(commandId);
      }
      const all = await store.history({ from: 0, to: site.now, limit: 10 });
      expect(all.map(({ commandId }) => commandId)).toEqual([...ids].reverse());
      expect(JSON.stringify(all)).not.toMatch(/secret|Jane|AAAA/);
      expect(all[0]).toMatchObject({ policyNumber: 'P4', state: 'cancelled', computerName: 'PC of d2' });
      const some = async (query: object): Promise<(string | undefined)[]> =>
        (await store.history({ from: 0, to: site.now, limit: 10, ...query })).map(({ policyNumber }) => policyNumber);
      expect(await some({ limit: 1 })).toEqual(['P4']);
      expect(await some({ deviceId: 'd1' })).toEqual(['P3', 'P1']);
      expect(await some({ agentId: 'a2', limit: 1 })).toEqual(['P4']);
      expect(await some({ agentId: 'a2', deviceId: 'd1' })).toEqual([]);
      expect(await some({ from: site.now - 1_500, to: site.now - 500 })).toEqual(['P3']);
    });

    it('is answered after restarts and days, and forgotten after HISTORY_DAYS', async () => {
      const { site, store } = await begin({ historyDays: 3 });
      await counter(store, 'd1', 'a1');
      const { commandId } = await post(store, 'a1', 'pay');
      await take(store, 'd1');
      await report(store, 'd1', commandId, 'failed', 'display_failed');
      site.now += 2 * 24 * 3_600_000;
      const later = await reopen(site);
      expect(await later.command(commandId)).toMatchObject({ state: 'failed', reason: 'display_failed' });
      expect(await report(later, 'd1', commandId, 'success')).toEqual({ state: 'failed', reason: 'display_failed' });
      expect(await later.history({ from: 0, to: site.now, limit: 9 })).toHaveLength(1);
      site.now += 2 * 24 * 3_600_000;
      const last = await reopen(site);
      await last.sweep();
      expect(await last.history({ from: 0, to: site.now, limit: 9 })).toEqual([]);
    });

    it('is one entry in its place also when its payment was told later, whatever ended in between, after a restart too', async () => {
      const { site, store } = await begin();
      await counter(store, 'd1', 'a1');
      await counter(store, 'd2', 'a2');
      const { commandId } = await post(store, 'a1', 'pay', { policyNumber: 'P1' });
      await take(store, 'd1');
      await store.retry(commandId);
      await store.cancel(commandId, 'app');
      site.now += 1_000;
      const between = (await post(store, 'a2', 'pay', { policyNumber: 'P2' })).commandId;
      await store.cancel(between, 'app');
      site.now += 1_000;
      await store.paid({ kind: 'command', id: commandId });
      const check = async (of: typeof store): Promise<void> => {
        const all = await of.history({ from: 0, to: site.now, limit: 10 });
        const qrs = all.filter(({ type }) => type === 'display_qr');
        expect(qrs.map((one) => [one.commandId, one.reason])).toEqual([
          [between, 'cancelled_by_app'],
          [commandId, 'paid'],
        ]);
        expect(await of.history({ from: 0, to: site.now, limit: 10, agentId: 'a2' })).toHaveLength(1);
        expect(await of.command(commandId)).toMatchObject({ state: 'cancelled', reason: 'paid' });
      };
      await check(store);
      await check(await reopen(site));
    });
  });
}
