/** A display’s poll: held, woken, given up. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../support/wait.ts';
import { KEYS, RelayApp } from '../support/relay-app.ts';

let relay: RelayApp;
beforeEach(async () => {
  relay = await RelayApp.start();
});
afterEach(() => relay.stop());

const app = (path: string, body: unknown) => relay.post(path, body, KEYS.app);

describe('polling', () => {
  it('a held poll answers as soon as a command is there, and one at a time', async () => {
    const token = await relay.counter('7');
    const first = relay.poll('device_7', token, '&wait=20');
    await eventually(() => expect(relay.deps.longPolls.size).toBe(1));
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
    await eventually(() => expect(relay.deps.longPolls.size).toBe(1));
    await app(`/command/${command_id}/cancel`, {});
    expect((await held).body).toEqual({
      has_commands: false,
      commands: [],
      called_off: [{ command_id, reason: 'cancelled' }],
    });
    // The clearing itself waits until the display is ready.
    expect(await relay.poll('device_7', token)).toMatchObject([{ type: 'start_rotation', clears: command_id }]);
  });

  it('a held poll of a display that is away is told how many QR codes wait, and keeps being held meanwhile', async () => {
    await relay.stop();
    relay = await RelayApp.start({ env: { QUEUE_POLICY: 'fifo' } });
    const token = await relay.counter('7');
    const poll = (more = '') => relay.get(`/poll?device_id=device_7&ready=0&display=unplugged${more}`, token);
    expect((await poll('&wait=0.1')).body).toEqual({ has_commands: false, commands: [] });
    await relay.qr('7');
    await relay.post('/device/device_7/identify', {}, KEYS.admin);
    const began = performance.now();
    expect((await poll('&wait=0.3')).body).toEqual({ has_commands: false, commands: [], waiting: 1 });
    expect(performance.now() - began).toBeGreaterThan(200);
    await relay.qr('7');
    expect((await poll('&wait=0.1')).body.waiting).toBe(2);
  });

  it('a poll whose connection is gone takes nothing', async () => {
    const token = await relay.counter('7');
    const given = new AbortController();
    const held = fetch(`${relay.url}/api/device/poll?device_id=device_7&wait=20`, {
      headers: { authorization: `Bearer ${token}` },
      signal: given.signal,
    }).catch(() => 'gone');
    await eventually(() => expect(relay.deps.longPolls.size).toBe(1));
    given.abort();
    expect(await held).toBe('gone');
    await eventually(() => expect(relay.deps.longPolls.size).toBe(0));
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
    await eventually(() => expect(relay.deps.longPolls.size).toBe(1));
    await relay.qr('7');
    expect(await held).toHaveLength(1);
    for (const wait of ['-1', 'x', '1e9', ''])
      expect((await relay.get(`/poll?device_id=device_7&wait=${wait}`, token)).status, wait).toBe(400);
  });
});
