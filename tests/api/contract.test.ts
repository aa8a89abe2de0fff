/** A QR’s way to its end, as the contract has it: paid, watched, reported again, forgotten. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../support/wait.ts';
import { KEYS, RelayApp } from '../support/relay-app.ts';

let relay: RelayApp;
beforeEach(async () => {
  relay = await RelayApp.start();
});
afterEach(() => relay.stop());

const app = (path: string, body: unknown) => relay.post(path, body, KEYS.app);
const view = async (commandId: string): Promise<object> =>
  (await relay.get(`/command/${commandId}`, KEYS.app)).body as object;

/** A QR of this agent on the screen. */
async function onScreen(agentId: string, token: string, more: object = {}): Promise<string> {
  const command = await relay.qr(agentId, more);
  await relay.poll(`device_${agentId}`, token);
  await relay.report(`device_${agentId}`, token, command, 'success');
  return command;
}

describe('payment', () => {
  it.each([
    ['command', (command: string) => ({ command_id: command })],
    ['policy number', () => ({ policy_number: 8842 })],
    ['reference', () => ({ reference: 'order-1' })],
  ])(
    'by %s: the display shows that it is paid, then its idle picture; asked again, the same answer',
    async (_by, name) => {
      const token = await relay.counter('7');
      const command = await onScreen('7', token, { policy_number: '8842', reference: 'order-1' });
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
    const command = await onScreen('7', token);
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
    await eventually(() => expect(relay.deps.longPolls.size).toBe(1));
    await relay.poll('device_7', token);
    expect((await delivered).body.state).toBe('delivered');
    const displayed = next('delivered');
    await eventually(() => expect(relay.deps.longPolls.size).toBe(1));
    await relay.report('device_7', token, command, 'success');
    expect((await displayed).body).toMatchObject({ state: 'displayed' });
    await relay.report('device_7', token, command, 'cleared', { reason: 'timeout' });
    expect((await next('cleared')).body).toMatchObject({ state: 'cleared', reason: 'timeout' });
    expect((await relay.get('/command/none?wait=20', KEYS.app)).status).toBe(404);
  });

  it('tells who asks for it that something covers the QR, and that it is seen again; nobody else is woken', async () => {
    const token = await relay.counter('7');
    const command = await onScreen('7', token);
    const next = (more: string) => relay.get(`/command/${command}?wait=20&state=displayed${more}`, KEYS.app);
    const statesOnly = next('');
    const covered = next('&covered=0');
    await eventually(() => expect(relay.deps.longPolls.size).toBe(2));
    await relay.report('device_7', token, command, 'uploading', { covered: true });
    const since = (await covered).body.covered_at as string;
    expect(Date.parse(since)).not.toBeNaN();
    expect((await next('&covered=0')).body).toMatchObject({ state: 'displayed', covered_at: since });
    const seenAgain = next('&covered=1');
    await eventually(() => expect(relay.deps.longPolls.size).toBe(2));
    await relay.report('device_7', token, command, 'success');
    expect((await seenAgain).body).not.toHaveProperty('covered_at');
    expect(relay.deps.longPolls.size).toBe(1);
    await relay.report('device_7', token, command, 'cleared', { reason: 'timeout' });
    expect((await statesOnly).body).toMatchObject({ state: 'cleared' });
    expect((await next('&covered=yes')).status).toBe(400);
  });

  it('"never delivered" and "cleared by time" are two things', async () => {
    const token = await relay.counter('7');
    const shown = await onScreen('7', token);
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
  const command = await onScreen('7', token);
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
  const command = await onScreen('7', token, { customer_name: 'Grace Hopper', qr_text: 'https://secret.example/1' });
  await relay.report('device_7', token, command, 'cleared', { reason: 'timeout' });
  const answers = [await relay.get('/history', KEYS.admin), await relay.get(`/command/${command}`, KEYS.app)];
  for (const { text } of answers) expect(text).not.toMatch(/Grace|secret\.example/);
  expect(JSON.stringify(relay.logged)).not.toMatch(/Grace|secret\.example/);
});
