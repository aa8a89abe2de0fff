/** The history of ended commands. */
import { describe, expect, it } from 'vitest';
import { historySearch } from '../../../relay/admin/history-search.ts';
import { counter, link, post, register, report, take } from '../store-steps.ts';
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

    it('is searched for words and ends, in any letters, also where some of it waits and some is written', async () => {
      const { site, store } = await begin();
      await counter(store, 'd1', 'a1');
      await register(store, 'd2', { computerName: 'Guichet-É2' });
      await link(store, 'a2', 'd2');
      const paid = await post(store, 'a1', 'pay', { policyNumber: 'POL-1', reference: 'R"7' });
      await take(store, 'd1');
      await store.retry(paid.commandId);
      await store.cancel(paid.commandId, 'app');
      site.now += 1_000;
      await store.cancel((await post(store, 'a2', 'pay', { policyNumber: 'POL-2' })).commandId, 'app');
      const check = async (of: typeof store): Promise<void> => {
        const find = async (filter: Parameters<typeof historySearch>[0]): Promise<(string | undefined)[]> => {
          const search = historySearch({ type: 'display_qr', ...filter });
          const found = await of.history({ from: 0, to: site.now, limit: 10, search });
          return found.map(({ policyNumber }) => policyNumber);
        };
        const said = ['pol-', 'r"7', 'guichet-e2 a2', 'GUICHET-É2', 'a1 pc', 'paid', 'cancelled_by_app', 'nothing'];
        expect(
          Object.fromEntries(await Promise.all(said.map(async (one) => [one, await find({ search: one })]))),
        ).toEqual({
          'pol-': ['POL-2', 'POL-1'],
          'r"7': ['POL-1'],
          'guichet-e2 a2': ['POL-2'],
          'GUICHET-É2': ['POL-2'],
          'a1 pc': ['POL-1'],
          paid: ['POL-1'],
          // What it was before its payment was told, it is no more.
          cancelled_by_app: ['POL-2'],
          nothing: [],
        });
        expect(await find({ end: 'paid' })).toEqual(['POL-1']);
        expect(await find({ end: 'cancelled' })).toEqual(['POL-2']);
        expect(await find({ end: 'failed' })).toEqual([]);
        expect(await find({ end: 'cancelled', search: 'POL-1' })).toEqual([]);
      };
      // The payment is told when the cancelled QR is in the file already.
      const again = await reopen(site);
      site.now += 1_000;
      await again.paid({ kind: 'command', id: paid.commandId });
      await check(again);
      await check(await reopen(site));
    });

    it('is read page by page, each entry once, whatever ended in the same moment or was corrected since', async () => {
      const { site, store } = await begin();
      await counter(store, 'd1', 'a1');
      await counter(store, 'd2', 'a2');
      const cancelled = await post(store, 'a1', 'pay');
      await take(store, 'd1');
      await store.retry(cancelled.commandId);
      await store.cancel(cancelled.commandId, 'app');
      for (const moment of [1, 2, 3]) {
        site.now += 1_000;
        const posted = await Promise.all(Array.from({ length: moment }, () => post(store, 'a2', 'pay')));
        await Promise.all(posted.map(({ commandId }) => store.cancel(commandId, 'app')));
      }
      const ended = site.now - 1_000;
      const ofQrs = historySearch({ type: 'display_qr' });
      const check = async (of: typeof store): Promise<void> => {
        const query = { from: 0, to: site.now, search: ofQrs };
        const all = (await of.history({ ...query, limit: 100 })).map(({ commandId }) => commandId);
        expect(all).toHaveLength(7);
        for (const limit of [1, 2, 3]) {
          const read: string[] = [];
          for (let before: string | undefined; ;) {
            const page = await of.history({ ...query, limit, ...(before === undefined ? {} : { before }) });
            if (page.length === 0) break;
            read.push(...page.map(({ commandId }) => commandId));
            before = read.at(-1);
          }
          expect(read).toEqual(all);
        }
        // One that ended after the time that is asked for lies before all of the answer.
        const older = await of.history({ ...query, to: ended, limit: 100, before: all[0] });
        expect(older.map(({ commandId }) => commandId)).toEqual(all.slice(3));
        expect(await of.history({ ...query, limit: 9, before: 'forgotten' })).toEqual([]);
      };
      await check(store);
      const again = await reopen(site);
      await again.paid({ kind: 'command', id: cancelled.commandId });
      await check(again);
      await check(await reopen(site));
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
