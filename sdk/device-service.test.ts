import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDeviceService } from './device-service.ts';
import { THIS_PC_CHANNEL } from './display-discovery.ts';
import type { CommandUpdate } from './types.ts';

interface Asked {
  method: string;
  path: string;
  token: string | null;
  body: Record<string, unknown>;
  keepalive: boolean;
}

/** A relay that answers from a list, in order, and keeps what it was asked. */
function fakeRelay(...answers: (readonly [status: number, body: unknown] | 'down')[]) {
  const asked: Asked[] = [];
  const fetch = vi.fn(async (url: string, init: RequestInit) => {
    const { pathname, search } = new URL(url);
    asked.push({
      method: init.method ?? 'GET',
      path: pathname + search,
      token: new Headers(init.headers).get('authorization'),
      body: typeof init.body === 'string' ? JSON.parse(init.body) : {},
      keepalive: init.keepalive ?? false,
    });
    const answer = answers.shift();
    if (answer === undefined) throw new Error('asked more than expected');
    if (answer === 'down') throw new TypeError('Failed to fetch');
    return new Response(JSON.stringify(answer[1]), { status: answer[0] });
  });
  vi.stubGlobal('fetch', fetch);
  return asked;
}

const storage = () => {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
};

const service = (more = {}) => createDeviceService({ baseUrl: 'https://pay.example/', token: 'tok', ...more });
const linked = [200, { success: true, device_id: 'device_A' }] as const;

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true, advanceTimeDelta: 20 });
  vi.stubGlobal('localStorage', storage());
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('linkDevice', () => {
  it('links the display that this PC’s kiosk tab names', async () => {
    const asked = fakeRelay(linked);
    const kiosk = new BroadcastChannel(THIS_PC_CHANNEL);
    kiosk.onmessage = ({ data }) => {
      if (data.kind === 'who_is_there') kiosk.postMessage({ kind: 'display_here', device_id: 'device_A' });
    };
    expect(await service().linkDevice(42, 'Asha')).toEqual({ success: true, device_id: 'device_A' });
    kiosk.close();
    expect(asked[0]).toMatchObject({
      method: 'POST',
      path: '/api/device/link',
      token: 'Bearer tok',
      body: { agent_id: 42, agent_name: 'Asha', device_id: 'device_A' },
    });
  });

  it('asks for a pairing code where no kiosk tab answers, and types it only once', async () => {
    const asked = fakeRelay(linked, linked, [404, { error: 'No such display.', code: 'unknown_device' }]);
    const page = service();
    expect(await page.linkDevice(42)).toMatchObject({ code: 'needs_pairing', needsDeviceSetup: true });
    expect(asked).toHaveLength(0);
    await page.linkDevice(42, 'Asha', { pairingCode: 'KX4T9P' });
    expect(asked[0]?.body).toEqual({ agent_id: 42, agent_name: 'Asha', pairing_code: 'KX4T9P' });
    await page.linkDevice(42);
    expect(asked[1]?.body).toMatchObject({ device_id: 'device_A' });
    // The display has been removed since: its name is forgotten, so that the next log-in asks for a code.
    expect(await page.linkDevice(42)).toMatchObject({ code: 'unknown_device' });
    expect(await page.linkDevice(42)).toMatchObject({ code: 'needs_pairing' });
  });

  it('tells who has the display, and takes it over only when told to', async () => {
    const owner = { error: 'In use by Ravi.', code: 'device_in_use', agent_id: '7', agent_name: 'Ravi' };
    const asked = fakeRelay([409, owner], linked);
    const page = service({ agentId: 42 });
    expect(await page.linkDevice(undefined, undefined, { deviceId: 'device_A' })).toEqual({
      success: false,
      error: 'In use by Ravi.',
      code: 'device_in_use',
      status: 409,
      details: { agent_id: '7', agent_name: 'Ravi' },
    });
    await page.linkDevice(undefined, undefined, { deviceId: 'device_A', takeover: true });
    expect(asked.map(({ body }) => body.takeover)).toEqual([undefined, true]);
  });
});

