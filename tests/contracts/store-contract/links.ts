/** Which agent has which display. */
import { describe, expect, it } from 'vitest';
import type { RelayStore } from '../../../relay/store/relay-store.ts';
import { counter, link, post, refusal, register, take } from '../store-steps.ts';
import { stateOf, type Sites } from './sites.ts';

export function links({ begin, reopen }: Sites): void {
  describe('links', () => {
    it('no call picks a display that was not named', async () => {
      const { store } = await begin();
      await register(store, 'd1');
      expect(await refusal(post(store, 'a1', 'pay'))).toBe('unknown_agent');
      expect(await refusal(link(store, 'a1', 'd9'))).toBe('unknown_device');
      const named = (display: Parameters<RelayStore['link']>[0]['display']) =>
        store.link({ agentId: 'a1', agentName: 'Ann', display, takeover: false, by: 'app' });
      expect(await refusal(named({ kind: 'computer_name', name: 'none' }))).toBe('unknown_device');
      expect(await refusal(named({ kind: 'pairing_code', code: 'AAAAAA' }))).toBe('unknown_pairing_code');
      expect((await named({ kind: 'computer_name', name: ' pc OF d1 ' })).deviceId).toBe('d1');
      await register(store, 'd2', { computerName: 'PC of d1', mayReEnrol: true });
      expect(await refusal(named({ kind: 'computer_name', name: 'PC of d1' }))).toBe('ambiguous_computer_name');
      expect(await refusal(store.unlinkAgent('a9', 'app'))).toBe('unknown_agent');
      expect(await refusal(store.startRotation({ kind: 'agent', id: 'a9' }, 'paid'))).toBe('unknown_agent');
    });

    it("another agent's display: refused with the owner, unless it is taken over; then the owner's code goes", async () => {
      const { store } = await begin();
      await counter(store, 'd1', 'a1');
      const theirs = await post(store, 'a1', 'pay');
      const error: unknown = await link(store, 'a2', 'd1').catch((refused: unknown) => refused);
      expect(error).toMatchObject({ code: 'device_in_use', details: { device_id: 'd1', owner: { agent_id: 'a1' } } });
      await link(store, 'a2', 'd1', true);
      expect(await stateOf(store, theirs.commandId)).toBe('cancelled closed');
      expect(await take(store, 'd1')).toEqual([]);
      expect(await refusal(post(store, 'a1', 'pay'))).toBe('unknown_agent');
      expect(await store.agentDevice('a1')).toBeUndefined();
      expect((await store.agentDevice('a2'))?.deviceId).toBe('d1');
    });

    it('an agent has one display: linking another one frees the first', async () => {
      const { site, store } = await begin();
      await counter(store, 'd1', 'a1');
      await register(store, 'd2');
      await link(store, 'a1', 'd2');
      expect((await post(store, 'a1', 'pay')).deviceId).toBe('d2');
      await link(store, 'a2', 'd1');
      const told = (await store.audit({ from: 0, to: site.now, limit: 10 })).map(
        ({ action, deviceId, agentId, by, note }) => [action, deviceId, agentId, by, note].join(' | '),
      );
      expect(told).toContain('moved | d1 | a1 | app | moved to d2');
    });

    it('what an agent does to a display by its id is done as long as it is theirs: not once it was taken over', async () => {
      const { site, store } = await begin();
      await counter(store, 'd1', 'a1');
      await register(store, 'd2');
      const own = (id: string, agentId: string) => ({ kind: 'own-device', id, agentId }) as const;
      const content = { type: 'display_qr', hasPicture: false, qrText: 'pay' } as const;
      expect((await store.enqueue({ target: own('d1', 'a1'), content })).deviceId).toBe('d1');
      await link(store, 'a2', 'd1', true);
      for (const target of [own('d1', 'a1'), own('d2', 'a1'), own('d9', 'a1')]) {
        expect(await refusal(store.enqueue({ target, content }))).toBe('forbidden');
        expect(await refusal(store.startRotation(target, 'closed'))).toBe('forbidden');
      }
      expect((await store.startRotation(own('d1', 'a2'), 'closed')).deviceId).toBe('d1');
      site.now += 12 * 3_600_000;
      expect(await refusal(store.enqueue({ target: own('d1', 'a2'), content }))).toBe('forbidden');
    });

    it('is released at log-out and after LINK_HOURS, and survives registering again and a restart', async () => {
      const { site, store } = await begin();
      await counter(store, 'd1', 'a1');
      site.now += 12 * 3_600_000 - 1;
      await register(store, 'd1');
      const again = await reopen(site);
      expect((await again.agentDevice('a1'))?.deviceId).toBe('d1');
      await link(again, 'a1', 'd1');
      site.now += 12 * 3_600_000 - 1;
      expect((await again.agentDevice('a1'))?.deviceId).toBe('d1');
      site.now += 1;
      expect(await again.agentDevice('a1')).toBeUndefined();
      expect(await refusal(post(again, 'a1', 'pay'))).toBe('unknown_agent');
      await again.sweep();
      await link(again, 'a2', 'd1');
      await again.unlinkAgent('a2', 'app');
      await again.unlinkDevice('d1', 'admin');
      expect((await again.device('d1'))?.link).toBeNull();
    });

    it('a pairing code works once, for five minutes, and only the newest one', async () => {
      const { site, store } = await begin();
      await register(store, 'd1');
      const byCode = (code: string) =>
        store.link({
          agentId: 'a1',
          agentName: null,
          display: { kind: 'pairing_code', code },
          takeover: false,
          by: 'app',
        });
      const first = await store.createPairing('d1');
      const second = await store.createPairing('d1');
      expect(second.code).toMatch(/^[ACDEFGHJKMNPQRTWXY34679]{6}$/);
      expect(await refusal(byCode(first.code))).toBe('unknown_pairing_code');
      await byCode(second.code);
      expect(await refusal(byCode(second.code))).toBe('unknown_pairing_code');
      const third = await store.createPairing('d1');
      site.now += 5 * 60_000;
      expect(await refusal(byCode(third.code))).toBe('unknown_pairing_code');
    });

    it('keeps every change of links and devices, newest first, with who asked', async () => {
      const { site, store } = await begin();
      const tick = (): number => ++site.now;
      await register(store, 'd1');
      tick();
      await link(store, 'a1', 'd1');
      tick();
      await link(store, 'a1', 'd1');
      tick();
      await link(store, 'a2', 'd1', true);
      tick();
      await store.unlinkAgent('a2', 'agent');
      const all = await store.audit({ from: 0, to: site.now, limit: 100 });
      expect(all.map(({ action }) => action).sort()).toEqual(
        ['registered', 'linked', 'link_renewed', 'taken_over', 'linked', 'unlinked'].sort(),
      );
      expect(all[0]).toMatchObject({ at: site.now, action: 'unlinked', deviceId: 'd1', agentId: 'a2', by: 'agent' });
      expect(all.at(-1)?.action).toBe('registered');
      const ofA1 = await store.audit({ from: 0, to: site.now, agentId: 'a1', limit: 2 });
      expect(ofA1.map(({ action }) => action)).toEqual(['taken_over', 'link_renewed']);
      expect(await store.audit({ from: 0, to: site.now, deviceId: 'd2', limit: 9 })).toEqual([]);
    });
  });
}
