import type { ReactiveControllerHost } from 'lit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AdminDevice } from '../../../../shared/wire/admin/device.ts';
import type { AdminStats } from '../../../../shared/wire/admin/fleet.ts';
import { AdminError, type AdminApi } from '../data/admin-api.ts';
import { FleetController } from './fleet-controller.ts';

/** The relay's side of the events. */
class Source extends EventTarget {
  closed = false;
  close(): void {
    this.closed = true;
  }
  open(): void {
    this.dispatchEvent(new Event('open'));
  }
  break(): void {
    this.dispatchEvent(new Event('error'));
  }
  push(name: string, data: unknown): void {
    this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(data) }));
  }
}

const device = (id: string, more: Partial<AdminDevice> = {}) =>
  ({ device_id: id, online: true, qr_today: 0, ...more }) as AdminDevice;
const stats = (total: number) => ({ total_devices: total }) as AdminStats;

let sources: Source[];
let draws: number;
let signedOut: number;
let answer: (path: string) => Promise<unknown>;
let fleet: FleetController;

const source = (): Source => sources.at(-1) ?? new Source();
const advance = (ms = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers();
  [sources, draws, signedOut] = [[], 0, 0];
  answer = async (path) =>
    path === '/list' ? { devices: [device('a'), device('b')], stats: stats(2) } : { enrolments: [] };
  const host = { addController: () => undefined, requestUpdate: () => draws++ } as unknown as ReactiveControllerHost;
  const api = { root: 'http://relay', get: (path: string) => answer(path) } as unknown as AdminApi;
  fleet = new FleetController(host, api, {
    open: () => {
      const made = new Source();
      sources.push(made);
      return made;
    },
    onSignedOut: () => signedOut++,
  });
  fleet.start();
});
afterEach(() => {
  fleet.stop();
  vi.useRealTimers();
});

describe('the fleet', () => {
  it('is read when events are coming, and what was pushed meanwhile wins over the list', async () => {
    let give = (_list: unknown): void => undefined;
    answer = (path) =>
      path === '/list' ? new Promise((resolve) => (give = resolve)) : Promise.resolve({ enrolments: [] });
    expect(fleet.live).toBe(false);
    source().open();
    await advance();
    source().push('device', device('a', { qr_today: 5 }));
    source().push('removed', { device_id: 'b' });
    give({ devices: [device('a'), device('b')], stats: stats(2) });
    await advance();
    expect(fleet.live).toBe(true);
    expect([...fleet.devices.values()]).toEqual([device('a', { qr_today: 5 })]);
  });

  it('does not draw for each of many changes', async () => {
    source().open();
    await advance();
    const before = draws;
    for (let change = 0; change < 500; change++) source().push('device', device('a', { qr_today: change }));
    await advance(450);
    expect(draws - before).toBe(1);
    expect(fleet.devices.get('a')?.qr_today).toBe(499);
  });

  it('draws at once that a display went', async () => {
    source().open();
    await advance();
    const before = draws;
    source().push('device', device('a', { qr_today: 1 }));
    source().push('device', device('b', { online: false }));
    await advance(50);
    expect(draws - before).toBe(1);
    await advance(450);
    expect(draws - before).toBe(1);
  });

  it('is no longer live when nothing was heard for eight seconds, and is read anew', async () => {
    source().open();
    await advance();
    await advance(6_900);
    source().push('stats', stats(3));
    await advance(6_900);
    expect(fleet.live).toBe(true);
    await advance(1_100);
    expect([fleet.live, sources[0]?.closed, sources.length]).toEqual([false, true, 2]);
    source().open();
    await advance();
    expect(fleet.live).toBe(true);
  });

  it('is not live at once when the connection breaks, and comes back by itself', async () => {
    source().open();
    await advance();
    source().break();
    expect(fleet.live).toBe(false);
    await advance(1_000);
    expect(sources).toHaveLength(2);
    source().open();
    await advance();
    expect(fleet.live).toBe(true);
  });

  it('gives a relay up that takes the call and says nothing', async () => {
    await advance(10_000);
    expect([sources[0]?.closed, sources.length > 1, fleet.live]).toEqual([true, true, false]);
  });

  it('takes no word from a connection that it has given up', async () => {
    source().open();
    await advance();
    const [first] = sources;
    first?.break();
    first?.push('device', device('ghost'));
    await advance(500);
    expect(fleet.devices.has('ghost')).toBe(false);
    expect(fleet.live).toBe(false);
  });

  it('is not fooled by a clock that is set back', async () => {
    source().open();
    await advance();
    vi.setSystemTime(Date.now() - 3_600_000);
    await advance(1_000);
    expect(fleet.live).toBe(false);
  });

  it('learns that its session is over', async () => {
    answer = () => Promise.reject(new AdminError('signed_out', 'Sign in.'));
    source().break();
    await advance();
    expect(signedOut).toBe(1);
    await advance(5_000);
    expect(sources).toHaveLength(1);
  });

  it('keeps nothing after signing out', async () => {
    source().open();
    await advance();
    fleet.forget();
    expect([fleet.devices.size, fleet.stats, fleet.live, source().closed]).toEqual([0, undefined, false, true]);
  });
});
