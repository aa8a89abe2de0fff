/** What holds for all of it: restarts, changes told, many callers at once. */
import { describe, expect, it } from 'vitest';
import { until } from '../../support/wait.ts';
import { counter, post, report, take } from '../store-steps.ts';
import { type Sites } from './sites.ts';

export function wholeStore({ begin, reopen }: Sites): void {
  describe('the store itself', () => {
    it('keeps all that was answered over a restart', async () => {
      const { site, store } = await begin({ rules: { queuePolicy: 'fifo' } });
      await counter(store, 'd1', 'a1');
      const ids = await Promise.all(
        Array.from({ length: 30 }, async (_, n) => (await post(store, 'a1', `qr ${n}`)).commandId),
      );
      const [first] = await take(store, 'd1');
      await report(store, 'd1', first.command_id, 'success');
      const before = await Promise.all(ids.map((id) => store.command(id)));
      const again = await reopen(site);
      expect(await Promise.all(ids.map((id) => again.command(id)))).toEqual(before);
      expect(await again.health()).toEqual({ writable: true, damage: [] });
    });

    it('knows who was signed out, over a restart as well, for as long as the session would have lasted', async () => {
      const { site, store } = await begin();
      await store.signOut('s1', site.now + 1_000);
      expect([await store.isSignedOut('s1'), await store.isSignedOut('s2')]).toEqual([true, false]);
      const again = await reopen(site);
      expect(await again.isSignedOut('s1')).toBe(true);
      site.now += 1_000;
      expect(await again.isSignedOut('s1')).toBe(false);
    });

    it('tells of each change, so that those who wait look again', async () => {
      const { store } = await begin();
      await counter(store, 'd1', 'a1');
      const told = { devices: new Set<string>(), commands: new Set<string>() };
      const stop = store.watch(({ deviceIds, commandIds }) => {
        for (const id of deviceIds) told.devices.add(id);
        for (const id of commandIds) told.commands.add(id);
      });
      const { commandId } = await post(store, 'a1', 'pay');
      await until('the display is told', () => told.devices.has('d1'), { everyMs: 1 });
      await take(store, 'd1');
      await until('the watcher is told', () => told.commands.has(commandId), { everyMs: 1 });
      told.devices.clear();
      stop();
      await post(store, 'a1', 'next');
      expect(told.devices.size).toBe(0);
    });

    it('four agents at once, a hundred rounds: nothing lost, nothing misrouted, nothing twice', async () => {
      const { store } = await begin({ rules: { queuePolicy: 'fifo' } });
      for (const n of [1, 2, 3, 4]) await counter(store, `d${n}`, `a${n}`);
      const shown: string[] = [];
      const drain = async (n: number): Promise<void> => {
        for (const command of await take(store, `d${n}`)) {
          shown.push(`${command.qr_text} on d${n}`);
          await report(store, `d${n}`, command.command_id, 'success');
        }
      };
      for (let round = 0; round < 100; round++)
        await Promise.all([1, 2, 3, 4].flatMap((n) => [post(store, `a${n}`, `${round} of a${n}`), drain(n)]));
      for (let round = 0; round < 100; round++) await Promise.all([1, 2, 3, 4].map(drain));
      const expected = [1, 2, 3, 4].flatMap((n) =>
        Array.from({ length: 100 }, (_, round) => `${round} of a${n} on d${n}`),
      );
      expect(shown.sort()).toEqual(expected.sort());
    });
  });
}
