/** A relay takes a display in and the answer is lost: the display is in all the same, and no admin is needed. */
import { expect, describe, it } from 'vitest';
import { counter, rig, started } from '../../tests/support/station/counter-screen.ts';
import { MapMemory, type StationRig } from '../../tests/support/station/station-rig.ts';
import type { Http, StationIdentity } from './station-types.ts';

const KEYLESS: StationIdentity = {
  computerName: 'SHOWROOM-PC-01',
  kind: 'kiosk',
  version: '0.0.0',
  requestsEnrolment: true,
};

/** The relay hears of each registration; as long as `isLost`, the display does not hear of its answer. */
const losingAnswers =
  (isLost: () => boolean): Http =>
  async (request) => {
    const given = await rig.relay.http(request);
    if (request.path === '/register' && isLost()) throw new TypeError('fetch failed');
    return given;
  };

function expectNotLogged(events: StationRig['events'], ...secrets: readonly string[]): void {
  const log = JSON.stringify(events.filter(({ kind }) => kind === 'log'));
  expect(log).toContain('"registered"');
  for (const secret of secrets) expect(log).not.toContain(secret);
}

describe('a relay that', () => {
  it('takes it in and the answer is lost: it asks for the same token again, also after a restart', async () => {
    // Who does not know the token is a stranger to the relay for good, though it registered under this very id.
    const memory = new MapMemory();
    const http = losingAnswers(() => rig.relay.registrations.length < 3);
    counter({ memory, station: { http } });
    await rig.station.start();
    await rig.clock.until(() => rig.relay.registrations.length === 2, 20_000);
    await rig.clock.run(rig.station.stop());
    const before = rig.relay.registrations.map(({ new_token }) => new_token);
    const earlier = rig.events;
    await started({ memory, seed: 2 });
    expectNotLogged([...earlier, ...rig.events], String(before[0]));
    expect(before[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set([...before, rig.relay.registrations[0]?.new_token])).toEqual(new Set([before[0]]));

    // Once it has a token, it is not asked for again.
    rig.relay.forgetDevices();
    await rig.clock.until(() => rig.relay.registrations.length === 2, 5_000);
    expect(rig.relay.registrations[1]?.new_token).not.toBe(before[0]);
  });

  it.each([
    ['at once', false],
    ['after a restart', true],
  ])(
    'takes it in by an admin’s word and the answer is lost: %s it is in by the token that it asked for, and no admin is asked again',
    async (_what, restarts) => {
      const memory = new MapMemory();
      let isLost = true;
      const http = losingAnswers(() => isLost);
      counter({ memory, station: { http, identity: KEYLESS } });
      await rig.station.start();
      await rig.clock.until(() => rig.relay.enrolments.length === 1, 5_000);
      rig.relay.enrolments[0].verdict = 'approved';
      await rig.clock.until(() => rig.relay.registrations.length === 1, 5_000);
      const { relay, events: earlier } = rig;
      if (restarts) {
        await rig.clock.run(rig.station.stop());
        counter({ memory, seed: 2, station: { http: relay.http, identity: KEYLESS } });
        await rig.station.start();
      } else isLost = false;
      await rig.clock.until(() => rig.relayNow() === 'online', 20_000);
      expect(relay.enrolments).toHaveLength(1);
      expect(relay.registrations).toHaveLength(2);
      expect(relay.registrations[0]).toMatchObject({ request_id: 'r1', new_token: relay.token });
      expectNotLogged([...earlier, ...rig.events], String(relay.token), 'secret-r1');
      expect(rig.events.findLast((event) => event.kind === 'enrolment')?.code).toBeUndefined();

      // Removed by an admin, it asks as a stranger does: the token of then is no proof of anything any more.
      relay.forgetDevices();
      await rig.clock.until(() => relay.enrolments.length === 2, 10_000);
      expect(relay.registrations).toHaveLength(2);
    },
  );

  it.each([400, 401, 403, 407])(
    'is hidden behind a proxy that answers %i while an admin is asked, and when the answer was lost: no admin is asked twice',
    async (status) => {
      let isLost = true;
      const http = losingAnswers(() => isLost);
      counter({ station: { http, identity: KEYLESS } });
      const { clock, relay } = rig;
      await rig.station.start();
      await clock.until(() => relay.enrolments.length === 1, 5_000);
      relay.mood = { kind: 'status', status };
      await clock.until(() => rig.relayNow() === 'offline (relay_error)', 30_000);
      relay.mood = { kind: 'well' };
      relay.enrolments[0].verdict = 'approved';
      await clock.until(() => relay.registrations.length === 1, 10_000);
      relay.mood = { kind: 'status', status };
      isLost = false;
      await clock.until(() => rig.relayNow() === 'offline (relay_error)', 10_000);
      await clock.advance(20_000);
      relay.mood = { kind: 'well' };
      await clock.until(() => rig.relayNow() === 'online', 10_000);
      expect(relay.enrolments).toHaveLength(1);
      expect(relay.registrations.map(({ request_id }) => request_id)).toEqual(['r1', undefined]);
    },
  );
});
