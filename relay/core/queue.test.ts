/**
 * Corners of the queue that the store contract does not come by; with it, every branch of relay/core
 * (tests/structure/core-coverage.test.ts).
 */
import { describe, expect, it } from 'vitest';
import { MemoryDatabase, Shelf } from '../../tests/support/store/memory-database.ts';
import { RULES, START } from '../../tests/contracts/store-harness.ts';
import { RelayStore } from '../store/relay-store.ts';
import { MemoryPresence } from '../store/presence.ts';
import { counter, link, post, refusal, register, report, take } from '../../tests/contracts/store-steps.ts';
import type { DeviceRecord } from './records.ts';
import type { Rules } from './transaction.ts';

function begin(rules: Partial<Rules> = {}, randomInt?: (below: number) => number) {
  const clock = { now: START };
  const shelf = new Shelf();
  let ids = 0;
  const now = (): number => clock.now;
  const surroundings = {
    now,
    newId: () => `c${++ids}`,
    rules: { ...RULES, ...rules },
    historyDays: 7,
    ...(randomInt ? { randomInt } : {}),
  };
  /** A relay as after a start: it remembers nobody's display. */
  const open = () => new RelayStore(new MemoryDatabase(shelf, surroundings), new MemoryPresence(now), now);
  const store = open();
  const device = (id: string): DeviceRecord => shelf.records.get(`device:${id}`) as DeviceRecord;
  const state = async (id: string): Promise<string> => {
    const facts = await store.command(id);
    return [facts.state, facts.reason].filter(Boolean).join(' ');
  };
  return { clock, shelf, open, store, device, state };
}

describe('paying', () => {
  it('by command: a reference goes on meaning the first that was paid, and one that nobody remembers any more is in nobody’s way', async () => {
    const { clock, store, state } = begin({ queuePolicy: 'fifo' });
    await counter(store, 'd1', 'a1');
    const options = { reference: 'R1', policyNumber: 'P1' };
    const ids = [];
    for (const text of ['one', 'two']) ids.push((await post(store, 'a1', text, options)).commandId);
    for (const id of ids) await store.paid({ kind: 'command', id });
    expect(await store.findPayment({ kind: 'reference', value: 'R1' })).toBe(ids[0]);
    expect(await store.paid({ kind: 'policy', value: 'P1' })).toMatchObject({ paidCommandId: ids[1] });

    await register(store, 'd2');
    const content = { type: 'display_qr', hasPicture: false, qrText: 'x', reference: 'R2' } as const;
    const long = await store.enqueue({ target: { kind: 'device', id: 'd2' }, content, ttlMs: 48 * 3_600_000 });
    clock.now += 25 * 3_600_000;
    await store.paid({ kind: 'command', id: long.commandId });
    expect(await state(long.commandId)).toBe('cancelled paid');
  });
});

describe('posting', () => {
  it('to a display keeps the agent that has it, or none; other types than a QR are not counted as one', async () => {
    const { store, device } = begin();
    await register(store, 'd1');
    const content = { type: 'show_message', hasPicture: false, text: 'Back soon' } as const;
    const { commandId } = await store.enqueue({ target: { kind: 'device', id: 'd1' }, content });
    expect((await store.command(commandId)).agentId).toBeNull();
    expect(device('d1').counts).toMatchObject({ qrToday: 0, qrTotal: 0 });
    await link(store, 'a1', 'd1');
    const theirs = await store.enqueue({ target: { kind: 'device', id: 'd1' }, content });
    expect((await store.command(theirs.commandId)).agentId).toBe('a1');
    expect((await take(store, 'd1')).map(({ text }) => text)).toEqual(['Back soon', 'Back soon']);
  });

  it('refuses at once what no code on this display can hold; a display’s own level of correction counts', async () => {
    const { store } = begin();
    await counter(store, 'd1', 'a1');
    const text = 'x'.repeat(2_000);
    expect(await refusal(post(store, 'a1', text))).toBe('bad_request');
    await store.changeDevice('d1', { kind: 'settings', settings: { ecc: 'L' } }, 'admin');
    expect(await refusal(post(store, 'a1', text))).toBe('none');
  });

  it('goes to the agent’s display also from a relay that did not know it', async () => {
    const { open, store } = begin();
    await counter(store, 'd1', 'a1');
    expect((await post(open(), 'a1', 'pay')).deviceId).toBe('d1');
  });

  it('keeps amount, currency and reference in the history', async () => {
    const { store } = begin();
    await counter(store, 'd1', 'a1');
    const { commandId } = await store.enqueue({
      target: { kind: 'agent', id: 'a1' },
      content: {
        type: 'display_qr',
        hasPicture: false,
        qrText: 'x',
        amount: '12.50',
        currency: 'MUR',
        reference: 'R1',
      },
    });
    await store.cancel(commandId, 'app');
    const [ended] = await store.history({ from: 0, to: START, limit: 1 });
    expect(ended).toMatchObject({ amount: '12.50', currency: 'MUR', reference: 'R1' });
  });
});

