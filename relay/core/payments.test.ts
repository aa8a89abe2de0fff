/** Which QR a payment means, and what becomes of one that is being taken off. As attacks: tests/security/. */
import { describe, expect, it } from 'vitest';
import { MemoryDatabase, Shelf } from '../../tests/support/store/memory-database.ts';
import { RULES, START } from '../../tests/contracts/store-harness.ts';
import { counter, link, post, refusal, register, report, take } from '../../tests/contracts/store-steps.ts';
import type { ClearReason } from '../../shared/wire/commands.ts';
import { RelayStore } from '../store/relay-store.ts';
import { MemoryPresence } from '../store/presence.ts';
import type { Rules } from './transaction.ts';

async function begin(rules: Partial<Rules> = {}) {
  const clock = { now: START };
  const now = (): number => clock.now;
  let ids = 0;
  const context = { now, newId: () => `c${++ids}`, rules: { ...RULES, ...rules }, historyDays: 7 };
  const store = new RelayStore(new MemoryDatabase(new Shelf(), context), new MemoryPresence(now), now);
  await counter(store, 'd1', 'a1');
  await counter(store, 'd2', 'a2');
  /** Posts, and puts it on the display of the agent `a1` or `a2`. */
  const show = async (n: 1 | 2, options: Parameters<typeof post>[3] = {}): Promise<string> => {
    const { commandId } = await post(store, `a${n}`, 'pay', options);
    await take(store, `d${n}`);
    await report(store, `d${n}`, commandId, 'success');
    return commandId;
  };
  const carryOut = async (deviceId: string): Promise<string[]> => {
    const commands = await take(store, deviceId);
    for (const { command_id } of commands) await report(store, deviceId, command_id, 'success');
    return commands.map(({ type }) => type);
  };
  const state = async (id: string): Promise<string> => {
    const facts = await store.command(id);
    return [facts.state, facts.reason, facts.clearing].filter(Boolean).join(' ');
  };
  return { clock, store, show, carryOut, state };
}

describe('a name', () => {
  for (const kind of ['policy', 'reference'] as const) {
    const options = kind === 'policy' ? { policyNumber: 'N' } : { reference: 'N' };
    const name = { kind, value: 'N' } as const;

    it(`${kind} of two agents’ open QR codes means none of them`, async () => {
      const { store, show, state } = await begin();
      const ids = [await show(1, options), await show(2, options)];
      const refused: unknown = await store.paid(name).catch((error: unknown) => error);
      expect(refused).toMatchObject({ code: 'ambiguous_payment', details: { command_ids: ids } });
      expect(await Promise.all(ids.map(state))).toEqual(['displayed', 'displayed']);
    });

    it(`${kind} of a QR that was paid under another name is still the other agent’s`, async () => {
      const { store, show, carryOut } = await begin();
      const carried = await show(1, { policyNumber: 'N', reference: 'N' });
      await store.paid({ kind: kind === 'policy' ? 'reference' : 'policy', value: 'N' });
      await carryOut('d1');
      expect((await store.paid(name)).paidCommandId).toBe(carried);
      await show(2, options);
      expect(await refusal(store.paid(name))).toBe('ambiguous_payment');
    });
  }

  it('is remembered of the last eight QR codes, and of each that is open', async () => {
    const { store, show } = await begin({ queuePolicy: 'fifo' });
    const first = await show(1, { policyNumber: 'N' });
    for (let n = 0; n < 9; n++) {
      const { commandId } = await post(store, 'a2', 'pay', { policyNumber: 'N' });
      await store.cancel(commandId, 'app');
    }
    const find = () => store.findPayment({ kind: 'policy', value: 'N' });
    expect(await find()).toBe(first);
    // Nine open ones: none of them is forgotten.
    const open = [];
    for (let n = 0; n < 9; n++) open.push((await post(store, 'a1', 'pay', { policyNumber: 'N' })).commandId);
    for (const id of open) await store.cancel(id, 'app');
    expect(await find()).toBe(first);
  });

  it('posted to displays that nobody has belongs to each of them', async () => {
    const { store } = await begin();
    const content = { type: 'display_qr', hasPicture: false, qrText: 'pay', policyNumber: 'N' } as const;
    for (const id of ['d3', 'd4']) {
      await register(store, id);
      await store.enqueue({ target: { kind: 'device', id }, content });
    }
    expect(await refusal(store.paid({ kind: 'policy', value: 'N' }))).toBe('ambiguous_payment');
  });
});

describe('paid', () => {
  it('tells the display how much it was, and in what currency', async () => {
    const { store } = await begin();
    const content = { type: 'display_qr', hasPicture: false, qrText: 'x', amount: '1250', currency: 'MUR' } as const;
    const { commandId } = await store.enqueue({ target: { kind: 'agent', id: 'a1' }, content });
    await take(store, 'd1');
    await store.report({ deviceId: 'd1', commandId, status: 'success' });
    await store.paid({ kind: 'command', id: commandId });
    expect(await take(store, 'd1')).toMatchObject([{ type: 'show_paid', amount: '1250', currency: 'MUR' }]);
  });
});

