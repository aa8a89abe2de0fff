/** One command from the post to its end: leases, expiry, reports. */
import { describe, expect, it } from 'vitest';
import { counter, post, refusal, report, take } from '../store-steps.ts';
import { stateOf, type Sites } from './sites.ts';

export function commandLife({ begin }: Sites): void {
  describe('life of a command', () => {
    it('leads a QR from the post to the screen and off it, with the time of each stage', async () => {
      const { site, store } = await begin();
      await counter(store, 'd1', 'a1');
      const { commandId, deviceId, deviceOnline } = await post(store, 'a1', 'pay', { policyNumber: 'P1' });
      expect({ deviceId, deviceOnline }).toEqual({ deviceId: 'd1', deviceOnline: false });
      expect(await stateOf(store, commandId)).toBe('pending');
      site.now += 10;
      const [command] = await take(store, 'd1');
      expect(command).toMatchObject({
        command_id: commandId,
        type: 'display_qr',
        qr_text: 'pay',
        customer_name: 'Jane Doe',
        policy_number: 'P1',
        expires_in_ms: 299_990,
        retry_count: 0,
        display_seconds: 300,
      });
      site.now += 10;
      expect(await report(store, 'd1', commandId, 'received')).toEqual({ state: 'delivered', reason: null });
      site.now += 10;
      await report(store, 'd1', commandId, 'uploading');
      site.now += 10;
      expect(await report(store, 'd1', commandId, 'success')).toEqual({ state: 'displayed', reason: null });
      site.now += 10;
      expect(await report(store, 'd1', commandId, 'cleared', 'timeout')).toEqual({
        state: 'cleared',
        reason: 'timeout',
      });
      const facts = await store.command(commandId);
      const t = site.now - 50;
      expect(facts).toMatchObject({
        state: 'cleared',
        reason: 'timeout',
        agentId: 'a1',
        deviceId: 'd1',
        deliveries: 1,
        createdAt: t,
        deliveredAt: t + 10,
        receivedAt: t + 20,
        uploadingAt: t + 30,
        displayedAt: t + 40,
        endedAt: t + 50,
      });
    });

    it('hands out nothing twice while its lease runs, and again after it, three times at most', async () => {
      const { site, store } = await begin();
      await counter(store, 'd1', 'a1');
      const { commandId } = await post(store, 'a1', 'pay');
      for (const retry of [0, 1, 2]) {
        const taken = await take(store, 'd1');
        expect(taken.map((one) => [one.command_id, one.retry_count])).toEqual([[commandId, retry]]);
        expect(await take(store, 'd1')).toEqual([]);
        site.now += 14_999;
        expect(await take(store, 'd1')).toEqual([]);
        site.now += 1;
      }
      expect(await take(store, 'd1')).toEqual([]);
      expect(await stateOf(store, commandId)).toBe('failed unreported');
    });

    it('renews the lease with every report of progress', async () => {
      const { site, store } = await begin();
      await counter(store, 'd1', 'a1');
      const { commandId } = await post(store, 'a1', 'pay');
      await take(store, 'd1');
      for (const status of ['received', 'uploading', 'uploading'] as const) {
        site.now += 14_000;
        await report(store, 'd1', commandId, status);
      }
      site.now += 14_000;
      expect(await take(store, 'd1')).toEqual([]);
      expect(await report(store, 'd1', commandId, 'success')).toEqual({ state: 'displayed', reason: null });
    });

    it('expires what nobody took in time, and never hands it out later', async () => {
      const { site, store } = await begin();
      await counter(store, 'd1', 'a1');
      const { commandId } = await post(store, 'a1', 'pay', { ttlMs: 60_000 });
      site.now += 60_000;
      expect(await take(store, 'd1')).toEqual([]);
      expect(await stateOf(store, commandId)).toBe('expired expired_undelivered');
    });

    it('tells "never delivered" from "taken off the screen by time"', async () => {
      const { site, store } = await begin();
      await counter(store, 'd1', 'a1');
      const { commandId } = await post(store, 'a1', 'pay', { displayMs: 120_000 });
      await take(store, 'd1');
      await report(store, 'd1', commandId, 'success');
      site.now += 120_000;
      await store.sweep();
      expect(await stateOf(store, commandId)).toBe('displayed');
      await report(store, 'd1', commandId, 'cleared');
      expect(await stateOf(store, commandId)).toBe('cleared timeout');
    });

    it('ends a QR of which the display never said that it is gone', async () => {
      const { site, store } = await begin();
      await counter(store, 'd1', 'a1');
      const { commandId } = await post(store, 'a1', 'pay');
      await take(store, 'd1');
      await report(store, 'd1', commandId, 'success');
      site.now += 300_000 + 59_999;
      await store.sweep();
      expect(await stateOf(store, commandId)).toBe('displayed');
      site.now += 1;
      await store.sweep();
      expect(await stateOf(store, commandId)).toBe('cleared disconnected');
    });

    it('answers a repeated or late report with how it stands, and changes nothing', async () => {
      const { site, store } = await begin();
      await counter(store, 'd1', 'a1');
      const { commandId } = await post(store, 'a1', 'pay');
      await take(store, 'd1');
      await report(store, 'd1', commandId, 'success');
      const shown = await store.command(commandId);
      site.now += 1_000;
      for (const late of ['received', 'uploading', 'success', 'failed', 'error'] as const)
        expect(await report(store, 'd1', commandId, late)).toEqual({ state: 'displayed', reason: null });
      expect(await store.command(commandId)).toEqual(shown);
      await report(store, 'd1', commandId, 'cleared', 'closed');
      const over = await store.command(commandId);
      site.now += 1_000;
      for (const late of ['received', 'success', 'failed', 'cleared'] as const)
        expect(await report(store, 'd1', commandId, late)).toEqual({ state: 'cleared', reason: 'closed' });
      expect(await store.command(commandId)).toEqual(over);
    });

    it("refuses reports on another device's command, on one not handed out, and on none", async () => {
      const { store } = await begin();
      await counter(store, 'd1', 'a1');
      await counter(store, 'd2', 'a2');
      const { commandId } = await post(store, 'a1', 'pay');
      expect(await refusal(report(store, 'd1', commandId, 'success'))).toBe('unknown_command');
      await take(store, 'd1');
      expect(await refusal(report(store, 'd2', commandId, 'success'))).toBe('unknown_command');
      expect(await refusal(report(store, 'd1', 'none', 'success'))).toBe('unknown_command');
      expect(await refusal(report(store, 'd9', commandId, 'success'))).toBe('unknown_device');
      await report(store, 'd1', commandId, 'failed', 'bad_picture');
      expect(await refusal(report(store, 'd2', commandId, 'success'))).toBe('unknown_command');
      expect(await stateOf(store, commandId)).toBe('failed bad_picture');
      const other = await post(store, 'a2', 'pay');
      const never = await store.cancel(other.commandId, 'app');
      expect(never.commandId).toBeNull();
      expect(await refusal(report(store, 'd2', other.commandId, 'success'))).toBe('unknown_command');
    });
  });
}
