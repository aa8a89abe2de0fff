/** Taking a QR off the screen: rotation, cancel, payment. */
import { describe, expect, it } from 'vitest';
import { counter, post, refusal, register, report, take } from '../store-steps.ts';
import { stateOf, type Sites } from './sites.ts';

export function clearing({ begin }: Sites): void {
  describe('clearing', () => {
    it('a QR on the screen is cleared by a command, and ends when the display has confirmed it', async () => {
      const { store } = await begin();
      await counter(store, 'd1', 'a1');
      const { commandId } = await post(store, 'a1', 'pay');
      await take(store, 'd1');
      await report(store, 'd1', commandId, 'success');
      const answer = await store.startRotation({ kind: 'agent', id: 'a1' }, 'closed');
      expect(await store.startRotation({ kind: 'device', id: 'd1' }, 'cancelled')).toEqual(answer);
      expect(await store.clear(commandId, 'closed')).toEqual(answer);
      expect(await store.command(commandId)).toMatchObject({ state: 'displayed', clearing: 'closed' });
      const [clearer] = await take(store, 'd1');
      expect(clearer).toMatchObject({ command_id: answer.commandId, type: 'start_rotation', clears: commandId });
      expect(clearer).not.toHaveProperty('display_seconds');
      expect(await report(store, 'd1', clearer.command_id, 'success')).toEqual({ state: 'cleared', reason: 'done' });
      expect(await stateOf(store, commandId)).toBe('cleared closed');
      expect(await store.clear(commandId, 'paid')).toEqual(answer);
    });

    it('cancel: one that nobody took ends at once, one that may be on the screen is taken off', async () => {
      const { site, store } = await begin();
      await counter(store, 'd1', 'a1');
      const waiting = await post(store, 'a1', 'one');
      expect(await store.cancel(waiting.commandId, 'admin')).toEqual({ deviceId: 'd1', commandId: null });
      expect(await stateOf(store, waiting.commandId)).toBe('cancelled cancelled_by_admin');
      const taken = await post(store, 'a1', 'two');
      await take(store, 'd1');
      const uploading = { deviceId: 'd1', commandId: taken.commandId, status: 'uploading' } as const;
      expect(await store.report(uploading)).toMatchObject({ state: 'delivered', clearing: null });
      const { commandId: by } = await store.cancel(taken.commandId, 'app');
      expect(by).not.toBeNull();
      // The display that is still sending it learns by its next report that it may stop.
      expect(await store.report(uploading)).toEqual({ state: 'delivered', reason: null, clearing: 'cancelled' });
      site.now += 15_000;
      await store.sweep();
      expect(await stateOf(store, taken.commandId)).toBe('cancelled cancelled');
      expect(await store.report(uploading)).toEqual({ state: 'cancelled', reason: 'cancelled', clearing: null });
      expect((await take(store, 'd1')).map(({ command_id }) => command_id)).toEqual([by]);
      expect(await refusal(store.cancel(by ?? '', 'app'))).toBe('bad_request');
      expect(await refusal(store.cancel('none', 'app'))).toBe('unknown_command');
    });

    it('with nothing on the screen, rotation is started once however often it is asked for', async () => {
      const { store } = await begin();
      await counter(store, 'd1', 'a1');
      const first = await store.startRotation({ kind: 'device', id: 'd1' }, 'closed');
      expect(await store.startRotation({ kind: 'agent', id: 'a1' }, 'closed')).toEqual(first);
      expect((await take(store, 'd1')).map(({ type }) => type)).toEqual(['start_rotation']);
      await register(store, 'd2');
      await store.startRotation({ kind: 'device', id: 'd2' }, 'closed');
      expect(await take(store, 'd2')).toHaveLength(1);
    });

    it('payment by command, policy number or reference; repeated: the same answer; unknown: refused', async () => {
      const { site, store } = await begin();
      await counter(store, 'd1', 'a1');
      const { commandId } = await post(store, 'a1', 'pay', { policyNumber: 'P1', reference: 'R1' });
      await take(store, 'd1');
      await report(store, 'd1', commandId, 'success');
      const paid = await store.paid({ kind: 'policy', value: 'P1' });
      expect(paid).toMatchObject({ paidCommandId: commandId, deviceId: 'd1' });
      expect(await store.paid({ kind: 'reference', value: 'R1' })).toEqual(paid);
      expect(await store.paid({ kind: 'command', id: commandId })).toEqual(paid);
      const [command] = await take(store, 'd1');
      expect(command).toMatchObject({ type: 'show_paid', clears: commandId, reason: 'paid' });
      await report(store, 'd1', command.command_id, 'success');
      expect(await stateOf(store, commandId)).toBe('cleared paid');
      expect(await store.paid({ kind: 'policy', value: 'P1' })).toEqual(paid);
      for (const kind of ['policy', 'reference'] as const)
        expect(await refusal(store.paid({ kind, value: 'other' }))).toBe('unknown_command');
      site.now += 24 * 3_600_000;
      expect(await refusal(store.findPayment({ kind: 'policy', value: 'P1' }))).toBe('unknown_command');
    });

    it('a reference that was paid goes on meaning the code that was paid, whatever is posted after it', async () => {
      const { store } = await begin();
      await counter(store, 'd1', 'a1');
      for (const kind of ['reference', 'command'] as const) {
        const reference = `by ${kind}`;
        const first = await post(store, 'a1', 'one', { reference });
        await take(store, 'd1');
        await report(store, 'd1', first.commandId, 'success');
        const name = kind === 'reference' ? { kind, value: reference } : { kind, id: first.commandId };
        const paid = await store.paid(name);
        const second = await post(store, 'a1', 'two', { reference });
        expect(await store.paid({ kind: 'reference', value: reference })).toEqual(paid);
        expect(await store.command(second.commandId)).toMatchObject({ clearing: null });
        await store.cancel(second.commandId, 'app');
      }
    });

    it('that a policy number was paid, told again within two minutes, means the code that was paid; later the one that is open', async () => {
      const { site, store } = await begin();
      await counter(store, 'd1', 'a1');
      const show = async (text: string) => {
        const { commandId } = await post(store, 'a1', text, { policyNumber: 'P1' });
        await take(store, 'd1');
        await report(store, 'd1', commandId, 'success');
        return commandId;
      };
      const policy = { kind: 'policy', value: 'P1' } as const;
      const first = await show('one');
      const paid = await store.paid(policy);
      const second = await show('two');
      site.now += 119_000;
      expect(await store.paid(policy)).toEqual(paid);
      expect(await stateOf(store, second)).toBe('displayed');
      // Only that it was paid: what is called off is what is open.
      expect(await store.findPayment(policy)).toBe(second);
      site.now += 1_000;
      expect(await store.paid(policy)).toMatchObject({ paidCommandId: second });
      expect(paid).toMatchObject({ paidCommandId: first });
    });

    it('of several codes of one policy number the open one is meant, otherwise the newest', async () => {
      const { store } = await begin({ rules: { queuePolicy: 'fifo' } });
      await counter(store, 'd1', 'a1');
      const ids = [];
      for (let n = 0; n < 10; n++) ids.push((await post(store, 'a1', `qr ${n}`, { policyNumber: 'P1' })).commandId);
      for (const id of ids.slice(8)) await store.cancel(id, 'app');
      expect(await store.findPayment({ kind: 'policy', value: 'P1' })).toBe(ids[7]);
      for (const id of ids.slice(0, 8)) await store.cancel(id, 'app');
      expect(await store.findPayment({ kind: 'policy', value: 'P1' })).toBe(ids[9]);
    });

    it('a clearing that nobody needs any more does not take away the next code; "paid" is still shown', async () => {
      const { site, store } = await begin();
      await counter(store, 'd1', 'a1');
      const first = await post(store, 'a1', 'one');
      await take(store, 'd1');
      await report(store, 'd1', first.commandId, 'success');
      const { commandId: rotation } = await store.clear(first.commandId, 'closed');
      await report(store, 'd1', first.commandId, 'cleared', 'timeout');
      expect(await stateOf(store, rotation ?? '')).toBe('superseded superseded_by_newer');
      const second = await post(store, 'a1', 'two');
      await take(store, 'd1');
      await report(store, 'd1', second.commandId, 'success');
      const { commandId: paid } = await store.paid({ kind: 'command', id: second.commandId });
      await report(store, 'd1', second.commandId, 'cleared', 'timeout');
      expect(await stateOf(store, paid ?? '')).toBe('pending');
      // It lives as long as the code could have been on the screen.
      site.now += 300_000 + 59_999;
      await store.sweep();
      expect(await stateOf(store, paid ?? '')).toBe('pending');
      site.now += 1;
      await store.sweep();
      expect(await stateOf(store, paid ?? '')).toBe('expired expired_undelivered');
    });

    it('a clearing that the display could not carry out may be asked for again', async () => {
      const { store } = await begin();
      await counter(store, 'd1', 'a1');
      const { commandId } = await post(store, 'a1', 'one');
      await take(store, 'd1');
      await report(store, 'd1', commandId, 'success');
      const first = await store.clear(commandId, 'closed');
      await take(store, 'd1');
      await report(store, 'd1', first.commandId ?? '', 'failed', 'display_unplugged');
      expect(await store.command(commandId)).toMatchObject({ state: 'displayed', clearing: null });
      expect((await store.clear(commandId, 'closed')).commandId).not.toBe(first.commandId);
    });

    it('a called-off QR of which nobody said what became of it is still taken off, but not when a newer one took its place', async () => {
      const { site, store } = await begin();
      await counter(store, 'd1', 'a1');
      const first = await post(store, 'a1', 'one');
      await take(store, 'd1');
      const { commandId: by } = await store.cancel(first.commandId, 'app');
      site.now += 1;
      await post(store, 'a1', 'two');
      site.now += 15_000;
      await store.sweep();
      expect(await stateOf(store, first.commandId)).toBe('cancelled cancelled');
      expect(await stateOf(store, by ?? '')).toBe('superseded superseded_by_newer');
      expect((await take(store, 'd1')).map(({ qr_text }) => qr_text)).toEqual(['two']);
    });

    describe.each(['latest', 'fifo'] as const)('with %s, of a newer QR', (queuePolicy) => {
      it.each([
        ['that failed', 'report', 'failed display_failed'],
        ['that nobody took in time', 'wait', 'expired expired_undelivered'],
        ['that was handed out and never heard of', 'take and wait', 'failed unreported'],
      ] as const)('%s, the older one is taken off as well', async (_what, how, end) => {
        const { site, store } = await begin({ rules: { queuePolicy } });
        await counter(store, 'd1', 'a1');
        const first = await post(store, 'a1', 'one');
        await take(store, 'd1');
        await report(store, 'd1', first.commandId, 'success');
        const second = await post(store, 'a1', 'two', { ttlMs: 20_000 });
        if (how !== 'wait') await take(store, 'd1');
        if (how === 'report') await report(store, 'd1', second.commandId, 'failed');
        else {
          site.now += 20_000;
          await store.sweep();
        }
        expect(await stateOf(store, second.commandId)).toBe(end);
        expect(await store.command(first.commandId)).toMatchObject({ state: 'displayed', clearing: 'replaced' });
        const [clearer] = await take(store, 'd1');
        expect(clearer).toMatchObject({ type: 'start_rotation', clears: first.commandId, reason: 'closed' });
        // The display repeats the word that it was given.
        const ended = { state: 'cleared', reason: 'replaced' };
        expect(await report(store, 'd1', first.commandId, 'cleared', 'closed')).toEqual(ended);
        expect(await report(store, 'd1', clearer.command_id, 'success')).toEqual({ state: 'cleared', reason: 'done' });
      });

      it('that failed, a display that takes the older one off by itself is not told to', async () => {
        const { store } = await begin({ rules: { queuePolicy } });
        await counter(store, 'd1', 'a1');
        const first = await post(store, 'a1', 'one');
        await take(store, 'd1');
        await report(store, 'd1', first.commandId, 'success');
        const second = await post(store, 'a1', 'two');
        await take(store, 'd1');
        await report(store, 'd1', second.commandId, 'failed');
        await report(store, 'd1', first.commandId, 'cleared', 'replaced');
        expect(await stateOf(store, first.commandId)).toBe('cleared replaced');
        expect(await take(store, 'd1')).toEqual([]);
      });

      it('that failed, a still newer one replaces the older one, and nothing takes that off', async () => {
        const { store } = await begin({ rules: { queuePolicy } });
        await counter(store, 'd1', 'a1');
        const first = await post(store, 'a1', 'one');
        await take(store, 'd1');
        await report(store, 'd1', first.commandId, 'success');
        const second = await post(store, 'a1', 'two');
        await take(store, 'd1');
        const third = await post(store, 'a1', 'three');
        await report(store, 'd1', second.commandId, 'failed');
        expect((await take(store, 'd1')).map(({ command_id }) => command_id)).toEqual([third.commandId]);
        await report(store, 'd1', third.commandId, 'success');
        expect(await stateOf(store, first.commandId)).toBe('cleared replaced');
        expect(await take(store, 'd1')).toEqual([]);
      });
    });

    it('latest: a QR that is still being sent is called off when a newer one expires; fifo: it has its turn', async () => {
      for (const [queuePolicy, clearing] of [
        ['latest', 'replaced'],
        ['fifo', null],
      ] as const) {
        const { site, store } = await begin({ rules: { queuePolicy } });
        await counter(store, 'd1', 'a1');
        const { commandId } = await post(store, 'a1', 'one');
        await take(store, 'd1');
        await post(store, 'a1', 'two', { ttlMs: 5_000 });
        site.now += 5_000;
        await store.sweep();
        expect(await store.report({ deviceId: 'd1', commandId, status: 'uploading' })).toMatchObject({ clearing });
      }
    });

    it('an admin hands a command out again at once, unless it is on the screen or over', async () => {
      const { store } = await begin();
      await counter(store, 'd1', 'a1');
      const { commandId } = await post(store, 'a1', 'one');
      await take(store, 'd1');
      expect(await store.retry(commandId)).toEqual({ deviceId: 'd1', commandId });
      expect(await take(store, 'd1')).toHaveLength(1);
      await report(store, 'd1', commandId, 'success');
      expect(await refusal(store.retry(commandId))).toBe('command_ended');
      await report(store, 'd1', commandId, 'cleared');
      expect(await refusal(store.retry(commandId))).toBe('command_ended');
      expect(await refusal(store.retry('none'))).toBe('unknown_command');
    });

    it('not even an admin hands out what was called off, or anything a fourth time', async () => {
      const { store } = await begin();
      await counter(store, 'd1', 'a1');
      const off = await post(store, 'a1', 'one');
      await take(store, 'd1');
      await store.cancel(off.commandId, 'app');
      expect(await refusal(store.retry(off.commandId))).toBe('command_ended');
      expect((await take(store, 'd1')).map(({ type }) => type)).toEqual(['start_rotation']);
      await counter(store, 'd2', 'a2');
      const { commandId } = await post(store, 'a2', 'two');
      for (const hand of [1, 2, 3]) {
        expect(await take(store, 'd2')).toHaveLength(1);
        if (hand < 3) await store.retry(commandId);
      }
      expect(await refusal(store.retry(commandId))).toBe('command_ended');
      expect(await take(store, 'd2')).toEqual([]);
    });
  });
}