describe('displayQR', () => {
  const queued = [200, { success: true, command_id: 'c1', device_id: 'device_A', device_online: true }] as const;

  it('sends the customer under the API’s names, whichever names the page has, and nothing else of the customer', async () => {
    const asked = fakeRelay(queued, queued);
    const page = service({ agentId: 42 });
    const picture = 'data:image/png;base64,AAAA';
    const customer = { name: 'A. Ramgoolam', policyNumber: 88, amountDue: 1250.5, nationalId: 'secret' };
    expect(await page.displayQR(picture, customer)).toEqual({
      success: true,
      message: 'QR queued for device',
      command_id: 'c1',
      device_id: 'device_A',
      device_online: true,
    });
    await page.displayQR('https://pay.example/p/1', { customer_name: 'B', currency: 'MUR', reference: 'inv-1' });
    const [first, second] = asked.map(({ body: { idempotency_key: _key, ...body } }) => body);
    expect(first).toEqual({
      agent_id: 42,
      qr_image: picture,
      customer_name: 'A. Ramgoolam',
      policy_number: 88,
      amount: 1250.5,
    });
    expect(second).toEqual({
      agent_id: 42,
      qr_text: 'https://pay.example/p/1',
      customer_name: 'B',
      currency: 'MUR',
      reference: 'inv-1',
    });
  });

  it('passes on what the kiosk says of the display: one whose cable is out is online all the same', async () => {
    const [, body] = queued;
    fakeRelay([200, { ...body, display: 'unplugged' }], [200, { ...body, device_online: false, display: null }]);
    const page = service({ agentId: 42 });
    expect(await page.displayQR('text')).toMatchObject({ device_online: true, display: 'unplugged' });
    expect(await page.displayQR('text')).not.toHaveProperty('display');
  });

  it('tries again under the same idempotency key when no answer came, so that one QR stays one', async () => {
    const asked = fakeRelay('down', [503, { error: 'Restarting.', code: 'shutting_down' }], queued);
    expect(await service({ agentId: 42 }).displayQR('text')).toMatchObject({ success: true });
    expect(asked).toHaveLength(3);
    expect(new Set(asked.map(({ body }) => body.idempotency_key)).size).toBe(1);
    expect(asked[0]?.body.idempotency_key).toMatch(/^[0-9a-f]{32}$/);
  });

  it('never throws: it says what failed, in words and by code', async () => {
    fakeRelay('down', 'down', 'down', [404, { error: 'No display is linked.', code: 'unknown_agent' }]);
    const page = service({ agentId: 42 });
    expect(await page.displayQR('text')).toMatchObject({ success: false, code: 'no_answer' });
    expect(await page.displayQR('text')).toMatchObject({ success: false, code: 'unknown_agent', status: 404 });
    expect(await page.displayQR('')).toMatchObject({ success: false, code: 'bad_content' });
    expect(await service().displayQR('text')).toMatchObject({ success: false, code: 'no_agent' });
  });
});

it('asks for a fresh token once when the old one is over', async () => {
  const asked = fakeRelay([401, { error: 'Expired.', code: 'unauthorized' }], [200, { success: true }]);
  const getToken = vi.fn(({ refresh }: { refresh: boolean }) => (refresh ? 'fresh' : 'stale'));
  expect(await service({ agentId: 1, getToken }).unlinkDevice()).toEqual({ success: true });
  expect(asked.map(({ token }) => token)).toEqual(['Bearer stale', 'Bearer fresh']);
});

it('clears by agent or by command, with the reason, in a call that outlives the page', async () => {
  const asked = fakeRelay([200, {}], [200, {}], [200, {}]);
  const page = service({ agentId: 42 });
  await page.paymentComplete();
  await page.cancel({ command_id: 'c1' });
  await page.cancel('c1', 'closed');
  expect(asked.map(({ path }) => path)).toEqual(Array(3).fill('/api/device/rotation/start'));
  expect(asked.map(({ body }) => body)).toEqual([
    { agent_id: 42, reason: 'paid' },
    { command_id: 'c1', reason: 'cancelled' },
    { command_id: 'c1', reason: 'closed' },
  ]);
  expect(asked.every(({ keepalive }) => keepalive)).toBe(true);
});

