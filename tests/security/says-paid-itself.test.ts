/** An agent, or a display, says by itself that its QR was paid, so that webhook and figures of the day say so. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import type { AdminDayRow } from '../../shared/wire/admin/history.ts';
import { carryOut, openCounter, paidTodayAt, postAs, showAs, viewOf, type Counter } from '../support/security/agent.ts';
import { onBothStores } from '../support/security/both-stores.ts';
import { onEachStore } from '../support/on-each-store.ts';
import { KEYS } from '../support/relay-app.ts';
import { until } from '../support/wait.ts';

onBothStores('says "paid" itself', (relay) => {
  const view = (commandId: string) => viewOf(relay(), commandId);
  const paidToday = (counter: Counter) => paidTodayAt(relay(), counter);
  const dayOf = async ({ agentId }: Counter): Promise<AdminDayRow | undefined> => {
    const { body } = await relay().admin('GET', '/history/days');
    return (body.rows as AdminDayRow[]).find((row) => row.agent_id === agentId);
  };
  const byAgent = ({ agentId, deviceId, token }: Counter, commandId: string) => ({
    'by command': () => relay().post('/rotation/start', { command_id: commandId, reason: 'paid' }, token),
    'by agent': () => relay().post('/rotation/start', { agent_id: agentId, reason: 'paid' }, token),
    'by display': () => relay().post('/rotation/start', { device_id: deviceId, reason: 'paid' }, token),
  });

  for (const how of ['by command', 'by agent', 'by display'] as const)
    it(`an agent’s token ${how}: the customer sees the tick, and the end is paid_reported`, async () => {
      const counter = await openCounter(relay());
      const commandId = await showAs(relay(), counter);
      expect((await byAgent(counter, commandId)[how]()).status).toBe(200);
      expect(await view(commandId)).toMatchObject({ clearing: 'paid_reported' });
      const [command] = await relay().poll(counter.deviceId, counter.deviceToken);
      // Displays know one word for it.
      expect(command).toMatchObject({ type: 'show_paid', clears: commandId, reason: 'paid' });
      await relay().report(counter.deviceId, counter.deviceToken, commandId, 'cleared', { reason: 'paid' });
      await relay().report(counter.deviceId, counter.deviceToken, command['command_id'], 'success');
      expect(await view(commandId)).toMatchObject({ state: 'cleared', reason: 'paid_reported' });
      expect(await paidToday(counter)).toBe(0);
    });

  it('of a QR that was not delivered yet: cancelled, paid_reported', async () => {
    const counter = await openCounter(relay());
    const commandId = (await postAs(relay(), counter)).body.command_id as string;
    await byAgent(counter, commandId)['by command']();
    expect(await view(commandId)).toMatchObject({ state: 'cancelled', reason: 'paid_reported' });
    expect(await paidToday(counter)).toBe(0);
    // The day's figures have a column of their own for it, and count it once.
    expect(await dayOf(counter)).toMatchObject({ qr: 1, paid: 0, paid_reported: 1, cancelled: 0 });
  });

  it('the payment itself makes it paid, before the display has cleared and told once', async () => {
    const counter = await openCounter(relay());
    const commandId = await showAs(relay(), counter);
    await byAgent(counter, commandId)['by command']();
    await relay().post('/payment', { command_id: commandId, status: 'paid' }, KEYS.app);
    expect(await carryOut(relay(), counter)).toEqual(['show_paid']);
    expect(await view(commandId)).toMatchObject({ state: 'cleared', reason: 'paid' });
    expect(await paidToday(counter)).toBe(1);
  });

  it('an app key says paid', async () => {
    const counter = await openCounter(relay());
    const commandId = await showAs(relay(), counter);
    await relay().post('/rotation/start', { agent_id: counter.agentId, reason: 'paid' }, KEYS.app);
    expect(await carryOut(relay(), counter)).toEqual(['show_paid']);
    expect(await view(commandId)).toMatchObject({ state: 'cleared', reason: 'paid' });
    expect(await paidToday(counter)).toBe(1);
  });

  for (const reason of ['paid', 'paid_reported'])
    it(`a display that says ${reason} of a QR that nobody paid`, async () => {
      const counter = await openCounter(relay());
      const commandId = await showAs(relay(), counter);
      await relay().report(counter.deviceId, counter.deviceToken, commandId, 'cleared', { reason });
      expect(await view(commandId)).toMatchObject({ state: 'cleared', reason: 'closed' });
      expect(await paidToday(counter)).toBe(0);
    });
});

onEachStore('says "paid" itself, and a receiver of webhooks listens', (start) => {
  it('is told paid_reported, and paid of what an app’s key says', async () => {
    const told = new Map<string, string>();
    const receiver = createServer((req, res) => {
      let body = '';
      req.setEncoding('utf8').on('data', (part: string) => (body += part));
      req.on('end', () => {
        const { data } = JSON.parse(body) as { data: { command_id: string; reason: string } };
        told.set(data.command_id, data.reason);
        res.writeHead(204).end();
      });
    }).listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    try {
      const relay = await start({
        AGENT_JWT_SECRET: 'a-secret-for-agents-of-thirty-two-chars',
        WEBHOOK_URLS: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`,
        WEBHOOK_SECRETS: `whsec_${Buffer.alloc(32, 3).toString('base64')}`,
        WEBHOOK_ALLOW_PRIVATE: 'on',
      });
      const ends = { token: 'paid_reported', key: 'paid' } as const;
      for (const [by, reason] of Object.entries(ends)) {
        const counter = await openCounter(relay);
        const commandId = await showAs(relay, counter);
        const asked = { command_id: commandId, reason: 'paid' };
        await relay.post('/rotation/start', asked, by === 'token' ? counter.token : KEYS.app);
        await carryOut(relay, counter);
        expect(await until(`the webhook about what a ${by} said`, () => told.get(commandId))).toBe(reason);
      }
    } finally {
      receiver.close();
    }
  });
});