describe('paid while the QR is being taken off', () => {
  it('shows the tick in place of the clearing, and what else is being closed is closed by it', async () => {
    const { store, show, carryOut, state } = await begin({ queuePolicy: 'fifo' });
    const first = await show(1);
    const second = (await post(store, 'a1', 'two')).commandId;
    await take(store, 'd1');
    await store.startRotation({ kind: 'agent', id: 'a1' }, 'closed');
    const { commandId: tick } = await store.paid({ kind: 'command', id: first });
    expect([await state(first), await state(second)]).toEqual(['displayed paid', 'delivered closed']);
    expect((await store.cancel(first, 'app')).commandId).toBe(tick);
    expect(await carryOut('d1')).toEqual(['show_paid']);
    expect([await state(first), await state(second)]).toEqual(['cleared paid', 'cleared closed']);
  });

  it('as an agent reports it, and then by the payment: one tick', async () => {
    const { store, show, carryOut, state } = await begin();
    const commandId = await show(1);
    await store.clear(commandId, 'closed');
    const { commandId: tick } = await store.clear(commandId, 'paid_reported');
    expect(await state(commandId)).toBe('displayed paid_reported');
    expect((await store.paid({ kind: 'command', id: commandId })).commandId).toBe(tick);
    expect(await carryOut('d1')).toEqual(['show_paid']);
    expect(await state(commandId)).toBe('cleared paid');
  });

  it('by a display that has the clearing already: the tick follows', async () => {
    const { store, show, carryOut, state } = await begin();
    const commandId = await show(1);
    await store.clear(commandId, 'cancelled');
    const [clearing] = await take(store, 'd1');
    await store.paid({ kind: 'command', id: commandId });
    await report(store, 'd1', commandId, 'cleared', 'cancelled');
    await report(store, 'd1', clearing.command_id, 'success');
    expect(await state(commandId)).toBe('cleared paid');
    expect(await carryOut('d1')).toEqual(['show_paid']);
  });

  describe('and over, because it waited to be handed out again', () => {
    async function calledOff() {
      const all = await begin();
      const { commandId } = await post(all.store, 'a1', 'pay');
      await take(all.store, 'd1');
      await all.store.retry(commandId);
      await all.store.cancel(commandId, 'app');
      expect(await all.state(commandId)).toBe('cancelled cancelled_by_app');
      return { ...all, commandId };
    }

    it('the tick takes the place of the clearing, once', async () => {
      const { store, carryOut, state, commandId } = await calledOff();
      const first = await store.paid({ kind: 'command', id: commandId });
      expect(await store.paid({ kind: 'command', id: commandId })).toEqual(first);
      expect(await state(commandId)).toBe('cancelled paid');
      expect(await carryOut('d1')).toEqual(['show_paid']);
    });

    it('not after the display has taken the clearing; it is paid all the same', async () => {
      const { store, carryOut, state, commandId } = await calledOff();
      await take(store, 'd1');
      await store.paid({ kind: 'command', id: commandId });
      expect(await carryOut('d1')).toEqual([]);
      expect(await state(commandId)).toBe('cancelled paid');
    });

    it('not after the display is clear: the end stands', async () => {
      const { store, carryOut, state, commandId } = await calledOff();
      await carryOut('d1');
      await store.paid({ kind: 'command', id: commandId });
      expect(await carryOut('d1')).toEqual([]);
      expect(await state(commandId)).toBe('cancelled cancelled_by_app');
    });

    it('not over the next customer’s QR', async () => {
      const { store, carryOut, commandId } = await calledOff();
      await post(store, 'a1', 'next');
      await store.paid({ kind: 'command', id: commandId });
      expect(await carryOut('d1')).toEqual(['start_rotation', 'display_qr']);
    });

    it('not on a display that was removed', async () => {
      const { store, commandId } = await calledOff();
      await store.removeDevice('d1', 'admin');
      expect(await store.paid({ kind: 'command', id: commandId })).toMatchObject({ deviceId: 'd1' });
    });
  });
});

describe('why a QR left the display', () => {
  const told: readonly [ClearReason | undefined, 'paid' | 'closed' | undefined, string][] = [
    ['paid', undefined, 'closed'],
    ['paid_reported', undefined, 'closed'],
    ['paid', 'closed', 'closed'],
    ['paid', 'paid', 'paid'],
    [undefined, 'paid', 'paid'],
    ['closed', 'paid', 'paid'],
    ['cancelled', 'paid', 'paid'],
    ['timeout', 'paid', 'paid'],
    ['replaced', 'paid', 'replaced'],
    ['timeout', 'closed', 'timeout'],
    [undefined, undefined, 'timeout'],
  ];
  it.each(told)('the display says %s, the relay was told %s: %s', async (reason, clearing, expected) => {
    const { store, show } = await begin();
    const commandId = await show(1);
    if (clearing) await store.clear(commandId, clearing);
    expect((await report(store, 'd1', commandId, 'cleared', reason)).reason).toBe(expected);
  });

  it('reported as paid by an agent: paid_reported, whatever the display says', async () => {
    const { store, show } = await begin();
    const commandId = await show(1);
    await store.clear(commandId, 'paid_reported');
    expect((await report(store, 'd1', commandId, 'cleared', 'timeout')).reason).toBe('paid_reported');
  });
});

it('a takeover closes the QR of the agent before; its payment, crossing, is shown to that customer', async () => {
  const { store, show, carryOut, state } = await begin();
  const commandId = await show(1, { policyNumber: 'N' });
  await link(store, 'a2', 'd1', true);
  await store.paid({ kind: 'policy', value: 'N' });
  expect(await carryOut('d1')).toEqual(['show_paid']);
  expect(await state(commandId)).toBe('cleared paid');
});
