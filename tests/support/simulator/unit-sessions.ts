/**
 * The conversations behind tests/units: a station does its main job on a display while it is recorded. On a clock that
 * is moved by hand, so that each recording comes out the same.
 */
import { RecordingPorts } from '../../../shared/display/recording-transport.ts';
import type { PortSource } from '../../../shared/display/transport.ts';
import type { DisplayReport } from '../../../shared/display/display-report.ts';
import { createSimulatedPort } from '../../../shared/simulator/simulated-port.ts';
import { SimulatedDisplay, type FirmwareVariant } from '../../../shared/simulator/simulated-display.ts';
import { Station } from '../../../shared/station/station.ts';
import type { Clock } from '../../../shared/util/clock.ts';
import { ManualClock } from '../manual-clock.ts';
import { FakeRelay } from '../station/fake-relay.ts';
import { MapMemory, PlainPictures, seeded } from '../station/station-rig.ts';
import { ForeignDisplay } from './foreign-display.ts';

const simulated =
  (variant: Partial<FirmwareVariant>, baudRate = 9_600) =>
  (clock: Clock): PortSource =>
    createSimulatedPort(new SimulatedDisplay({ clock, variant, baudRate }), { clock });

/** By file name in tests/units, without `.json`. */
export const RECORDED_UNITS: Readonly<Record<string, (clock: Clock) => PortSource>> = {
  simulator: simulated({}),
  'simulator-deaf': simulated({ deafMs: { stop: 600, start: 600, upload: 600 }, nativeDeafMs: 1_200 }),
  'simulator-silent-screens': simulated({ nativeScreens: 'silent', nativeDeafMs: 600, saysExit: false }),
  'simulator-115200': simulated({ fileinfo: true, fileinfoForm: 'marked', banner: 'none' }, 115_200),
  foreign: (clock) => new ForeignDisplay(clock),
};

export interface MainJob {
  /** In the order of the commands. */
  readonly states: readonly string[];
  /** From the post to `displayed`, of the second code, in ms. */
  readonly secondMs: number;
}

/** Two codes, of which one takes the place of the other, paid, and idle again. */
export async function doMainJob(
  clock: ManualClock,
  ports: PortSource,
  settings: Readonly<Record<string, unknown>>,
): Promise<MainJob> {
  const relay = new FakeRelay(clock);
  relay.settings = settings;
  const station = new Station({
    identity: { computerName: 'UNIT-PC', kind: 'kiosk', version: '0.0.0', enrolKey: relay.enrolKey },
    http: relay.http,
    ports,
    pictures: new PlainPictures(2_000),
    memory: new MapMemory(),
    clock,
    random: seeded(1),
    onEvent: () => undefined,
  });
  await station.start();
  await clock.until(() => relay.token !== undefined, 20_000);
  await clock.advance(15_000);
  const first = relay.post({ qr_text: 'https://pay.example/first', customer_name: 'A. Martin', amount: '12' });
  await clock.until(() => first.state === 'displayed', 30_000);
  const from = clock.now();
  const second = relay.post({ qr_text: 'https://pay.example/second' });
  await clock.until(() => second.state === 'displayed', 30_000);
  const secondMs = clock.now() - from;
  const paid = relay.post({ clears: second.id, reason: 'paid' }, 'show_paid');
  await clock.until(() => paid.state === 'cleared', 30_000);
  await clock.advance(20_000);
  await clock.run(station.stop());
  return { states: relay.commands.map(({ state, reason }) => `${state} ${reason ?? ''}`.trim()), secondMs };
}

/** A job with pictures, then one with screens of the display's own. */
export async function recordUnit(make: (clock: Clock) => PortSource): Promise<DisplayReport> {
  const clock = new ManualClock();
  const ports = new RecordingPorts(make(clock), clock);
  for (const draw of ['picture', 'native']) await doMainJob(clock, ports, { draw });
  const report = ports.report('counterqr tests');
  if (!report) throw new Error('No port was there to be recorded.');
  return report;
}
