/**
 * The device side on the simulator, on a clock that stands still between events, so that each figure is exact: the
 * wire, recovery, replug, the fault matrix's slowest rows, and a thousand seeded faults.
 */
import { lostAckToNextAttemptMs, makeSessionRig } from '../../support/simulator/session-rig.ts';
import { makeStationRig } from '../../support/station/station-rig.ts';
import { soak } from '../../soak/soak.ts';
import { growthOf } from '../../soak/verdict.ts';
import { figure } from '../report.ts';
import { wireMs } from '../../../shared/wire/display.ts';

/** From the announcement to the question after the last ok, over the bare wire time of the bytes. */
async function uploadOverWire(
  baudRate: number,
  bytes: number,
): Promise<{ readonly ratio: number; readonly extraMs: number }> {
  const rig = await makeSessionRig({ display: { baudRate } });
  await rig.run(rig.session.connect());
  await rig.show(bytes);
  const sending = rig.said.findLastIndex(({ line: said }) => said.startsWith('sending'));
  const tookMs = (rig.said[sending + 1]?.at ?? Number.NaN) - (rig.said[sending]?.at ?? Number.NaN);
  const bareMs = wireMs(bytes, baudRate);
  return { ratio: tookMs / bareMs, extraMs: tookMs - bareMs };
}

async function replugToReadyMs(bootMs: number): Promise<number> {
  const { clock, station, port, displayNow } = makeStationRig({ display: { bootMs } });
  await station.start();
  await clock.until(() => displayNow() === 'ready');
  port.unplug();
  await clock.advance(5_000);
  port.plug();
  const from = clock.now();
  await clock.until(() => displayNow() === 'ready');
  const tookMs = clock.now() - from;
  await clock.run(station.stop());
  return tookMs;
}

export async function run(): Promise<void> {
  for (const bytes of [1_024, 2_048, 8_192]) {
    const { ratio, extraMs } = await uploadOverWire(9_600, bytes);
    figure(
      `upload of ${bytes} bytes at 9600 baud over its wire time`,
      `${ratio.toFixed(3)} x (+${extraMs.toFixed(0)} ms)`,
      'goal 1.05 x + 50 ms',
    );
  }
  for (const bytes of [2_048, 60_000]) {
    const { ratio, extraMs } = await uploadOverWire(115_200, bytes);
    figure(
      `upload of ${bytes} bytes at 115200 baud over its wire time`,
      `${ratio.toFixed(3)} x (+${extraMs.toFixed(0)} ms)`,
      'goal 1.25 x',
    );
  }
  // The longest that a QR has by default, and the largest picture there is: no ok after so many bytes, and all of the
  // rest crosses the wire.
  for (const bytes of [2_048, 3_072, 3_840, 13_693])
    figure(
      `lost first ack to next attempt, ${bytes} bytes at 9600 baud`,
      `${((await lostAckToNextAttemptMs(bytes)) / 1000).toFixed(2)} s`,
      'goal 4 s',
    );
  figure(
    'the same of 2048 bytes, where the display is deaf for 1.2 s after a screen change',
    `${((await lostAckToNextAttemptMs(2_048, 0, { deafMs: { stop: 0, start: 0, upload: 1_200 } })) / 1000).toFixed(2)} s`,
    'goal 4 s',
  );
  const bootMs = 1_500;
  figure(
    'replug to ready, beyond the boot',
    `${((await replugToReadyMs(bootMs)) - bootMs).toFixed(0)} ms`,
    'goal 3000 ms',
  );
  const began = performance.now();
  const { faults, violations, shown, recoveries, samples, tookMs } = await soak({ seed: 9_000, faults: 1_000 });
  figure(
    `${faults} seeded faults, ${shown} QRs shown, ${recoveries} recoveries`,
    `${violations.length} untruths, heap ${growthOf(samples).heapMb.toFixed(1)} MB more`,
    'goal 0, flat',
  );
  figure('simulated time over real time', `${(tookMs / (performance.now() - began)).toFixed(0)} x`);
}
