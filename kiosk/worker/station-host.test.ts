import { describe, expect, it } from 'vitest';
import { ShowError } from '../../shared/screen/show-picture.ts';
import type { PortSource } from '../../shared/display/transport.ts';
import { createSimulatedPort } from '../../shared/simulator/simulated-port.ts';
import { SimulatedDisplay } from '../../shared/simulator/simulated-display.ts';
import { ManualClock } from '../../tests/support/manual-clock.ts';
import { StationError } from '../../shared/station/station-error.ts';
import type { StationControls } from '../../shared/station/station-types.ts';
import type { AskFailure, FromWorker, ToWorker } from './messages.ts';
import { StationHost, type HostParts } from './station-host.ts';

const START: ToWorker = {
  kind: 'start',
  apiUrl: 'https://relay.example/api/device',
  profile: 'serial',
  computerName: 'SHOWROOM-PC-01',
  version: '0.0.0',
  display: 'serial',
};

/** A host whose station fails with this at whatever it is asked for. */
function makeHost(failure?: Error, ports: PortSource = { list: async () => [], watch: () => () => undefined }) {
  const posted: FromWorker[] = [];
  let given: PortSource | undefined;
  const does = async (): Promise<void> => {
    if (failure) throw failure;
  };
  const station = {
    start: async () => undefined,
    showTestCard: does,
    restartDisplay: does,
    showPairingCode: async () => 'KX4T9P',
    checkReport: () => undefined,
  } as unknown as StationControls;
  const host = new StationHost({
    post: (message) => posted.push(message),
    serialPorts: () => ports,
    createStation: (options) => {
      given = options.ports;
      return station;
    },
    equip: async () => ({}) as Awaited<ReturnType<HostParts['equip']>>,
    ownAlone: async () => undefined,
    browserName: async () => 'Chrome 150 · Windows 11',
    virtualPort: () => {
      throw new Error('No virtual display here.');
    },
  });
  return { host, posted, givenPorts: () => given };
}

describe('what the page asks its worker for', () => {
  it.each<readonly [Error, AskFailure]>([
    [new StationError('not_ready', 'x'), 'not_ready'],
    [new StationError('not_back', 'x'), 'not_back'],
    [new StationError('stopped', 'x'), 'restarted'],
    [new ShowError('display_failed', 3, 'x'), 'not_shown'],
    [new TypeError('x'), 'failed'],
  ])('%o is answered with a closed word: %s', async (error, why) => {
    const { host, posted } = makeHost(error);
    await host.handle(START);
    await host.handle({ kind: 'ask', id: 7, what: 'test_card' });
    expect(posted).toEqual([{ kind: 'answer', id: 7, result: { ok: false, why, sentence: 'x' } }]);
  });

  it('is a unit report where the page asked for a recording, and nothing where it did not', async () => {
    const clock = new ManualClock();
    const { host, posted, givenPorts } = makeHost(
      undefined,
      createSimulatedPort(new SimulatedDisplay({ clock }), { clock }),
    );
    await host.handle({ ...START, recording: 'on' });
    await host.handle({ kind: 'ask', id: 3, what: 'unit_report' });
    expect(posted).toEqual([{ kind: 'answer', id: 3, result: { ok: true } }]);
    const [transport] = (await givenPorts()?.list()) ?? [];
    await transport?.open({ baudRate: 9_600 });
    await host.handle({ kind: 'ask', id: 4, what: 'unit_report' });
    const report = { recorded_by: 'kiosk 0.0.0', events: [{ kind: 'open', baud: 9_600 }] };
    expect(posted.at(-1)).toMatchObject({ kind: 'answer', id: 4, result: { ok: true, report } });

    const plain = makeHost();
    await plain.host.handle(START);
    await plain.host.handle({ kind: 'ask', id: 5, what: 'unit_report' });
    expect(plain.posted).toEqual([{ kind: 'answer', id: 5, result: { ok: true } }]);
  });

  it('is answered before the station was started, too', async () => {
    const { host, posted } = makeHost();
    await host.handle({ kind: 'ask', id: 1, what: 'restart_display' });
    expect(posted).toMatchObject([{ kind: 'answer', id: 1, result: { ok: false, why: 'not_started' } }]);
    await host.handle(START);
    await host.handle({ kind: 'ask', id: 2, what: 'restart_display' });
    expect(posted.at(-1)).toEqual({ kind: 'answer', id: 2, result: { ok: true } });
    await host.handle({ kind: 'ask', id: 3, what: 'pairing_code' });
    expect(posted.at(-1)).toEqual({ kind: 'answer', id: 3, result: { ok: true, code: 'KX4T9P' } });
  });
});
