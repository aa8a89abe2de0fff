/** The calls of the main job, as the contract has them: what each answers first, again, and when it must refuse. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { KEYS, RelayApp } from '../../support/relay-app.ts';

let relay: RelayApp;
beforeEach(async () => {
  relay = await RelayApp.start();
});
afterEach(() => relay.stop());

const app = (path: string, body: unknown) => relay.post(path, body, KEYS.app);
const view = async (commandId: string): Promise<object> =>
  (await relay.get(`/command/${commandId}`, KEYS.app)).body as object;

/** A QR of this agent on the glass. */
async function onGlass(agentId: string, token: string, more: object = {}): Promise<string> {
  const command = await relay.qr(agentId, more);
  await relay.poll(`device_${agentId}`, token);
  await relay.report(`device_${agentId}`, token, command, 'success');
  return command;
}

describe('posting', () => {
  it('the same key and body is one QR for 24 hours; another body under it is refused', async () => {
    await relay.counter('7');
    const post = (text: string, key = 'k1') =>
      relay.call('POST', '/qr', {
        key: KEYS.app,
        headers: { 'idempotency-key': key },
        body: { agent_id: '7', qr_text: text },
      });
    const { body: first } = await post('a');
    expect((await post('a')).body).toEqual(first);
    expect((await post('b')).body).toMatchObject({ code: 'idempotency_mismatch' });
    expect((await post('b')).status).toBe(422);
    const inBody = await app('/qr', { agent_id: '7', qr_text: 'a', idempotency_key: 'k1' });
    expect(inBody.body).toEqual(first);
    expect((await post('a', 'k2')).body.command_id).not.toBe(first.command_id);
    await relay.pass(24 * 3_600_000 - 60_000);
    await relay.post('/link', { agent_id: '7', device_id: 'device_7' }, KEYS.app);
    expect((await post('a')).body).toEqual(first);
    await relay.pass(120_000);
    expect((await post('a')).body.command_id).not.toBe(first.command_id);
  });

  it('refuses what is not exactly one target, one code, one image', async () => {
    await relay.counter('7');
    const png = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUg==';
    for (const body of [
      { qr_text: 'x' },
      { agent_id: '7', device_id: 'device_7', qr_text: 'x' },
      { agent_id: '7' },
      { agent_id: '7', qr_text: 'x', qr_image: png },
      { agent_id: '7', qr_text: '' },
      { agent_id: '7', qr_text: 'x'.repeat(2_954) },
      { agent_id: '7', qr_text: 'x', amount: {} },
      { agent_id: '7', qr_text: 'x', expires_in: 0 },
    ])
      expect((await app('/qr', body)).body.code, JSON.stringify(body).slice(0, 80)).toBe('bad_request');
    for (const image of [
      'data:image/gif;base64,R0lGODlh',
      'iVBORw0KGgo=',
      'data:image/png;base64,R0lGODlhAQABAAAAACw=',
      'data:image/png;base64,***',
    ])
      expect((await app('/qr', { agent_id: '7', qr_image: image })).body.code, image).toBe('bad_image');
    expect((await app('/qr', { agent_id: '7', qr_image: png })).status).toBe(200);
  });

  it('tells a full queue with the time after which to try again', async () => {
    await relay.stop();
    relay = await RelayApp.start({ env: { QUEUE_POLICY: 'fifo', MAX_QUEUED_PER_DEVICE: '2' } });
    await relay.counter('7');
    await relay.qr('7');
    await relay.qr('7');
    const { status, headers, body } = await app('/qr', { agent_id: '7', qr_text: 'x' });
    expect([status, body.code]).toEqual([429, 'queue_full']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('says whether the display is there', async () => {
    const token = await relay.counter('7');
    expect((await app('/qr', { agent_id: '7', qr_text: 'x' })).body.device_online).toBe(false);
    await relay.poll('device_7', token);
    expect((await app('/qr', { agent_id: '7', qr_text: 'x' })).body.device_online).toBe(true);
    await relay.pass(9_001);
    expect((await app('/qr', { agent_id: '7', qr_text: 'x' })).body.device_online).toBe(false);
  });

  it('says of an agent’s display whether it is heard, and in what state its kiosk sees it', async () => {
    const token = await relay.counter('7');
    const seen = async () => {
      const { body } = await relay.get('/link?agent_id=7', KEYS.app);
      return [body.device_online, body.display] as unknown[];
    };
    expect(await seen()).toEqual([false, null]);
    await relay.poll('device_7', token, '&display=unplugged');
    expect(await seen()).toEqual([true, 'unplugged']);
    await relay.poll('device_7', token, '&display=ready');
    expect(await seen()).toEqual([true, 'ready']);
    expect((await app('/link', { agent_id: '7', device_id: 'device_7' })).body.display).toBe('ready');
    await relay.pass(9_001);
    expect(await seen()).toEqual([false, null]);
  });
});

describe('polling', () => {
  it('a held poll answers as soon as a command is there, and one at a time', async () => {
    const token = await relay.counter('7');
    const first = relay.poll('device_7', token, '&wait=20');
    await eventually(() => expect(relay.deps.held.size).toBe(1));
    const second = relay.poll('device_7', token, '&wait=20');
    expect(await first).toEqual([]);
    const command = await relay.qr('7');
    expect((await second).map(({ command_id }) => command_id)).toEqual([command]);
  });

  it('a held poll of a busy display is told at once which code was called off, and hands nothing out', async () => {
    const token = await relay.counter('7');
    const command_id = await relay.qr('7');
    await relay.poll('device_7', token);
    const held = relay.get('/poll?device_id=device_7&wait=20&ready=0&display=uploading', token);
    await eventually(() => expect(relay.deps.held.size).toBe(1));
    await app(`/command/${command_id}/cancel`, {});
    expect((await held).body).toEqual({
      has_commands: false,
      commands: [],
      called_off: [{ command_id, reason: 'cancelled' }],
    });
    // The clearing itself waits until the display is ready.
    expect(await relay.poll('device_7', token)).toMatchObject([{ type: 'start_rotation', clears: command_id }]);
  });

  it('a poll whose connection is gone takes nothing', async () => {
    const token = await relay.counter('7');
    const given = new AbortController();
    const held = fetch(`${relay.url}/api/device/poll?device_id=device_7&wait=20`, {
      headers: { authorization: `Bearer ${token}` },
      signal: given.signal,
    }).catch(() => 'gone');
    await eventually(() => expect(relay.deps.held.size).toBe(1));
    given.abort();
    expect(await held).toBe('gone');
    await eventually(() => expect(relay.deps.held.size).toBe(0));
    const command = await relay.qr('7');
    expect((await relay.poll('device_7', token))[0]).toMatchObject({ command_id: command, retry_count: 0 });
  });

  it('one that is not ready takes nothing and counts as there', async () => {
    const token = await relay.counter('7');
    await relay.qr('7');
    expect(await relay.poll('device_7', token, '&ready=0&display=unplugged')).toEqual([]);
    expect((await relay.get('/list', KEYS.admin)).body.devices[0]).toMatchObject({
      online: true,
      display: 'unplugged',
    });
  });

  it('who only asks for headers takes nothing', async () => {
    const token = await relay.counter('7');
    await relay.qr('7');
    expect((await relay.call('HEAD', '/poll?device_id=device_7', { key: token })).status).toBe(405);
    expect((await relay.call('HEAD', '/events', { key: KEYS.admin })).status).toBe(405);
    expect((await relay.call('HEAD', '/health')).status).toBe(200);
    expect(await relay.poll('device_7', token)).toHaveLength(1);
  });

  it('takes waits up to 25 s; more is 25 s', async () => {
    const token = await relay.counter('7');
    const held = relay.poll('device_7', token, '&wait=100000');
    await eventually(() => expect(relay.deps.held.size).toBe(1));
    await relay.qr('7');
    expect(await held).toHaveLength(1);
    for (const wait of ['-1', 'x', '1e9', ''])
      expect((await relay.get(`/poll?device_id=device_7&wait=${wait}`, token)).status, wait).toBe(400);
  });
});

describe('pairing', () => {
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
    await relay.register('d2', 'desk');
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

describe('payment', () => {
  it.each([
    ['command', (command: string) => ({ command_id: command })],
    ['policy number', () => ({ policy_number: 8842 })],
    ['reference', () => ({ reference: 'order-1' })],
  ])(
    'by %s: the display shows that it is paid, then its idle picture; asked again, the same answer',
    async (_by, name) => {
      const token = await relay.counter('7');
      const command = await onGlass('7', token, { policy_number: '8842', reference: 'order-1' });
      const paid = () => app('/payment', { ...name(command), status: 'completed' });
      const { body } = await paid();
      expect(body).toMatchObject({ success: true, command_id: command, device_id: 'device_7' });
      expect((await paid()).body).toEqual(body);
      expect(await view(command)).toMatchObject({ state: 'displayed', clearing: 'paid' });
      const [shown] = await relay.poll('device_7', token);
      expect(shown).toMatchObject({ command_id: body.shown_by, type: 'show_paid', clears: command });
      await relay.report('device_7', token, shown['command_id'], 'success');
      expect(await view(command)).toMatchObject({ state: 'cleared', reason: 'paid' });
      expect((await paid()).body).toEqual(body);
    },
  );

  it('before the QR was delivered it is not shown any more', async () => {
    const token = await relay.counter('7');
    const command = await relay.qr('7');
    const { body } = await app('/payment', { command_id: command, status: 'paid' });
    expect(body.shown_by).toBeNull();
    expect(await relay.poll('device_7', token)).toEqual([]);
    expect(await view(command)).toMatchObject({ state: 'cancelled', reason: 'paid' });
  });

  it('of nothing that was posted: 404', async () => {
    for (const name of [{ command_id: 'x' }, { policy_number: 'x' }, { reference: 'x' }])
      expect((await app('/payment', { ...name, status: 'paid' })).body.code).toBe('unknown_command');
    expect((await app('/payment', { status: 'paid' })).body.code).toBe('bad_request');
    expect((await app('/payment', { command_id: 'x', status: 'maybe' })).body.code).toBe('bad_request');
  });

  it('that failed leaves the code where it is', async () => {
    const token = await relay.counter('7');
    const command = await onGlass('7', token);
    await app('/payment', { command_id: command, status: 'failed' });
    expect(await view(command)).toMatchObject({ state: 'displayed', clearing: null });
    await app('/payment', { command_id: command, status: 'cancelled' });
    expect(await view(command)).toMatchObject({ clearing: 'cancelled' });
  });
});

describe('watching a command', () => {
  it('answers each change as it comes, and the end at once', async () => {
    const token = await relay.counter('7');
    const command = await relay.qr('7');
    const next = (state: string) => relay.get(`/command/${command}?wait=20&state=${state}`, KEYS.app);
    const delivered = next('pending');
    await eventually(() => expect(relay.deps.held.size).toBe(1));
    await relay.poll('device_7', token);
    expect((await delivered).body.state).toBe('delivered');
    const displayed = next('delivered');
    await eventually(() => expect(relay.deps.held.size).toBe(1));
    await relay.report('device_7', token, command, 'success');
    expect((await displayed).body).toMatchObject({ state: 'displayed' });
    await relay.report('device_7', token, command, 'cleared', { reason: 'timeout' });
    expect((await next('cleared')).body).toMatchObject({ state: 'cleared', reason: 'timeout' });
    expect((await relay.get('/command/none?wait=20', KEYS.app)).status).toBe(404);
  });

  it('"never delivered" and "cleared by time" are two things', async () => {
    const token = await relay.counter('7');
    const shown = await onGlass('7', token);
    await relay.report('device_7', token, shown, 'cleared', { reason: 'timeout' });
    const missed = await relay.qr('7');
    await relay.pass(300_001);
    expect(await view(shown)).toMatchObject({ state: 'cleared', reason: 'timeout' });
    expect(await view(missed)).toMatchObject({ state: 'expired', reason: 'expired_undelivered' });
    expect(await relay.poll('device_7', token)).toEqual([]);
  });
});

it('a report repeated changes nothing, and comes to the same answer', async () => {
  const token = await relay.counter('7');
  const command = await onGlass('7', token);
  const before = await view(command);
  await relay.pass(5_000);
  const again = await relay.report('device_7', token, command, 'success');
  expect(again.body).toMatchObject({ success: true, state: 'displayed' });
  expect(await view(command)).toEqual(before);
  await relay.report('device_7', token, command, 'cleared', { reason: 'timeout' });
  const late = await relay.report('device_7', token, command, 'failed', { reason: 'display_failed' });
  expect(late.body).toMatchObject({ success: true, state: 'cleared', reason: 'timeout' });
});

it('history keeps neither picture nor customer', async () => {
  const token = await relay.counter('7');
  const command = await onGlass('7', token, { customer_name: 'Grace Hopper', qr_text: 'https://secret.example/1' });
  await relay.report('device_7', token, command, 'cleared', { reason: 'timeout' });
  const answers = [await relay.get('/history', KEYS.admin), await relay.get(`/command/${command}`, KEYS.app)];
  for (const { text } of answers) expect(text).not.toMatch(/Grace|secret\.example/);
  expect(JSON.stringify(relay.logged)).not.toMatch(/Grace|secret\.example/);
});
