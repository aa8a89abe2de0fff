/**
 * A payment that was told while its QR was being taken off is lost: the customer sees no tick, the day has no payment.
 */
import { expect, it } from 'vitest';
import { carryOut, openCounter, paidTodayAt, postAs, showAs, viewOf, type Counter } from '../support/security/agent.ts';
import { onBothStores } from '../support/security/both-stores.ts';
import { KEYS } from '../support/relay-app.ts';

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
  });
});
