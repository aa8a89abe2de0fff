import { afterEach, describe, expect, it } from 'vitest';
import { makeStationRig, MapMemory, type StationRig } from '../../tests/support/station/station-rig.ts';

let rig: StationRig;
afterEach(async () => {
  const stopped = rig.station.stop();
  await rig.clock.run(stopped);
});

const KEYLESS = { computerName: 'SHOWROOM-PC-01', kind: 'kiosk', version: '0.0.0', requestsEnrolment: true } as const;

/** A kiosk that was opened without an enrol key. */
async function withoutKey(memory = new MapMemory()): Promise<StationRig> {
  rig = makeStationRig({ memory, station: { identity: KEYLESS } });
  await rig.station.start();
  return rig;
}

/** A station with the right key, at a relay that has another display of its name. */
async function withKey(more: { readonly requestsEnrolment?: boolean }): Promise<StationRig> {
  const identity = {
    computerName: 'SHOWROOM-PC-01',
    kind: 'kiosk',
    version: '0.0.0',
    enrolKey: 'enrol',
    ...more,
  } as const;
  rig = makeStationRig({ station: { identity } });
  rig.relay.nameIsTaken = true;
  await rig.station.start();
  return rig;
}

/** The code that the page shows now. */
const codeNow = (): string | undefined => rig.events.findLast((event) => event.kind === 'enrolment')?.code;

describe('a station without a key', () => {
  it('shows a code, waits, and registers within a second of the admin’s word', async () => {
    const { clock, relay, relayNow } = await withoutKey();
    await clock.until(() => relayNow() === 'refused (awaiting_approval)' && codeNow() === 'CODE-r1', 5_000);
    await clock.advance(60_000);
    expect(relay.enrolments).toHaveLength(1);
    expect(relay.registrations).toHaveLength(0);
    relay.enrolments[0].verdict = 'approved';
    await clock.until(() => relay.registrations.length === 1, 1_000);
    // A poll that is held comes back first.
    await clock.until(() => relayNow() === 'online', 3_000);
    expect(codeNow()).toBeUndefined();
    expect(relay.registrations).toMatchObject([{ request_id: 'r1', computer_name: 'SHOWROOM-PC-01' }]);
  });

  it('asks the relay seldom while it waits', async () => {
    const { clock, relay } = await withoutKey();
    await clock.advance(120_000);
    expect(relay.requests.length).toBeLessThan(10);
  });

  it('shows the same code after a restart', async () => {
    const memory = new MapMemory();
    const first = await withoutKey(memory);
    await first.clock.until(() => codeNow() === 'CODE-r1', 5_000);
    await first.clock.run(first.station.stop());
    await withoutKey(memory);
    // The other relay knows nothing of it: the code is shown at once, and then given up.
    await rig.clock.until(
      () => rig.events.some((event) => event.kind === 'enrolment' && event.code === 'CODE-r1'),
      1_000,
    );
  });

  it('asks anew when its request has run out', async () => {
    const { clock, relay } = await withoutKey();
    await clock.until(() => codeNow() === 'CODE-r1', 5_000);
    relay.enrolments[0].verdict = 'gone';
    await clock.until(() => codeNow() === 'CODE-r2', 25_000);
  });

  it('does not ask again after it was turned away, until a person wants it to', async () => {
    const { clock, relay, relayNow, station } = await withoutKey();
    await clock.until(() => codeNow() === 'CODE-r1', 5_000);
    relay.enrolments[0].verdict = 'denied';
    await clock.until(() => relayNow() === 'refused (turned_away)', 25_000);
    expect(codeNow()).toBeUndefined();
    await clock.advance(10 * 60_000);
    expect(relay.enrolments).toHaveLength(1);
    await station.provision({});
    await clock.until(() => codeNow() === 'CODE-r2', 2_000);
  });

  it('takes a key that comes while it waits', async () => {
    const { clock, relay, relayNow, station } = await withoutKey();
    await clock.until(() => codeNow() === 'CODE-r1', 5_000);
    await clock.advance(3_000);
    await station.provision({ enrolKey: relay.enrolKey });
    await clock.until(() => relay.registrations.length === 1, 1_000);
    await clock.until(() => relayNow() === 'online', 3_000);
    expect(codeNow()).toBeUndefined();
  });

  it('asks to be let in again when the relay has removed it', async () => {
    const { clock, relay, relayNow } = await withoutKey();
    await clock.until(() => codeNow() === 'CODE-r1', 5_000);
    relay.enrolments[0].verdict = 'approved';
    await clock.until(() => relayNow() === 'online', 5_000);
    relay.forgetDevices();
    await clock.until(() => codeNow() === 'CODE-r2', 10_000);
    expect(relayNow()).toBe('refused (awaiting_approval)');
  });

  it('is registered, and another window of it takes the key away: goes on with its token, and asks nobody', async () => {
    rig = makeStationRig({ station: { identity: { ...KEYLESS, enrolKey: 'enrol' } } });
    const { clock, relay, relayNow, station } = rig;
    await station.start();
    await clock.until(() => relayNow() === 'online', 5_000);
    await station.provision({ enrolKey: '', computerName: KEYLESS.computerName });
    await clock.advance(30_000);
    expect(relayNow()).toBe('online');
    expect(rig.events.filter((event) => event.kind === 'relay').map(({ state }) => state)).not.toContain('refused');
    expect([relay.enrolments.length, relay.registrations.length]).toEqual([0, 1]);
  });

  it('with a key and a name that another display has: shows a code, and is in by the admin’s word', async () => {
    // It lost its storage: to the relay it is a new display of a known name.
    const { clock, relay, relayNow } = await withKey({ requestsEnrolment: true });
    await clock.until(() => relayNow() === 'refused (awaiting_approval)' && codeNow() === 'CODE-r1', 5_000);
    await clock.advance(60_000);
    expect([relay.enrolments.length, relay.registrations.length]).toEqual([1, 0]);
    relay.enrolments[0].verdict = 'approved';
    await clock.until(() => relayNow() === 'online', 5_000);
    expect(relay.registrations).toMatchObject([{ request_id: 'r1', computer_name: 'SHOWROOM-PC-01' }]);
    expect(codeNow()).toBeUndefined();
  });

  it('with a key, once the other display of its name was removed: is in by itself', async () => {
    const { clock, relay, relayNow } = await withKey({ requestsEnrolment: true });
    await clock.until(() => codeNow() === 'CODE-r1', 5_000);
    relay.nameIsTaken = false;
    await clock.until(() => relayNow() === 'online', 30_000);
    expect(codeNow()).toBeUndefined();
  });

  it('with a key and no page to show a code on: says why, and tries again', async () => {
    const { clock, relay, relayNow } = await withKey({});
    await clock.until(() => relayNow() === 'refused (name_taken)', 5_000);
    await clock.advance(60_000);
    expect(relay.enrolments).toEqual([]);
    relay.nameIsTaken = false;
    await clock.until(() => relayNow() === 'online', 30_000);
  });
});
