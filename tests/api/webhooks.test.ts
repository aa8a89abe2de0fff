/** What a web app's webhook is told. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it, onTestFinished } from 'vitest';
import { eventually } from '../support/wait.ts';
import { relayForThisTest } from '../support/for-this-test.ts';

describe('webhooks', () => {
  const secret = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;

  async function receiver() {
    const got: { type: string; data: Record<string, unknown> }[] = [];
    const server = createServer((req, res) => {
      let body = '';
      req.on('data', (part: Buffer) => (body += part.toString()));
      req.on('end', () => {
        got.push(new Webhook(secret).verify(body, req.headers as Record<string, string>) as (typeof got)[number]);
        res.writeHead(204).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
    return { got, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` };
  }

  it('tell each end of a command once, signed, without customer or picture', async () => {
    const { got, url } = await receiver();
    const relay = await relayForThisTest({ WEBHOOK_URLS: url, WEBHOOK_SECRETS: secret, WEBHOOK_ALLOW_PRIVATE: 'on' });
    const token = await relay.counter('7', 'd1');
    const command = await relay.qr('7', { customer_name: 'Grace', policy_number: 'P1', reference: 'R1' });
    await relay.poll('d1', token);
    await relay.report('d1', token, command, 'success');
    await relay.report('d1', token, command, 'cleared', { reason: 'timeout' });
    await relay.report('d1', token, command, 'cleared', { reason: 'timeout' });
    const missed = await relay.qr('7');
    await relay.pass(300_001);
    await eventually(() => expect(got).toHaveLength(2));
    expect(got.map(({ type, data }) => [type, data['command_id'], data['state'], data['reason']])).toEqual([
      ['command.ended', command, 'cleared', 'timeout'],
      ['command.ended', missed, 'expired', 'expired_undelivered'],
    ]);
    expect(got[0].data).toMatchObject({ policy_number: 'P1', reference: 'R1', agent_id: '7', device_id: 'd1' });
    expect(JSON.stringify(got)).not.toMatch(/Grace|pay/);
  });

  it('tell that a display is down, and back, after a while and once', async () => {
    const { got, url } = await receiver();
    const relay = await relayForThisTest({
      WEBHOOK_URLS: url,
      WEBHOOK_SECRETS: secret,
      WEBHOOK_ALLOW_PRIVATE: 'on',
      ALERT_DOWN_SECONDS: '60',
      ALERT_UP_SECONDS: '0.05',
    });
    const token = await relay.counter('7', 'd1');
    await relay.poll('d1', token);
    const round = (): Promise<void> => relay.deps.fleet.lookNow();
    await round();
    await relay.pass(10_000);
    await round();
    await relay.poll('d1', token);
    await round();
    await relay.pass(10_000);
    await round();
    expect(got).toEqual([]);
    await relay.pass(61_000);
    await round();
    await round();
    await eventually(() => expect(got.map(({ type }) => type)).toEqual(['display.down']));
    await relay.poll('d1', token);
    await round();
    await relay.pass(1_000);
    await relay.poll('d1', token);
    await round();
    await eventually(() => expect(got.map(({ type }) => type)).toEqual(['display.down', 'display.up']));
    expect(got[0].data).toMatchObject({ device_id: 'd1', computer_name: 'd1', agent_id: '7' });
  });

  it('of outages come from one of several relays, and from another when that one is gone', async () => {
    const relay = await relayForThisTest();
    const { store } = relay.deps;
    expect([await store.lead('outages', 'one'), await store.lead('outages', 'two')]).toEqual([true, false]);
    await relay.pass(50_000);
    expect([await store.lead('outages', 'one'), await store.lead('outages', 'two')]).toEqual([true, false]);
    await relay.pass(60_001);
    expect([await store.lead('outages', 'two'), await store.lead('outages', 'one')]).toEqual([true, false]);
  });
});