describe('handing out', () => {
  it('passes over a command whose content is gone, and takes what is behind it', async () => {
    const { shelf, store } = begin({ queuePolicy: 'fifo' });
    await counter(store, 'd1', 'a1');
    const lost = await post(store, 'a1', 'one');
    await post(store, 'a1', 'two');
    shelf.records.delete(`command:${lost.commandId}`);
    expect((await take(store, 'd1')).map(({ qr_text }) => qr_text)).toEqual(['two']);
  });

  it('a command whose picture is gone fails, and what is behind it is taken next', async () => {
    const { shelf, store, state } = begin({ queuePolicy: 'fifo' });
    await counter(store, 'd1', 'a1');
    const { commandId } = await post(store, 'a1', 'one', { picture: 'data:image/png;base64,AAAA' });
    await post(store, 'a1', 'two');
    shelf.pictures.clear();
    expect(await take(store, 'd1')).toEqual([]);
    expect(await state(commandId)).toBe('failed bad_picture');
    expect((await take(store, 'd1')).map(({ qr_text }) => qr_text)).toEqual(['two']);
  });

  it('fifo: a QR that waits to be handed out again does not come before its expiry twice', async () => {
    const { clock, store, state } = begin({ queuePolicy: 'fifo' });
    await counter(store, 'd1', 'a1');
    const { commandId } = await post(store, 'a1', 'one', { ttlMs: 20_000 });
    await take(store, 'd1');
    clock.now += 15_000;
    await store.sweep();
    expect(await state(commandId)).toBe('pending');
    clock.now += 5_000;
    expect(await take(store, 'd1')).toEqual([]);
    expect(await state(commandId)).toBe('failed unreported');
  });
});

describe('reports', () => {
  it('keep what the display says of picture and time, and only reasons that are known', async () => {
    const { store } = begin();
    await counter(store, 'd1', 'a1');
    const { commandId } = await post(store, 'a1', 'one');
    await take(store, 'd1');
    const picture = { bytes: 1_580, verified: true } as never;
    await store.report({ deviceId: 'd1', commandId, status: 'success', picture, execution_time: 1_900 });
    expect(await store.command(commandId)).toMatchObject({ picture, executionMs: 1_900 });
    await store.report({ deviceId: 'd1', commandId, status: 'cleared', reason: 'bad_picture' });
    expect((await store.command(commandId)).reason).toBe('timeout');
    const next = await post(store, 'a1', 'two');
    await take(store, 'd1');
    await store.report({
      deviceId: 'd1',
      commandId: next.commandId,
      status: 'failed',
      reason: 'paid',
      error: 'No answer.',
    });
    expect(await store.command(next.commandId)).toMatchObject({ reason: 'display_failed', error: 'No answer.' });
  });

  it('say of a code that is displayed whether something else covers it, since when, and no more once it is over', async () => {
    const { clock, store, device, state } = begin();
    await counter(store, 'd1', 'a1');
    const { commandId } = await post(store, 'a1', 'one');
    await take(store, 'd1');
    const cover = () => store.report({ deviceId: 'd1', commandId, status: 'uploading', covered: true });
    await cover();
    expect((await store.command(commandId)).coveredAt).toBeUndefined();
    await report(store, 'd1', commandId, 'success');
    clock.now += 1_000;
    expect(await cover()).toMatchObject({ state: 'displayed' });
    const since = clock.now;
    clock.now += 1_000;
    await cover();
    await report(store, 'd1', commandId, 'uploading');
    expect(await store.command(commandId)).toMatchObject({ state: 'displayed', coveredAt: since });
    await report(store, 'd1', commandId, 'success');
    const before = device('d1');
    expect((await store.command(commandId)).coveredAt).toBeUndefined();
    await report(store, 'd1', commandId, 'success');
    expect(device('d1')).toBe(before);
    await cover();
    await report(store, 'd1', commandId, 'cleared', 'timeout');
    expect(await state(commandId)).toBe('cleared timeout');
    expect((await store.command(commandId)).coveredAt).toBeUndefined();
  });

  it('"cleared" without a reason, of a code that was called off, says why it was called off', async () => {
    const { store, state } = begin();
    await counter(store, 'd1', 'a1');
    const { commandId } = await post(store, 'a1', 'one');
    await take(store, 'd1');
    await report(store, 'd1', commandId, 'success');
    await store.clear(commandId, 'paid');
    await report(store, 'd1', commandId, 'cleared');
    expect(await state(commandId)).toBe('cleared paid');
  });

  it('a command without a lasting picture is over when it is done, whichever word the display uses', async () => {
    const { store, state } = begin();
    await counter(store, 'd1', 'a1');
    const { commandId } = await post(store, 'a1', 'x', { type: 'identify' });
    await take(store, 'd1');
    await report(store, 'd1', commandId, 'cleared');
    expect(await state(commandId)).toBe('cleared done');
  });

  it('a newer code on the display ends one that was handed out before it and never reported', async () => {
    const { store, state } = begin();
    await counter(store, 'd1', 'a1');
    const first = await post(store, 'a1', 'one');
    await take(store, 'd1');
    const second = await post(store, 'a1', 'two');
    await take(store, 'd1');
    await report(store, 'd1', second.commandId, 'success');
    expect(await state(first.commandId)).toBe('failed unreported');
  });
});

