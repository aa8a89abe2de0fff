/** What every store must do, whatever it keeps its records in. Clocks are the test's. */
import { afterEach, describe, expect, it } from 'vitest';
import type { LedgerStore } from '../../relay/store/ledger-store.ts';
import { until } from '../rig/wait.ts';
import type { MakeSite, Setup, Site, TestStore } from './store-harness.ts';
import { counter, link, post, refusal, register, report, take } from './store-steps.ts';

export function storeContract(name: string, makeSite: MakeSite): void {
  const sites: Site[] = [];
  const opened: TestStore[] = [];

  async function begin(setup?: Setup): Promise<{ site: Site; store: LedgerStore }> {
    const site = makeSite(setup);
    sites.push(site);
    return { site, store: await open(site) };
  }

  async function open(site: Site): Promise<LedgerStore> {
    const one = await site.open();
    opened.push(one);
    return one.store;
  }

  /** As a relay that is stopped and started. */
  async function reopen(site: Site): Promise<LedgerStore> {
    for (const one of opened.splice(0)) await one.close();
    return open(site);
  }

  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close();
    for (const site of sites.splice(0)) await site.remove();
  });

  const stateOf = async (store: LedgerStore, id: string): Promise<string> => {
    const { state, reason } = await store.command(id);
    return reason === null ? state : `${state} ${reason}`;
  };

  describe(`store contract: ${name}`, () => {
    describe('life of a command', () => {
      it('leads a QR from the post to the glass and off it, with the time of each stage', async () => {
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

      it('tells "never delivered" from "taken off the glass by time"', async () => {
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

      it('latest: a new QR supersedes those that wait, and the one on the glass is replaced when it is shown', async () => {
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
        expect(await stateOf(store, first.commandId)).toBe('superseded superseded_by_newer');
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
        store.heard('d1', {});
        const first = await post(store, 'a1', 'pay', { key: 'k' });
        expect(first.deviceOnline).toBe(true);
        site.now += 24 * 3_600_000 - 1;
        expect(await post(store, 'a1', 'pay', { key: 'k' })).toEqual(first);
        expect(await refusal(post(store, 'a1', 'other', { key: 'k' }))).toBe('idempotency_mismatch');
        await link(store, 'a1', 'd1');
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

    describe('clearing', () => {
      it('a QR on the glass is cleared by a command, and ends when the display has confirmed it', async () => {
        const { store } = await begin();
        await counter(store, 'd1', 'a1');
        const { commandId } = await post(store, 'a1', 'pay');
        await take(store, 'd1');
        await report(store, 'd1', commandId, 'success');
        const answer = await store.startRotation({ kind: 'agent', id: 'a1' }, 'closed');
        expect(await store.startRotation({ kind: 'device', id: 'd1' }, 'paid')).toEqual(answer);
        expect(await store.clear(commandId, 'closed')).toEqual(answer);
        expect(await store.command(commandId)).toMatchObject({ state: 'displayed', clearing: 'closed' });
        const [clearer] = await take(store, 'd1');
        expect(clearer).toMatchObject({ command_id: answer.commandId, type: 'start_rotation', clears: commandId });
        expect(clearer).not.toHaveProperty('display_seconds');
        expect(await report(store, 'd1', clearer.command_id, 'success')).toEqual({ state: 'cleared', reason: 'done' });
        expect(await stateOf(store, commandId)).toBe('cleared closed');
        expect(await store.clear(commandId, 'paid')).toEqual(answer);
      });

      it('cancel: one that nobody took ends at once, one that may be on the glass is taken off', async () => {
        const { site, store } = await begin();
        await counter(store, 'd1', 'a1');
        const waiting = await post(store, 'a1', 'one');
        expect(await store.cancel(waiting.commandId, 'admin')).toEqual({ deviceId: 'd1', commandId: null });
        expect(await stateOf(store, waiting.commandId)).toBe('cancelled cancelled_by_admin');
        const taken = await post(store, 'a1', 'two');
        await take(store, 'd1');
        const { commandId: by } = await store.cancel(taken.commandId, 'app');
        expect(by).not.toBeNull();
        site.now += 15_000;
        await store.sweep();
        expect(await stateOf(store, taken.commandId)).toBe('cancelled cancelled');
        expect((await take(store, 'd1')).map(({ command_id }) => command_id)).toEqual([by]);
        expect(await refusal(store.cancel(by ?? '', 'app'))).toBe('bad_request');
        expect(await refusal(store.cancel('none', 'app'))).toBe('unknown_command');
      });

      it('with nothing on the glass, rotation is started once however often it is asked for', async () => {
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
        // It lives as long as the code could have been on the glass.
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

      it('an admin hands a command out again at once, unless it is on the glass or over', async () => {
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
    });

    describe('links', () => {
      it('no call picks a display that was not named', async () => {
        const { store } = await begin();
        await register(store, 'd1');
        expect(await refusal(post(store, 'a1', 'pay'))).toBe('unknown_agent');
        expect(await refusal(link(store, 'a1', 'd9'))).toBe('unknown_device');
        const named = (display: Parameters<LedgerStore['link']>[0]['display']) =>
          store.link({ agentId: 'a1', agentName: 'Ann', display, takeover: false, by: 'app' });
        expect(await refusal(named({ kind: 'computer_name', name: 'none' }))).toBe('unknown_device');
        expect(await refusal(named({ kind: 'pairing_code', code: 'AAAAAA' }))).toBe('unknown_pairing_code');
        expect((await named({ kind: 'computer_name', name: ' pc OF d1 ' })).deviceId).toBe('d1');
        await register(store, 'd2', { computerName: 'PC of d1' });
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
        const { store } = await begin();
        await counter(store, 'd1', 'a1');
        await register(store, 'd2');
        await link(store, 'a1', 'd2');
        expect((await post(store, 'a1', 'pay')).deviceId).toBe('d2');
        await link(store, 'a2', 'd1');
      });

      it('is released at log-out and after LINK_HOURS, and survives registering again and a restart', async () => {
        const { site, store } = await begin();
        await counter(store, 'd1', 'a1');
        site.now += 12 * 3_600_000 - 1;
        await register(store, 'd1');
        const again = await reopen(site);
        expect((await again.agentDevice('a1'))?.deviceId).toBe('d1');
        await link(again, 'a1', 'd1');
        site.now += 12 * 3_600_000;
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

    describe('devices', () => {
      it('a known id needs its own token, or an admin, or an admin’s leave', async () => {
        const { site, store } = await begin();
        await register(store, 'd1');
        const as = (presentedHash: string | null, more: { mayEnrol?: boolean; mayReEnrol?: boolean } = {}) =>
          store.register({
            deviceId: 'd1',
            computerName: 'Else',
            comPort: 'COM3',
            version: '2',
            kind: 'tray',
            presentedHash,
            newHash: 'new',
            mayEnrol: true,
            mayReEnrol: false,
            ...more,
          });
        expect(await refusal(as(null))).toBe('device_exists');
        expect(await refusal(as('wrong'))).toBe('device_exists');
        expect(await refusal(as(null, { mayEnrol: false }))).toBe('unauthorized');
        expect(await as('hash of d1', { mayEnrol: false })).toEqual({ isNewToken: false });
        expect(await store.device('d1')).toMatchObject({
          computerName: 'PC of d1',
          comPort: 'COM3',
          version: '2',
          kind: 'tray',
        });
        await store.changeDevice('d1', { kind: 'revoke' }, 'admin');
        expect(await refusal(as('hash of d1'))).toBe('device_exists');
        await store.changeDevice('d1', { kind: 'allow_reenrol', forMs: 1_000 }, 'admin');
        site.now += 999;
        expect(await as(null)).toEqual({ isNewToken: true });
        expect(await refusal(as(null))).toBe('device_exists');
        expect(await as(null, { mayReEnrol: true })).toEqual({ isNewToken: true });
      });

      it('renames, sets and removes; what was open for a removed display ends', async () => {
        const { store } = await begin();
        await counter(store, 'd1', 'a1');
        await register(store, 'd2', { computerName: 'PC of d1' });
        await store.changeDevice('d1', { kind: 'rename', computerName: 'Desk 1' }, 'admin');
        await store.changeDevice('d1', { kind: 'settings', settings: { caption: 'always' } }, 'admin');
        await store.changeDevice('d1', { kind: 'settings', settings: { rotate: 180 } as never }, 'admin');
        expect(await store.device('d1')).toMatchObject({ computerName: 'Desk 1', settings: { caption: 'always' } });
        const { commandId } = await post(store, 'a1', 'pay');
        await store.createPairing('d1');
        await store.removeDevice('d1', 'admin');
        expect(await stateOf(store, commandId)).toBe('failed device_removed');
        expect(await store.device('d1')).toBeUndefined();
        expect(await refusal(Promise.resolve(store.claim('d1')))).toBe('unknown_device');
        expect(await refusal(store.removeDevice('d1', 'admin'))).toBe('unknown_device');
        expect((await store.devices()).map(({ device }) => device.deviceId)).toEqual(['d2']);
        await store.removeDevice('d2', 'admin');
        expect(await store.devices()).toEqual([]);
      });

      it('an approval lets in its own display, once, and takes no working display’s place', async () => {
        const { store } = await begin();
        const ask = async (requestId: string, deviceId: string, secretHash = 's') => {
          await store.requestEnrolment({ requestId, secretHash, deviceId, computerName: 'PC' });
          await store.decideEnrolment(requestId, 'approved', 'admin');
        };
        const come = (requestId: string, deviceId: string, presentedHash: string) =>
          store.register({
            deviceId,
            computerName: 'PC',
            comPort: null,
            version: null,
            kind: 'kiosk',
            presentedHash,
            newHash: 'token',
            mayEnrol: false,
            mayReEnrol: false,
            requestId,
          });
        await store.requestEnrolment({ requestId: 'r0', secretHash: 's', deviceId: 'd1', computerName: 'PC' });
        expect(await refusal(come('r0', 'd1', 's'))).toBe('unauthorized');
        await ask('r1', 'd1');
        expect(await refusal(come('r1', 'd2', 's'))).toBe('unauthorized');
        expect(await refusal(come('r1', 'd1', 'guess'))).toBe('unauthorized');
        expect(await refusal(come('r9', 'd1', 's'))).toBe('unauthorized');
        expect(await come('r1', 'd1', 's')).toEqual({ isNewToken: true });
        expect(await refusal(come('r1', 'd1', 's'))).toBe('unauthorized');
        expect((await store.enrolments()).map(({ requestId }) => requestId)).toEqual(['r0']);
        await ask('r2', 'd1');
        expect(await refusal(come('r2', 'd1', 's'))).toBe('device_exists');
        await store.changeDevice('d1', { kind: 'revoke' }, 'admin');
        expect(await come('r2', 'd1', 's')).toEqual({ isNewToken: true });
      });

      it('counts what each display did today', async () => {
        const { site, store } = await begin();
        await counter(store, 'd1', 'a1');
        const shown = await post(store, 'a1', 'one');
        await take(store, 'd1');
        site.now += 2_000;
        await report(store, 'd1', shown.commandId, 'success');
        const failed = await post(store, 'a1', 'two');
        await take(store, 'd1');
        await report(store, 'd1', failed.commandId, 'error');
        const counts = { qrToday: 2, errorsToday: 1, shownToday: 1, shownMsToday: 2_000, qrTotal: 2 };
        expect((await store.device('d1'))?.counts).toMatchObject(counts);
        site.now += 24 * 3_600_000;
        await link(store, 'a1', 'd1');
        await post(store, 'a1', 'three');
        expect((await store.device('d1'))?.counts).toMatchObject({
          qrToday: 1,
          errorsToday: 0,
          shownToday: 0,
          qrTotal: 3,
        });
      });

      it('is online for nearly 9 s after its last word, and says what it heard', async () => {
        const { site, store } = await begin();
        await register(store, 'd1');
        expect(await store.isOnline('d1')).toBe(false);
        store.heard('d1', { display: 'ready' });
        expect(await store.isOnline('d1')).toBe(true);
        expect(await store.presence('d1')).toMatchObject({ heardAt: site.now, display: 'ready' });
        store.hold('d1', 2_000);
        site.now += 2_000;
        store.release('d1', true);
        site.now += 6_600;
        expect((await store.devices())[0]).toMatchObject({ online: true });
        site.now += 1;
        expect((await store.devices())[0]).toMatchObject({ online: false, presence: { display: 'ready' } });
        expect(await store.isOnline('d1')).toBe(false);
      });

      it('a kiosk without a key waits for an admin', async () => {
        const { site, store } = await begin();
        const ask = (requestId: string) =>
          store.requestEnrolment({ requestId, secretHash: 'h', deviceId: 'd1', computerName: 'PC' });
        const { code, verdict } = await ask('r1');
        expect({ verdict, chars: code.length }).toEqual({ verdict: 'waiting', chars: 6 });
        expect((await store.enrolments()).map(({ requestId }) => requestId)).toEqual(['r1']);
        await store.decideEnrolment('r1', 'approved', 'admin');
        expect((await store.enrolment('r1'))?.verdict).toBe('approved');
        await ask('r2');
        await store.decideEnrolment('r2', 'denied', 'admin');
        site.now += 15 * 60_000;
        expect(await store.enrolment('r1')).toBeUndefined();
        expect(await store.enrolments()).toEqual([]);
        expect(await refusal(store.decideEnrolment('r1', 'denied', 'admin'))).toBe('unknown_request');
        await Promise.all(Array.from({ length: 200 }, (_, n) => ask(`many ${n}`)));
        expect(await refusal(ask('one more'))).toBe('rate_limited');
      });
    });

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
    });

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
  });
}
