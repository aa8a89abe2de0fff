/** Which display an agent has: by pairing code, by id, by name, and until when. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KEYS, RelayApp } from '../support/relay-app.ts';

let relay: RelayApp;
beforeEach(async () => {
  relay = await RelayApp.start();
});
afterEach(() => relay.stop());

const app = (path: string, body: unknown) => relay.post(path, body, KEYS.app);

describe('pairing', () => {
  it('tells the display who has it, and whether its code was used, by the same agent too', async () => {
    const token = await relay.register('d1');
    const linked = async () => (await relay.get('/linked?device_id=d1', token)).body as unknown;
    const pair = async () => (await relay.post('/pairing', { device_id: 'd1' }, token)).body.pairing_code as string;
    expect(await linked()).toEqual({ agent: null, pairing_open: false });
    await pair();
    await app('/link', { agent_id: '7', agent_name: 'Asha', device_id: 'd1' });
    expect(await linked()).toMatchObject({ agent: { name: 'Asha' }, pairing_open: true });
    const code = await pair();
    await app('/link', { agent_id: '7', pairing_code: code });
    expect(await linked()).toMatchObject({ agent: { name: 'Asha' }, pairing_open: false });
  });

  it('links once, within five minutes, by six characters without look-alikes', async () => {
    const token = await relay.register('d1');
    const pair = async () => (await relay.post('/pairing', { device_id: 'd1' }, token)).body.pairing_code as string;
    const first = await pair();
    expect(first).toMatch(/^[ACDEFGHJKMNPQRTWXY34679]{6}$/);
    const second = await pair();
    const link = (code: string, agent = '7') => app('/link', { agent_id: agent, pairing_code: code });
    expect((await link(first)).body.code).toBe('unknown_pairing_code');
    expect((await link(` ${second.toLowerCase()} `)).body).toMatchObject({ success: true, device_id: 'd1' });
    expect((await link(second)).body.code).toBe('unknown_pairing_code');
    const late = await pair();
    await relay.pass(5 * 60_000 + 1);
    expect((await link(late)).body.code).toBe('unknown_pairing_code');
  });

  it('limits wrong guesses of one agent, and does not lock the others out', async () => {
    const token = await relay.register('d1');
    for (let guess = 0; guess < 10; guess++) await app('/link', { agent_id: '7', pairing_code: 'AAAAAA' });
    const { body } = await relay.post('/pairing', { device_id: 'd1' }, token);
    const right = { pairing_code: body.pairing_code as string };
    const refused = await app('/link', { agent_id: '7', ...right });
    expect([refused.status, refused.headers.has('retry-after')]).toEqual([429, true]);
    expect((await app('/link', { agent_id: '8', ...right })).status).toBe(200);
  });
});

describe('links', () => {
  it('a display in use is told with its owner, and taken only on purpose', async () => {
    await relay.counter('7', 'd1');
    const refused = await app('/link', { agent_id: '8', device_id: 'd1' });
    expect([refused.status, refused.body.code, refused.body.owner.agent_id]).toEqual([409, 'device_in_use', '7']);
    expect((await app('/link', { agent_id: '8', device_id: 'd1', takeover: true })).status).toBe(200);
    expect((await app('/qr', { agent_id: '7', qr_text: 'x' })).body.code).toBe('unknown_agent');
  });

  it('an agent has one display; linking moves it', async () => {
    await relay.counter('7', 'd1');
    await relay.register('d2');
    await app('/link', { agent_id: '7', device_id: 'd2' });
    expect((await app('/qr', { agent_id: '7', qr_text: 'x' })).body.device_id).toBe('d2');
    expect((await app('/link', { agent_id: '8', device_id: 'd1' })).status).toBe(200);
  });

  it('an ambiguous computer name takes none of them', async () => {
    await relay.register('d1', 'DESK');
    await relay.register('d2', 'desk', KEYS.admin);
    const { status, body } = await app('/link', { agent_id: '7', computer_name: 'Desk' });
    expect([status, body.code]).toEqual([409, 'ambiguous_computer_name']);
    expect((await app('/link', { agent_id: '7', computer_name: 'OTHER' })).body.code).toBe('unknown_device');
    expect((await app('/qr', { agent_id: '7', qr_text: 'x' })).body.code).toBe('unknown_agent');
  });

  it('ends after LINK_HOURS unless renewed', async () => {
    await relay.counter('7', 'd1');
    await relay.pass(11 * 3_600_000);
    await app('/link', { agent_id: '7', device_id: 'd1' });
    await relay.pass(11 * 3_600_000);
    expect((await app('/qr', { agent_id: '7', qr_text: 'x' })).status).toBe(200);
    await relay.pass(3_600_000 + 1);
    expect((await app('/qr', { agent_id: '7', qr_text: 'x' })).body.code).toBe('unknown_agent');
  });
});
