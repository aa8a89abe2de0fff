/**
 * What the network and the relay do wrong, on a clock that the test moves: how soon it is noticed, how soon it is over,
 * and what is not lost.
 */
import { afterEach, describe, expect, it } from 'vitest';
import type { RelayMood } from '../../tests/support/station/fake-relay.ts';
import { FakeRelay } from '../../tests/support/station/fake-relay.ts';
import { ManualClock } from '../../tests/support/manual-clock.ts';
import {
  makeStationRig,
  MapMemory,
  PlainPictures,
  seeded,
  type StationRig,
} from '../../tests/support/station/station-rig.ts';
import type { StationRigOptions } from '../../tests/support/station/station-rig.ts';
import { Station } from './station.ts';

const NOTICED_WITHIN_MS = 9_000;
const BACK_WITHIN_MS = 3_000;

let rig: StationRig;
afterEach(async () => {
  await rig.clock.run(rig.station.stop());
});

async function started(options?: StationRigOptions): Promise<StationRig> {
  rig = makeStationRig(options);
  await rig.station.start();
  await rig.clock.until(() => rig.displayNow() === 'ready' && rig.relayNow() === 'online', 60_000);
  return rig;
}

describe('a relay that fails', () => {
  const moods: readonly (readonly [string, RelayMood, string])[] = [
    ['is down', { kind: 'down' }, 'offline (no_answer)'],
    ['takes connections and answers nothing', { kind: 'half_open' }, 'offline (no_answer)'],
    ['answers far too slowly', { kind: 'slow', ms: 30_000 }, 'offline (no_answer)'],
    ['answers 503', { kind: 'status', status: 503 }, 'offline (relay_error)'],
    ['is hidden behind a proxy that answers 502', { kind: 'status', status: 502 }, 'offline (relay_error)'],
    ['is hidden behind a proxy that answers 404', { kind: 'status', status: 404 }, 'offline (relay_error)'],
    ['is hidden behind a proxy that answers 403', { kind: 'status', status: 403 }, 'offline (relay_error)'],
    ['is hidden behind a proxy that answers 407', { kind: 'status', status: 407 }, 'offline (relay_error)'],
  ];

  it.each(moods)('and %s: noticed within 9 s, back within 3 s', async (_what, mood, words) => {
    const { clock, relay, relayNow } = await started();
    for (const downMs of [1_000, 20_000, 600_000]) {
      relay.mood = mood;
      const from = clock.now();
      await clock.until(() => relayNow() === words, NOTICED_WITHIN_MS);
      await clock.advance(Math.max(0, downMs - (clock.now() - from)));
      relay.mood = { kind: 'well' };
      await clock.until(() => relayNow() === 'online', BACK_WITHIN_MS);
    }
  });

  it('is slow but answers: the display stays online and QRs come', async () => {
    const { clock, relay, relayNow, events } = await started();
    relay.mood = { kind: 'slow', ms: 1_500 };
    const mark = events.length;
    const command = relay.post({ qr_text: 'slow' });
    await clock.until(() => command.state === 'displayed', 15_000);
    expect(relayNow()).toBe('online');
    expect(events.slice(mark).filter(({ kind }) => kind === 'relay')).toEqual([]);
  });

  it('has forgotten this device: it registers again by itself, under its id, and nobody is told of trouble', async () => {
    const { clock, relay, events } = await started();
    relay.forgetDevices();
    const mark = events.length;
    await clock.until(() => relay.registrations.length === 2, 5_000);
    expect(relay.registrations[1]?.device_id).toBe(relay.registrations[0]?.device_id);
    const command = relay.post({ qr_text: 'after' });
    await clock.until(() => command.state === 'displayed', 10_000);
    expect(events.slice(mark).filter(({ kind }) => kind === 'relay')).toEqual([]);
  });

  it('does not take the token any more: a new one is fetched with the enrolment key', async () => {
    const { clock, relay, relayNow } = await started();
    relay.token = 'rotated';
    await clock.until(() => relay.registrations.length === 2, 5_000);
    await clock.advance(5_000);
    expect(relayNow()).toBe('online');
  });

  it('does not take the key either: refused is said, asked for ever more rarely, and a new key helps at once', async () => {
    const { clock, relay, relayNow, station } = await started();
    relay.enrolKey = 'new';
    relay.token = 'rotated';
    await clock.until(() => relayNow() === 'refused (key_refused)', 10_000);
    await clock.advance(120_000);
    const before = relay.requests.length;
    await clock.advance(60_000);
    expect(relay.requests.length - before).toBeLessThan(12);
    await station.provision({ enrolKey: 'new' });
    await clock.until(() => relayNow() === 'online', 1_000);
  });

  it('is missing for ten minutes: a QR on the display goes at its time, and what happened is told afterwards, once and in order', async () => {
    const { clock, relay, display } = await started();
    const command = relay.post({ qr_text: 'unattended', display_seconds: 60 });
    await clock.until(() => command.state === 'displayed', 10_000);
    relay.mood = { kind: 'down' };
    await clock.advance(70_000);
    expect(display.screen.kind).toBe('rotation');
    await clock.advance(530_000);
    relay.mood = { kind: 'well' };
    await clock.until(() => command.reports.some(({ status }) => status === 'cleared'), BACK_WITHIN_MS + 100);
    await clock.advance(60_000);
    const ends = command.reports.map(({ status }) => status).filter((status) => status !== 'uploading');
    expect(ends).toEqual(['received', 'success', 'cleared']);
    expect(command.reports.at(-1)).toMatchObject({ reason: 'timeout' });
  });

  it('takes a report and loses the answer: the report comes again, and the relay knows it already', async () => {
    const { clock, relay } = await started();
    const command = relay.post({ qr_text: 'answer-lost', display_seconds: 600 });
    const { onReport } = relay;
    relay.onReport = (_command, { status }) => {
      if (status !== 'success') return;
      relay.onReport = onReport;
      // Taken, but the line dies before the answer.
      relay.mood = { kind: 'half_open' };
    };
    await clock.until(() => command.state === 'displayed', 10_000);
    await clock.advance(20_000);
    relay.mood = { kind: 'well' };
    await clock.advance(20_000);
    expect(command.state).toBe('displayed');
    const successes = command.reports.filter(({ status }) => status === 'success');
    expect(successes).toHaveLength(2);
    expect(successes[1]).toEqual(successes[0]);
  });

  it('is away while the tab crashes: what was not told is on disk, and the next tab tells it once', async () => {
    const memory = new MapMemory();
    const { clock, relay, display } = await started({ memory });
    const command = relay.post({ qr_text: 'crash', display_seconds: 20 });
    await clock.until(() => command.state === 'displayed', 10_000);
    relay.mood = { kind: 'down' };
    await clock.until(() => display.screen.kind === 'rotation', 60_000);
    const disk = new MapMemory();
    for (const [key, value] of memory.map) disk.map.set(key, value);
    await clock.run(rig.station.stop());

    relay.mood = { kind: 'well' };
    const second = makeStationRig({ memory: disk });
    const next = new Station({
      identity: { computerName: 'SHOWROOM-PC-01', kind: 'kiosk', version: '0.0.0', enrolKey: 'enrol' },
      http: relay.http,
      ports: second.port,
      pictures: new PlainPictures(),
      memory: disk,
      clock,
      random: seeded(2),
      onEvent: () => undefined,
    });
    await next.start();
    await clock.until(() => command.state === 'cleared', 10_000);
    await clock.advance(60_000);
    expect(command.reports.filter(({ status }) => status === 'cleared')).toHaveLength(1);
    await clock.run(next.stop());
    await second.clock.run(second.station.stop());
  });

  it('is asked at once when the PC wakes or the network returns', async () => {
    const { clock, relay, relayNow, station } = await started();
    relay.mood = { kind: 'down' };
    await clock.advance(60_000);
    relay.mood = { kind: 'well' };
    station.wake();
    await clock.until(() => relayNow() === 'online', 50);
  });
});

