import * as v from 'valibot';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AdminDevice } from '../../shared/wire/admin/device.ts';
import { AdminEnrolments } from '../../shared/wire/admin/enrolment.ts';
import { AdminStats } from '../../shared/wire/admin/fleet.ts';
import type { AdminEvents } from '../../shared/wire/admin/events.ts';
import { eventually } from '../support/wait.ts';
import { KEYS, RelayApp } from '../support/relay-app.ts';
import type { FleetListener } from '../../relay/fleet/fleet-listener.ts';
import { FleetWatch, type FleetStore } from '../../relay/fleet/fleet-watch.ts';

let relay: RelayApp;
beforeEach(async () => {
  relay = await RelayApp.start();
});
afterEach(() => relay.stop());

type Told = { [K in keyof AdminEvents]: { kind: K; data: AdminEvents[K] } }[keyof AdminEvents];

function listen() {
  const told: Told[] = [];
  let ended = false;
  const listener: FleetListener = {
    event: (kind, data) => void told.push({ kind, data } as Told),
    end: () => void (ended = true),
  };
  const stop = relay.deps.fleet.listen(listener);
  return {
    told,
    stop,
    isEnded: () => ended,
    devices: () => told.flatMap(({ kind, data }) => (kind === 'device' ? [data] : [])),
    of: (kind: Told['kind']) => told.filter((one) => one.kind === kind),
  };
}

it('begins with the figures and with who waits for approval', async () => {
  const { of } = listen();
  await eventually(() => expect(of('stats').length).toBeGreaterThan(0));
  v.parse(AdminStats, of('stats')[0].data);
  v.parse(AdminEnrolments, of('enrolments')[0].data);
});

it('tells a change of a display at once', async () => {
  const { devices } = listen();
  await relay.counter('7', 'd1');
  await eventually(() => expect(devices().at(-1)).toMatchObject({ device_id: 'd1', agent_id: '7' }));
  v.parse(AdminDevice, devices().at(-1));
  await relay.qr('7');
  await eventually(() => expect(devices().at(-1)).toMatchObject({ queued: 1, qr_today: 1 }));
});

it('tells of silence within nine seconds and not much before, and of the return', async () => {
  const token = await relay.register('d1');
  const { devices } = listen();
  await relay.poll('d1', token, '&display=ready');
  await eventually(() => expect(devices().at(-1)).toMatchObject({ online: true, display: 'ready' }));
  // A good second is left for a busy machine.
  await relay.pass(7_500);
  expect(devices().at(-1)).toMatchObject({ online: true });
  await relay.pass(1_200);
  await eventually(() => expect(devices().at(-1)).toMatchObject({ online: false, display: null }));
  await relay.poll('d1', token);
  await eventually(() => expect(devices().at(-1)).toMatchObject({ online: true }));
  expect(
    relay.deps.fleet
      .connectionChangesOf('d1')
      .slice(0, 2)
      .map(({ to }) => to),
  ).toEqual(['online', 'offline']);
});

it('where another process keeps presence, nobody is taken for gone by its word of a moment ago', async () => {
  await relay.register('d1');
  let now = relay.deps.now();
  let onlineUntil = now + 500;
  let snapshots = 0;
  const { store: real } = relay.deps;
  const store: FleetStore = {
    device: (deviceId) => real.device(deviceId),
    devices: () => real.devices(),
    enrolments: () => real.enrolments(),
    watch: (listener) => real.watch(listener),
    siteSettings: real.siteSettings,
    presenceSnapshot: async () => {
      snapshots++;
      const status = { presence: { lastPollAt: now, display: null, maxGapMs: 0 }, onlineUntil };
      return () => status;
    },
  };
  const told: boolean[] = [];
  const problems: unknown[] = [];
  const watch = new FleetWatch({ store, now: () => now, onProblem: (error) => problems.push(error) });
  watch.start();
  watch.listen({
    event: (kind, data) => {
      if (kind === 'device') told.push((data as AdminEvents['device']).online);
    },
    end: () => undefined,
  });
  try {
    await eventually(() => expect(told).toEqual([true]));
    // It polled, just in time, and nobody has asked since.
    const asked = snapshots;
    [now, onlineUntil] = [now + 600, now + 9_000];
    await eventually(() => expect(snapshots).toBeGreaterThan(asked));
    now += 2_000;
    await eventually(() => expect(snapshots).toBeGreaterThan(asked + 1));
    expect(told).toEqual([true]);
    now += 10_000;
    await eventually(() => expect(told).toEqual([true, false]));
    expect(problems).toEqual([]);
  } finally {
    await watch.stop();
  }
});

it('tells what a kiosk says of its display', async () => {
  const token = await relay.register('d1');
  const { devices } = listen();
  await relay.poll('d1', token, '&display=ready');
  await eventually(() => expect(devices().at(-1)?.display).toBe('ready'));
  await relay.poll('d1', token, '&ready=0&display=unplugged');
  await eventually(() => expect(devices().at(-1)?.display).toBe('unplugged'));
});

it('polls alone are no news', async () => {
  const token = await relay.register('d1');
  await relay.poll('d1', token, '&display=ready');
  const { devices, of } = listen();
  await eventually(() => expect(devices().at(-1)?.display).toBe('ready'));
  let polls = 0;
  await eventually(
    async () => {
      await relay.poll('d1', token, '&display=ready');
      polls++;
      expect(of('stats').length).toBeGreaterThanOrEqual(2);
    },
    { timeoutMs: 10_000 },
  );
  expect(polls).toBeGreaterThan(10);
  // How far the polls are apart may be news on a busy machine.
  expect(new Set(devices().map((device) => JSON.stringify({ ...device, last_seen: null, poll_gap_ms: 0 }))).size).toBe(
    1,
  );
});

it('tells that a display was removed, and forgets its heartbeat', async () => {
  const token = await relay.register('d1');
  await relay.poll('d1', token);
  const { of } = listen();
  const day = () => relay.deps.fleet.heartbeats.of('d1', relay.deps.now()).slots;
  await eventually(() => expect(day()).toContain('1'), { timeoutMs: 10_000 });
  await relay.call('DELETE', '/device/d1', { key: KEYS.admin });
  await eventually(() => expect(of('removed').map(({ data }) => data)).toEqual([{ device_id: 'd1' }]));
  expect(day()).toMatch(/^-+$/);
});

it('tells of kiosks that ask to be let in', async () => {
  const { of } = listen();
  const { body } = await relay.post('/enrol', { device_id: 'd1', computer_name: 'FRONT' });
  await eventually(() => expect(of('enrolments').at(-1)?.data).toMatchObject({ enrolments: [{ code: body.code }] }));
  await eventually(() => expect(of('stats').at(-1)?.data).toMatchObject({ waiting_enrolments: 1 }));
});

it('ends its listeners when the relay stops', async () => {
  const { isEnded } = listen();
  await relay.deps.fleet.stop();
  expect(isEnded()).toBe(true);
});