describe('calling off', () => {
  it('one that waits to be handed out again is called off at once, and taken off the display all the same', async () => {
    const { clock, store, state } = begin();
    await counter(store, 'd1', 'a1');
    const { commandId } = await post(store, 'a1', 'one');
    await take(store, 'd1');
    clock.now += 15_000;
    await store.sweep();
    const paid = await store.paid({ kind: 'command', id: commandId });
    expect(await state(commandId)).toBe('cancelled paid');
    expect(await store.paid({ kind: 'command', id: commandId })).toEqual(paid);
    expect((await take(store, 'd1')).map(({ command_id }) => command_id)).toEqual([paid.commandId]);
  });

  it('one clearing serves all codes of a display, and stays while one of them needs it', async () => {
    const { store, state } = begin({ queuePolicy: 'fifo' });
    await counter(store, 'd1', 'a1');
    const first = await post(store, 'a1', 'one');
    const second = await post(store, 'a1', 'two');
    await take(store, 'd1');
    await report(store, 'd1', first.commandId, 'success');
    await take(store, 'd1');
    const { commandId: by } = await store.startRotation({ kind: 'agent', id: 'a1' }, 'closed');
    await report(store, 'd1', first.commandId, 'cleared', 'timeout');
    expect(await state(by ?? '')).toBe('pending');
    await report(store, 'd1', second.commandId, 'failed', 'display_failed');
    expect(await state(by ?? '')).toBe('superseded superseded_by_newer');
  });

  it('"paid" is not shown over the next customer’s code', async () => {
    const { store, state } = begin();
    await counter(store, 'd1', 'a1');
    const first = await post(store, 'a1', 'one');
    await take(store, 'd1');
    await report(store, 'd1', first.commandId, 'success');
    const second = await post(store, 'a1', 'two');
    await take(store, 'd1');
    const { commandId: by } = await store.paid({ kind: 'command', id: first.commandId });
    await report(store, 'd1', second.commandId, 'success');
    expect(await state(first.commandId)).toBe('cleared replaced');
    expect(await state(by ?? '')).toBe('superseded superseded_by_newer');
  });

  it('an admin’s retry leaves the others of the queue where they are', async () => {
    const { store, state } = begin({ queuePolicy: 'fifo' });
    await counter(store, 'd1', 'a1');
    const first = await post(store, 'a1', 'one');
    const second = await post(store, 'a1', 'two');
    await take(store, 'd1');
    await store.retry(first.commandId);
    expect([await state(first.commandId), await state(second.commandId)]).toEqual(['pending', 'pending']);
    expect((await take(store, 'd1')).map(({ qr_text }) => qr_text)).toEqual(['one']);
  });
});

