/**
 * A payment that was told while its QR was being taken off is lost: the customer sees no tick, the day has no payment.
 */
import { expect, it } from 'vitest';
import { carryOut, openCounter, paidTodayAt, postAs, showAs, viewOf, type Counter } from '../support/security/agent.ts';
import { onBothStores } from '../support/security/both-stores.ts';
import { KEYS } from '../support/relay-app.ts';
import { until } from '../support/wait.ts';

onBothStores('cancel crosses a payment', (relay) => {
  const view = (commandId: string) => viewOf(relay(), commandId);
  const paidToday = (counter: Counter) => paidTodayAt(relay(), counter);
  const pay = (commandId: string) => relay().post('/payment', { command_id: commandId, status: 'paid' }, KEYS.app);

  const takeOff = {
    'cancelled by the app': (commandId: string) => relay().post(`/command/${commandId}/cancel`, {}, KEYS.app),
    'cancelled by an admin': (commandId: string) => relay().admin('POST', `/command/${commandId}/cancel`, {}),
    'cancelled by the provider': (commandId: string) =>
      relay().post('/payment', { command_id: commandId, status: 'cancelled' }, KEYS.app),
    closed: (commandId: string) => relay().post('/rotation/start', { command_id: commandId }, KEYS.app),
  };

  for (const [how, off] of Object.entries(takeOff))
    it(`${how}, then paid while the clearing waits: paid, and the customer sees the tick`, async () => {
      const counter = await openCounter(relay());
      const commandId = await showAs(relay(), counter);
      await off(commandId);
      const { body } = await pay(commandId);
      expect((await pay(commandId)).body).toEqual(body);
      expect(await carryOut(relay(), counter)).toEqual(['show_paid']);
      expect(await view(commandId)).toMatchObject({ state: 'cleared', reason: 'paid' });
      expect(await paidToday(counter)).toBe(1);
    });

  it('paid, then cancelled: paid', async () => {
    const counter = await openCounter(relay());
    const commandId = await showAs(relay(), counter);
    await pay(commandId);
    await takeOff['cancelled by the app'](commandId);
    expect(await carryOut(relay(), counter)).toEqual(['show_paid']);
    expect(await view(commandId)).toMatchObject({ state: 'cleared', reason: 'paid' });
  });

  it('the display is clearing already: it says cancelled, and the tick comes after it', async () => {
    const counter = await openCounter(relay());
    const { deviceId, deviceToken } = counter;
    const commandId = await showAs(relay(), counter);
    await takeOff['cancelled by the app'](commandId);
    const [clearing] = await relay().poll(deviceId, deviceToken);
    await pay(commandId);
    await relay().report(deviceId, deviceToken, commandId, 'cleared', { reason: 'cancelled' });
    await relay().report(deviceId, deviceToken, clearing['command_id'], 'success');
    expect(await carryOut(relay(), counter)).toEqual(['show_paid']);
    expect(await view(commandId)).toMatchObject({ state: 'cleared', reason: 'paid' });
    expect(await paidToday(counter)).toBe(1);
  });

  it('the log-out crosses the payment: the tick is shown, and what else was being closed stays so', async () => {
    const counter = await openCounter(relay());
    const commandId = await showAs(relay(), counter);
    await relay().post('/unlink', { agent_id: counter.agentId }, counter.token);
    await pay(commandId);
    expect(await carryOut(relay(), counter)).toEqual(['show_paid']);
    expect(await view(commandId)).toMatchObject({ state: 'cleared', reason: 'paid' });
  });

  it('a QR that waited to be handed out again and was cancelled: the tick in place of the clearing', async () => {
    const counter = await openCounter(relay());
    const { deviceId, deviceToken } = counter;
    const commandId = (await postAs(relay(), counter)).body.command_id as string;
    await relay().poll(deviceId, deviceToken);
    await relay().admin('POST', `/command/${commandId}/retry`, {});
    await takeOff['cancelled by the app'](commandId);
    expect(await view(commandId)).toMatchObject({ state: 'cancelled' });
    await pay(commandId);
    expect(await carryOut(relay(), counter)).toEqual(['show_paid']);
    // And once only.
    await pay(commandId);
    expect(await carryOut(relay(), counter)).toEqual([]);
    expect(await paidToday(counter)).toBe(1);
  });
});

const LEASE_SECONDS = 1;
onBothStores(
  'a payment comes after the lease of a QR that was cancelled on its way',
  (relay) => {
    const taken = async (): Promise<{ counter: Counter; commandId: string }> => {
      const counter = await openCounter(relay());
      const commandId = (await postAs(relay(), counter)).body.command_id as string;
      await relay().poll(counter.deviceId, counter.deviceToken);
      await relay().post(`/command/${commandId}/cancel`, {}, KEYS.app);
      await until('its lease is over', async () => (await viewOf(relay(), commandId))['state'] === 'cancelled');
      return { counter, commandId };
    };
    const pay = (commandId: string) => relay().post('/payment', { command_id: commandId, status: 'paid' }, KEYS.app);

    it('paid wins: the tick in place of the clearing, and the day has the payment, once', async () => {
      const { counter, commandId } = await taken();
      const first = await pay(commandId);
      expect((await pay(commandId)).body).toEqual(first.body);
      expect(await viewOf(relay(), commandId)).toMatchObject({ state: 'cancelled', reason: 'paid' });
      expect(await carryOut(relay(), counter)).toEqual(['show_paid']);
      expect(await paidTodayAt(relay(), counter)).toBe(1);
      const { body } = await relay().admin('GET', `/history?agent_id=${counter.agentId}`);
      const ids = (body.commands as { readonly command_id: string }[]).map(({ command_id }) => command_id);
      expect(ids.filter((id) => id === commandId)).toHaveLength(1);
    });

    it('paid wins while the display is clearing already', async () => {
      const { counter, commandId } = await taken();
      await relay().poll(counter.deviceId, counter.deviceToken);
      await pay(commandId);
      expect(await paidTodayAt(relay(), counter)).toBe(1);
    });

    it('a payment that an agent reported counts as paid when the app says so', async () => {
      const counter = await openCounter(relay());
      const commandId = (await postAs(relay(), counter)).body.command_id as string;
      await relay().poll(counter.deviceId, counter.deviceToken);
      await relay().post('/rotation/start', { command_id: commandId, reason: 'paid' }, counter.token);
      await until('its lease is over', async () => (await viewOf(relay(), commandId))['state'] === 'cancelled');
      expect(await paidTodayAt(relay(), counter)).toBe(0);
      await pay(commandId);
      expect(await paidTodayAt(relay(), counter)).toBe(1);
      expect(await carryOut(relay(), counter)).toEqual(['show_paid']);
    });
  },
  { LEASE_SECONDS: String(LEASE_SECONDS) },
);
