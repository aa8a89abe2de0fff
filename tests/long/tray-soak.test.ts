/**
 * A day of the tray program in minutes: the Linux executable takes one QR after the other, as fast as a real display on a real driver lets it, with
 * faults in between. Every QR must be on the glass in the end, and the memory must not grow. `COUNTERQR_TRAY_SOAK_MINUTES` makes it longer.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Fault } from '../../shared/device/faults.ts';
import { median, residentMegabytes } from '../bench/processes.ts';
import { readWithJsqr } from '../rig/decode.ts';
import { glassPicture } from '../rig/glass.ts';
import { CH340, PortsFolder } from '../rig/ports-folder.ts';
import { PtyDisplay } from '../rig/pty-display.ts';
import { startRelay, type TestRelay } from '../rig/relay.ts';
import { because } from '../rig/requirements.ts';
import { TrayAgent } from '../rig/tray/agent.ts';
import { noTrayBinary, trayBinary } from '../rig/tray/binary.ts';
import { until } from '../rig/wait.ts';

const MINUTES = Number(process.env['COUNTERQR_TRAY_SOAK_MINUTES'] ?? 8);
const AGENT = 'agent-all-day';
const BAUD = 230_400;
/** One QR in this many meets a fault; a busy counter sees fewer than that in a day. */
const FAULT_EVERY = 20;
const FAULTS: readonly Fault[] = [
  { kind: 'lost_ack', chunk: 0 },
  { kind: 'noise', chunk: 0 },
  { kind: 'reset', chunk: 1 },
  { kind: 'dropped_bytes', chunk: 0, bytes: 50 },
  { kind: 'pulled_cable', chunk: 0, backAfterMs: 500 },
  { kind: 'missing_exit' },
  { kind: 'duplicate_ack', chunk: 0, delayMs: 300 },
];
/** The tray's goal (docs/tray.md), a few seconds after the last QR. */
const MAX_IDLE_MB = 150;
/** Between the second and the last quarter; single samples differ by as much, a leak of 10 kB a QR would be more. */
const MAX_GROWTH_MB = 8;

const why = noTrayBinary();
describe.skipIf(why !== undefined)(`a day of the tray${because(why)}`, () => {
  let relay: TestRelay;
  let ports: PortsFolder;
  let board: PtyDisplay;
  let tray: TrayAgent;

  beforeAll(async () => {
    relay = await startRelay({ env: { RATE_LIMITS: 'off' } });
    ports = new PortsFolder();
    board = new PtyDisplay(ports, { baudRate: BAUD });
    await board.plug();
    const port = `${ports.nodeOf('ttyUSB0')}@${CH340.vendorId.toString(16)}:${CH340.productId.toString(16)}`;
    const settings = { port, baud_rates: String(BAUD) };
    tray = new TrayAgent({ binary: await trayBinary(), relay, name: 'ALL-DAY-PC', settings });
    tray.start();
    await tray.untilReady();
    await relay.link(AGENT, tray.deviceId);
  }, 180_000);
  afterAll(async () => {
    await tray?.remove();
    await board?.remove();
    ports?.remove();
    await relay?.remove();
  });
  afterEach((context) => {
    if (context.task.result?.state === 'fail') console.log('tray:', tray.log().slice(-6_000));
  });

  it('shows every QR in spite of the faults, and stays as small as it was', async () => {
    const end = performance.now() + MINUTES * 60_000;
    const memory: number[] = [];
    let shown = 0;
    let struck = 0;
    for (; performance.now() < end; shown++) {
      const fault = shown % FAULT_EVERY === FAULT_EVERY - 1 ? FAULTS[struck++ % FAULTS.length] : undefined;
      if (fault) board.display.inject(fault);
      const text = `https://pay.example/p/${shown}?amount=${shown}.00&currency=MUR`;
      const { command_id } = await relay.postQr(AGENT, text);
      const view = await relay.reaches(command_id, ['displayed', 'failed', 'expired'], 90_000);
      expect(view.state, `${shown} with ${JSON.stringify(fault)}: ${JSON.stringify(view)}`).toBe('displayed');
      if (fault ?? shown % FAULT_EVERY === 0) expect(readWithJsqr(glassPicture(board.display))).toBe(text);
      memory.push(residentMegabytes(tray.pid));
    }
    const quarter = Math.floor(memory.length / 4);
    const [before, after] = [median(memory.slice(quarter, 2 * quarter)), median(memory.slice(-quarter))];
    const most = Math.max(...memory);
    console.log(
      `${shown} QRs and ${struck} faults in ${MINUTES} min: ${before.toFixed(1)} MB in the second quarter, ${after.toFixed(1)} MB in the last, ` +
        `${most.toFixed(1)} MB at most`,
    );
    expect(shown).toBeGreaterThan(20 * MINUTES);
    expect(struck).toBeGreaterThan(MINUTES);
    expect(after - before).toBeLessThan(MAX_GROWTH_MB);
    await until('what drawing took is given back', () => residentMegabytes(tray.pid) < MAX_IDLE_MB);
  });
});