describe('a clock that is wrong by an hour', () => {
  const HOUR = 3_600_000;

  it.each([
    ['ahead', HOUR],
    ['behind', -HOUR],
  ])('%s: a QR comes, stays for its time and goes', async (_what, offMs) => {
    const { clock, relay, display, screenText } = await started();
    clock.wallOffMs = offMs;
    const command = relay.post({ qr_text: 'pay-1', display_seconds: 60 });
    await clock.until(() => command.state === 'displayed', 10_000);
    await clock.advance(55_000);
    expect(screenText()).toBe('qr pay-1');
    await clock.advance(15_000);
    expect(display.screen.kind).toBe('rotation');
    expect(command).toMatchObject({ state: 'cleared', reason: 'timeout' });
  });

  it.each([
    ['forward', HOUR],
    ['back', -HOUR],
  ])('and put right (%s) while a QR is up: it neither goes early nor stays longer', async (_what, offMs) => {
    const { clock, relay, display, screenText } = await started();
    const command = relay.post({ qr_text: 'pay-1', display_seconds: 60 });
    await clock.until(() => command.state === 'displayed', 10_000);
    clock.wallOffMs = offMs;
    await clock.advance(55_000);
    expect(screenText()).toBe('qr pay-1');
    await clock.advance(15_000);
    expect(display.screen.kind).toBe('rotation');
  });

  it('set back while the tab is away: the QR gets no second hour', async () => {
    const memory = new MapMemory();
    const first = await started({ memory });
    const command = first.relay.post({ qr_text: 'pay-1', display_seconds: 60 });
    await first.clock.until(() => command.state === 'displayed', 10_000);
    const disk = new Map(memory.map);
    await first.clock.run(first.station.stop());

    const again = new MapMemory();
    for (const [key, value] of disk) again.map.set(key, value);
    rig = makeStationRig({ memory: again });
    rig.clock.wallOffMs = -HOUR;
    rig.relay.token = first.relay.token;
    rig.relay.commands.push(command);
    await rig.station.start();
    await rig.clock.until(() => rig.screenText() === 'qr pay-1', 10_000);
    await rig.clock.advance(75_000);
    expect(rig.display.screen.kind).toBe('rotation');
  });
});