describe('isAvailable', () => {
  it('is the linked display’s own state, not just the relay’s', async () => {
    fakeRelay(
      [200, { success: true, device_id: 'device_A', device_online: true }],
      [200, { success: true, device_id: 'device_A', device_online: true, display: 'ready' }],
      [200, { success: true, device_id: 'device_A', device_online: false, display: null }],
      [200, { success: true, device_id: 'device_A', device_online: true, display: 'error' }],
      [200, { success: true, device_id: 'device_A', device_online: true, display: 'unplugged' }],
      [404, { error: 'No display is linked.', code: 'unknown_agent' }],
      'down',
    );
    const page = service({ agentId: 42 });
    for (const available of [true, true, false, false]) expect(await page.isAvailable()).toBe(available);
    expect(await page.checkHealth()).toEqual({
      status: 'online',
      device: 'disconnected',
      device_id: 'device_A',
      display: 'unplugged',
    });
    expect(await page.checkHealth()).toMatchObject({ status: 'online', device: 'disconnected' });
    expect(await page.checkHealth()).toMatchObject({ status: 'offline', device: 'disconnected' });
  });

  it('is false before anybody was linked', async () => {
    fakeRelay([200, { status: 'online' }]);
    expect(await service().isAvailable()).toBe(false);
  });
});

describe('watch', () => {
  const view = (state: string, reason: string | null = null) => [200, { command_id: 'c1', state, reason, error: null }];

  it('tells each state once, to callback and iterator alike, and ends with the command', async () => {
    const asked = fakeRelay(
      ...([view('pending'), view('pending'), view('displayed'), 'down', view('cleared', 'paid')] as never[]),
    );
    const told: string[] = [];
    const watch = service().watch({ command_id: 'c1' }, ({ state }) => told.push(state));
    const seen: CommandUpdate[] = [];
    for await (const update of watch) seen.push(update);
    expect(seen.map(({ state }) => state)).toEqual(['pending', 'displayed', 'cleared']);
    expect(told).toEqual(['pending', 'displayed', 'cleared']);
    expect(await watch.finished).toMatchObject({ state: 'cleared', reason: 'paid' });
    expect(asked.map(({ path }) => path.replace('/api/device/command/c1', ''))).toEqual([
      '',
      '?wait=25&state=pending&covered=0',
      '?wait=25&state=pending&covered=0',
      '?wait=25&state=displayed&covered=0',
      '?wait=25&state=displayed&covered=0',
    ]);
  });

  it('tells that something covers the QR, and that it is seen again', async () => {
    const since = '2026-01-05T09:30:00.000Z';
    const covered = [200, { command_id: 'c1', state: 'displayed', covered_at: since }];
    const asked = fakeRelay(
      ...([view('displayed'), covered, covered, view('displayed'), view('cleared', 'timeout')] as never[]),
    );
    const told: CommandUpdate[] = [];
    await service().watch('c1', (update) => told.push(update)).finished;
    expect(told.map(({ state, covered_at }) => [state, covered_at])).toEqual([
      ['displayed', undefined],
      ['displayed', since],
      ['displayed', undefined],
      ['cleared', undefined],
    ]);
    expect(asked.map(({ path }) => path.slice(-1))).toEqual(['1', '0', '1', '1', '0']);
  });

  it('ends at once when the command is not to be had', async () => {
    fakeRelay([404, { error: 'No such command.', code: 'unknown_command' }]);
    expect(await service().watch('gone').finished).toEqual({
      command_id: 'gone',
      state: 'failed',
      reason: 'unknown_command',
      error: 'No such command.',
    });
  });

  it('repeats the last state, and why it ends, when the token is over: the QR is on the display all the same', async () => {
    const over = [401, { error: 'The token is over.', code: 'unauthorized' }] as const;
    fakeRelay(...([view('pending'), view('displayed'), over] as never[]));
    const told: CommandUpdate[] = [];
    const last = await service().watch('c1', (update) => told.push(update)).finished;
    expect(told.map(({ state }) => state)).toEqual(['pending', 'displayed', 'displayed']);
    expect(last).toEqual({
      command_id: 'c1',
      state: 'displayed',
      reason: 'unauthorized',
      error: 'The token is over.',
    });
  });

  it.each([401, 403])('invents no state when the first look is refused by %i', async (status) => {
    fakeRelay([status, { error: 'Not yours.', code: 'forbidden' }]);
    expect(await service().watch('c1').finished).toMatchObject({ state: 'unknown', reason: 'forbidden' });
  });

  it('stops when the page stops it', async () => {
    fakeRelay(...([view('pending')] as never[]));
    const watch = service().watch('c1');
    for await (const { state } of watch) {
      expect(state).toBe('pending');
      watch.stop();
    }
    expect(await watch.finished).toMatchObject({ state: 'pending' });
  });
});
