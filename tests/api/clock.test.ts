/** The computer's clock is set while the relay runs: nobody comes, goes, waits or is released because of that. */
import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../support/wait.ts';
import { KEYS, RelayApp } from '../support/relay-app.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let relay: RelayApp;
afterEach(() => relay.stop());

const stateOf = async (commandId: string): Promise<string> => {
  const { body } = await relay.get(`/command/${commandId}`, KEYS.app);
  return [body.state, body.reason].filter(Boolean).join(' ');
};
const displays = async () => (await relay.get('/list', KEYS.admin)).body.devices as Record<string, unknown>[];

describe('the clock is set back by an hour', () => {
  it('a display that is off for 18 s is offline, and was last seen a moment ago', async () => {
    relay = await RelayApp.start();
    const token = await relay.counter('7');
    await relay.poll('device_7', token, '&display=ready');
    await relay.setClock(-HOUR_MS);
    expect((await displays())[0]).toMatchObject({ online: true, display: 'ready' });
    await relay.pass(18_000);
    const [display] = await displays();
    expect(display['online']).toBe(false);
    const ageMs = relay.deps.now() - Date.parse(String(display['last_seen']));
    expect(ageMs).toBeGreaterThanOrEqual(18_000 - 1);
    expect(ageMs).toBeLessThan(HOUR_MS / 2);
  });

  it('a held poll is answered when its time is over, and so is a watcher', async () => {
    relay = await RelayApp.start();
    const token = await relay.counter('7');
    const command = await relay.qr('7');
    await relay.poll('device_7', token);
    const held = relay.poll('device_7', token, '&wait=2');
    const watched = relay.get(`/command/${command}?wait=2&state=delivered`, KEYS.app);
    await eventually(() => expect(relay.deps.longPolls.size).toBe(2));
    await relay.setClock(-HOUR_MS);
    expect(await held).toEqual([]);
    expect((await watched).body.state).toBe('delivered');
  });

  it('a lease holds a fifo queue no longer than LEASE_SECONDS', async () => {
    relay = await RelayApp.start({ env: { QUEUE_POLICY: 'fifo' } });
    const token = await relay.counter('7');
    const first = await relay.qr('7');
    await relay.qr('7');
    await relay.poll('device_7', token);
    await relay.setClock(-HOUR_MS);
    expect(await relay.poll('device_7', token)).toEqual([]);
    await relay.pass(15_000);
    expect(await relay.poll('device_7', token)).toMatchObject([{ command_id: first, retry_count: 1 }]);
  });

  it('a code that nobody takes ends when its time is over', async () => {
    relay = await RelayApp.start();
    await relay.counter('7');
    const command = await relay.qr('7');
    await relay.setClock(-HOUR_MS);
    await relay.pass(299_000);
    expect(await stateOf(command)).toBe('pending');
    await relay.pass(1_001);
    expect(await stateOf(command)).toBe('expired expired_undelivered');
  });

  it('polls are not counted together for an hour, and refused', async () => {
    relay = await RelayApp.start();
    const token = await relay.counter('7');
    const polls = async () => {
      for (let n = 0; n < 60; n++) await relay.poll('device_7', token, '&ready=0');
    };
    await polls();
    await relay.setClock(-HOUR_MS);
    await relay.pass(6_000);
    await polls();
  });
});

describe('the clock is set forward by a day', () => {
  it('agents keep their displays for the time that their links had left', async () => {
    relay = await RelayApp.start();
    await relay.counter('7');
    await relay.pass(11 * HOUR_MS);
    await relay.setClock(DAY_MS);
    await relay.qr('7');
    await relay.pass(HOUR_MS - 60_000);
    await relay.qr('7');
    await relay.pass(60_001);
    expect((await relay.post('/qr', { agent_id: '7', qr_text: 'pay' }, KEYS.app)).body.code).toBe('unknown_agent');
  });

  it('what is on a display stays there; what waits is not shown a day late, for the computer may have slept', async () => {
    relay = await RelayApp.start();
    const token = await relay.counter('7');
    const shown = await relay.qr('7');
    await relay.poll('device_7', token);
    await relay.report('device_7', token, shown, 'success');
    const tokenOfOther = await relay.counter('8');
    const waiting = await relay.qr('8');
    await relay.setClock(DAY_MS);
    expect(await stateOf(shown)).toBe('displayed');
    expect(await relay.poll('device_7', token)).toEqual([]);
    expect(await relay.poll('device_8', tokenOfOther)).toEqual([]);
    expect(await stateOf(waiting)).toBe('expired expired_undelivered');
    const { body } = await relay.post('/payment', { command_id: shown, status: 'paid' }, KEYS.app);
    expect(body.shown_by).not.toBeNull();
  });

  it('a display that polls is online all the time, and one on its way keeps its lease', async () => {
    relay = await RelayApp.start();
    const token = await relay.counter('7');
    const command = await relay.qr('7');
    await relay.poll('device_7', token);
    await relay.setClock(DAY_MS);
    expect((await displays())[0]).toMatchObject({ online: true, agent_id: '7' });
    expect(await relay.poll('device_7', token)).toEqual([]);
    expect((await relay.report('device_7', token, command, 'success')).body.state).toBe('displayed');
  });
});

it('is logged, counted, and said by /health and on the admin page for a day', async () => {
  relay = await RelayApp.start();
  const notices = async () => (await relay.get('/list', KEYS.admin)).body.stats.notices as unknown;
  expect((await relay.get('/health')).body.notices).toBeUndefined();
  expect(await notices()).toBeUndefined();
  await relay.setClock(-HOUR_MS);
  const said = [{ kind: 'clock_jump', at: new Date(relay.deps.now()).toISOString(), by_seconds: -3_600 }];
  const { status, body } = await relay.get('/health');
  expect([status, body.status]).toEqual([200, 'online']);
  expect(body.notices).toMatchObject([{ kind: 'clock_jump', by_seconds: -3_600 }]);
  expect(Math.abs(Date.parse(String(body.notices[0].at)) - Date.parse(said[0].at))).toBeLessThan(60_000);
  expect(await notices()).toEqual(body.notices);
  expect(relay.logged).toContainEqual(expect.objectContaining({ level: 40, bySeconds: -3_600 }));
  expect((await relay.get('/metrics', KEYS.admin)).text).toContain('counterqr_clock_jumps_total 1');
  await relay.setClock(2_000);
  expect((await relay.get('/metrics', KEYS.admin)).text).toContain('counterqr_clock_jumps_total 1');
  await relay.pass(DAY_MS);
  expect(await notices()).toBeUndefined();
});
