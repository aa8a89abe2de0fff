/** A QR's page and a display's last error, as the relay tells them to the admin page. */
import { request } from 'node:http';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { AdminHistory } from '../../shared/wire/admin/history.ts';
import type { AdminList } from '../../shared/wire/admin/fleet.ts';
import type { AdminQrStory } from '../../shared/wire/admin/command.ts';
import type { CommandType } from '../../shared/wire/commands.ts';
import { KEYS, RelayApp } from '../support/relay-app.ts';

let relay: RelayApp;
let token: string;
beforeEach(async () => {
  relay = await RelayApp.start();
  token = await relay.counter('7', 'd7');
});
afterEach(() => relay.stop());

const storyOf = async (commandId: string) => (await relay.get(`/qr/${commandId}`, KEYS.admin)).body as AdminQrStory;

it('a QR has one story, open, being taken off, and over', async () => {
  const payment = { amount: '1250.00', currency: 'MUR', reference: 'inv-1', policy_number: 'P-1' };
  const commandId = await relay.qr('7', payment);
  expect(await storyOf(commandId)).toMatchObject({
    command: { ...payment, state: 'pending', agent_id: '7', computer_name: 'd7', deliveries: 0 },
    clearing: null,
    cleared_by: null,
  });
  await relay.poll('d7', token);
  await relay.report('d7', token, commandId, 'success', { picture: { bytes: 1234, verified: true } });
  await relay.post('/payment', { command_id: commandId, status: 'paid' }, KEYS.app);
  const leaving = await storyOf(commandId);
  expect(leaving).toMatchObject({
    command: { state: 'displayed', reason: null, picture: { bytes: 1234, verified: true } },
    clearing: 'paid',
    cleared_by: { type: 'show_paid', state: 'pending' },
  });
  const [clearer] = await relay.poll('d7', token);
  await relay.report('d7', token, clearer?.['command_id'], 'success');
  const over = await storyOf(commandId);
  expect(over).toMatchObject({
    command: { ...payment, state: 'cleared', reason: 'paid', deliveries: 1 },
    clearing: null,
    cleared_by: { command_id: leaving.cleared_by?.command_id, type: 'show_paid', state: 'cleared' },
  });
  expect(Date.parse(over.command.ended_at ?? '')).toBeGreaterThanOrEqual(Date.parse(over.command.created_at));
});

it('a command of a type that only older versions knew is still read', async () => {
  const { commandId } = await relay.deps.store.enqueue({
    target: { kind: 'device', id: 'd7' },
    content: { type: 'show_pairing' as CommandType, hasPicture: false },
  });
  await relay.poll('d7', token);
  await relay.report('d7', token, commandId, 'success');
  const ended = { command_id: commandId, type: 'show_pairing', state: 'cleared', reason: 'done' };
  expect((await storyOf(commandId)).command).toMatchObject(ended);
  expect((await relay.get(`/command/${commandId}`, KEYS.app)).body).toMatchObject(ended);
  const { body } = await relay.get('/history?device_id=d7', KEYS.admin);
  expect((body as unknown as AdminHistory).commands[0]).toMatchObject(ended);
});

it('nobody but an admin reads it, and of no command there is none', async () => {
  const commandId = await relay.qr('7');
  expect((await relay.get(`/qr/${commandId}`, KEYS.app)).body.code).toBe('forbidden');
  expect((await relay.get('/qr/none', KEYS.admin)).body.code).toBe('unknown_command');
});

it('the list has the last error of today, of QR codes only, and none of yesterday', async () => {
  const lastError = async () => ((await relay.get('/list', KEYS.admin)).body as AdminList).devices[0]?.last_error;
  const fail = async (commandId: unknown, error: string) => {
    await relay.poll('d7', token);
    await relay.report('d7', token, commandId, 'failed', { reason: 'display_failed', error });
  };
  expect(await lastError()).toBeNull();
  const { body } = await relay.admin('POST', '/device/d7/test');
  await fail(body.command_id, 'The test card was refused.');
  expect(await lastError()).toBeNull();
  await fail(await relay.qr('7'), 'x'.repeat(900));
  await fail(await relay.qr('7'), 'The display did not answer.');
  expect(await lastError()).toEqual({
    at: expect.stringMatching(/^\d{4}-/),
    reason: 'display_failed',
    error: 'The display did not answer.',
  });
  await relay.pass(24 * 3_600_000);
  expect(await lastError()).toBeNull();
});

it.each([
  ['none', {}, true],
  ['set', { ADMIN_ORIGIN: 'http://admin.example' }, false],
])('the session says whether the kiosk page is on its host: ADMIN_ORIGIN %s', async (_what, env, hasKiosk) => {
  const own = await RelayApp.start({ env });
  try {
    const headers: Record<string, string> = hasKiosk ? {} : { host: 'admin.example' };
    const session = await loginAt(own, headers);
    expect(session.has_kiosk).toBe(hasKiosk);
  } finally {
    await own.stop();
  }
});

/** `fetch` sets the Host by itself. */
async function loginAt(app: RelayApp, headers: Record<string, string>): Promise<{ has_kiosk: boolean }> {
  const { port } = new URL(app.url);
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        port,
        host: '127.0.0.1',
        path: '/api/device/admin/login',
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
      },
      (answer) => {
        let text = '';
        answer.on('data', (data: Buffer) => (text += data.toString()));
        answer.on('end', () => resolve(JSON.parse(text) as { has_kiosk: boolean }));
      },
    );
    asked.on('error', reject);
    asked.end(JSON.stringify({ key: KEYS.admin }));
  });
}