describe('a hundred kiosks', () => {
  it('come back to a relay that was away without a storm', { timeout: 60_000 }, async () => {
    const clock = new ManualClock();
    rig = makeStationRig();
    const kiosks = Array.from({ length: 100 }, (_, index) => {
      const relay = new FakeRelay(clock);
      const station = new Station({
        identity: { computerName: `PC-${index}`, kind: 'kiosk', version: '0.0.0', enrolKey: 'enrol' },
        http: relay.http,
        ports: { list: async () => [], watch: () => () => undefined },
        pictures: new PlainPictures(),
        memory: new MapMemory(),
        clock,
        random: seeded(index + 1),
        onEvent: () => undefined,
      });
      return { relay, station };
    });
    for (const { station } of kiosks) await station.start();
    await clock.advance(6_000);
    const mood = (next: RelayMood): void => kiosks.forEach(({ relay }) => (relay.mood = next));
    for (const away of [{ kind: 'down' }, { kind: 'half_open' }, { kind: 'status', status: 503 }] as const) {
      mood(away);
      await clock.advance(15_000);
      mood({ kind: 'well' });
      const back = clock.now();
      await clock.advance(4_000);
      /** The most requests of all kiosks together in any such piece of time between the two. */
      const mostIn = (ms: number, from: number, until: number): number => {
        const counts = new Map<number, number>();
        for (const { at } of kiosks.flatMap(({ relay }) => relay.requests))
          if (at >= from && at < until)
            counts.set(Math.floor((at - from) / ms), (counts.get(Math.floor((at - from) / ms)) ?? 0) + 1);
        return Math.max(...counts.values());
      };
      // Fifty a second is their everyday; a relay that is away is asked about once a second by each, never in step.
      expect(mostIn(1_000, back - 8_000, back), `${away.kind}, away`).toBeLessThanOrEqual(125);
      // Coming back costs a kiosk two requests, the knock that is answered and the held poll after it: two hundred in
      // all, and in step they would come at once. Spread over the 3 s that coming back may take, no second gets more
      // than three quarters, no tenth an eighth.
      expect(mostIn(1_000, back, back + 4_000), `${away.kind}, back`).toBeLessThanOrEqual(150);
      expect(mostIn(100, back, back + 4_000), `${away.kind}, back`).toBeLessThanOrEqual(25);
      expect(
        new Set(kiosks.map(({ relay }) => relay.requests.some(({ at }) => at >= back && at <= back + 3_000))),
      ).toEqual(new Set([true]));
    }
    for (const { station } of kiosks) await clock.run(station.stop());
  });
});