describe('links and names', () => {
  it('an agent whose link ran out elsewhere moves without a word about it', async () => {
    const { clock, store } = begin();
    await counter(store, 'd1', 'a1');
    await register(store, 'd2');
    clock.now += RULES.linkMs;
    await link(store, 'a1', 'd2');
    const told = await store.audit({ from: 0, to: clock.now, deviceId: 'd1', limit: 10 });
    expect(told.map(({ action }) => action)).toEqual(['link_released', 'linked', 'registered']);
  });

  it('records that do not fit together are never taken for a link', async () => {
    const { shelf, store, device } = begin();
    await counter(store, 'd1', 'a1');
    await register(store, 'd2');
    shelf.records.set('agent:a1', { deviceId: 'd2' });
    expect(await refusal(post(store, 'a1', 'x'))).toBe('unknown_agent');
    await store.unlinkDevice('d1', 'admin');
    expect(shelf.records.get('agent:a1')).toEqual({ deviceId: 'd2' });
    await link(store, 'a1', 'd1');
    expect(device('d1').link?.agentId).toBe('a1');
  });

  it('two displays of one name: removing one leaves the other to be found', async () => {
    const { shelf, store } = begin();
    await register(store, 'd1', { computerName: 'PC' });
    await register(store, 'd2', { computerName: 'PC', mayReEnrol: true });
    await store.removeDevice('d1', 'admin');
    expect(shelf.records.get('name:pc')).toEqual({ deviceIds: ['d2'] });
    shelf.records.delete('name:pc');
    await store.changeDevice('d2', { kind: 'rename', computerName: 'Desk' }, 'admin');
    expect(shelf.records.get('name:desk')).toEqual({ deviceIds: ['d2'] });
  });

  it('a pairing code that exists is not given to a second display', async () => {
    const dice = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1];
    const { store } = begin({}, () => dice.shift() ?? 2);
    await register(store, 'd1');
    await register(store, 'd2');
    expect((await store.createPairing('d1')).code).toBe('AAAAAA');
    expect((await store.createPairing('d2')).code).toBe('CCCCCC');
  });
});

describe('settings', () => {
  it('the audit says that the idle logo came or went, without its bytes', async () => {
    const { clock, store } = begin();
    await register(store, 'd1');
    const logo = 'data:image/png;base64,AAAA';
    for (const idle_logo of [logo, '']) {
      clock.now++;
      await store.changeDevice('d1', { kind: 'settings', settings: { idle_logo } }, 'admin');
    }
    const told = await store.audit({ from: 0, to: clock.now, deviceId: 'd1', limit: 2 });
    expect(told.map(({ note }) => note)).toEqual(['{"idle_logo":"none"}', '{"idle_logo":"changed"}']);
    expect((await store.device('d1'))?.settings).toEqual({ idle_logo: '' });
  });
});

describe('time', () => {
  it('a record without the time of display counts from the post, so that it ends all the same', async () => {
    const { clock, shelf, store, device, state } = begin();
    await counter(store, 'd1', 'a1');
    const { commandId } = await post(store, 'a1', 'one');
    const { open, ...rest } = device('d1');
    shelf.records.set('device:d1', { ...rest, open: [{ ...open[0], state: 'displayed', deliveries: 1 }] });
    clock.now += RULES.displayMs + 60_000;
    await store.sweep();
    expect(await state(commandId)).toBe('cleared disconnected');
  });
});

describe('a clock that was set back by an hour, unseen by anybody', () => {
  it('holds no lease and no link for longer than a new one', async () => {
    const { clock, store, device } = begin({ queuePolicy: 'fifo' });
    await counter(store, 'd1', 'a1');
    const first = await post(store, 'a1', 'one');
    await post(store, 'a1', 'two');
    await take(store, 'd1');
    clock.now -= 3_600_000;
    expect(await take(store, 'd1')).toEqual([]);
    expect(device('d1').link?.expiresAt).toBe(clock.now + RULES.linkMs);
    clock.now += RULES.leaseMs;
    expect((await take(store, 'd1')).map(({ command_id }) => command_id)).toEqual([first.commandId]);
  });

  it('keeps no other relay from leading', async () => {
    const { clock, store } = begin();
    expect(await store.lead('webhooks', 'one')).toBe(true);
    clock.now -= 3_600_000;
    expect(await store.lead('webhooks', 'two')).toBe(true);
    expect(await store.lead('webhooks', 'one')).toBe(false);
  });
});

describe('several relays', () => {
  it('one leads until it has not asked for a minute', async () => {
    const { clock, store } = begin();
    expect(await store.lead('webhooks', 'one')).toBe(true);
    expect(await store.lead('webhooks', 'two')).toBe(false);
    clock.now += 29_000;
    expect(await store.lead('webhooks', 'one')).toBe(true);
    clock.now += 20_000;
    expect(await store.lead('webhooks', 'one')).toBe(true);
    clock.now += 59_000;
    expect(await store.lead('webhooks', 'two')).toBe(false);
    clock.now += 1_000;
    expect(await store.lead('webhooks', 'two')).toBe(true);
    expect(await store.lead('webhooks', 'one')).toBe(false);
  });
});
