/** The tray beside the kiosk on the same simulated display, what it costs when it idles, and what its files weigh. */
import { existsSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { findChromium } from '../../../scripts/chromium.mjs';
import { setupExe, windowsExe } from '../../../scripts/build-tray.mjs';
import { openBrowser } from '../../support/browser/browser.ts';
import { readWithJsqr } from '../../support/simulator/decode.ts';
import { deviceIdOf, openKiosk } from '../../support/browser/kiosk-page.ts';
import { PortsFolder } from '../../support/simulator/ports-folder.ts';
import { PtyDisplay } from '../../support/simulator/pty-display.ts';
import type { TestRelay } from '../../support/process/relay.ts';
import { noSerialRig } from '../../support/requirements.ts';
import { noTrayBinary } from '../../support/tray/binary.ts';
import { TrayCounter } from '../../support/tray/counter.ts';
import { MAX_MB, memoryMb } from '../../support/tray/day.ts';
import { cpuSeconds, median } from '../processes.ts';
import { figure } from '../report.ts';

const BAUD = 9600;
const ROUNDS = 9;
const IDLE_SECONDS = 60;
/** Version 8 at level M, as in the kiosk's own figure. */
const paymentText = (nonce: string): string =>
  `https://pay.example/p/${nonce}?`.padEnd(150, 'amount=1250.00&currency=MUR&ref=8842-');

/** Milliseconds from the post until the code can be read from the screen. */
async function postToScreen(relay: TestRelay, board: PtyDisplay, agent: string, text: string): Promise<number> {
  const posted = performance.now();
  const shown = new Promise<number>((resolve) => {
    const stop = board.display.onScreen((shown) => {
      if (shown.kind !== 'picture' || readWithJsqr(shown.bytes) !== text) return;
      resolve(performance.now());
      queueMicrotask(() => stop());
    });
  });
  const { command_id } = await relay.postQr(agent, text);
  const view = await relay.reaches(command_id, ['displayed', 'failed', 'expired']);
  if (view.state !== 'displayed') throw new Error(`It was to be displayed: ${JSON.stringify(view)}`);
  return (await shown) - posted;
}

export async function run(): Promise<void> {
  for (const [what, path, goal] of [
    ['CounterQR.exe', windowsExe, 'goal under 95 MB'],
    ['CounterQR-Setup.exe', setupExe, 'goal under 25 MB'],
  ] as const)
    figure(
      what,
      existsSync(path) ? `${(statSync(path).size / 1e6).toFixed(1)} MB` : 'not built (npm run build:tray)',
      goal,
    );

  process.env['COUNTERQR_CHROMIUM'] ??= (await findChromium()) ?? '';
  const why = noTrayBinary() ?? noSerialRig();
  if (why !== undefined) return figure('the tray beside the kiosk', `not measured: ${why}`, '');

  const counter = new TrayCounter({ name: 'BENCH-TRAY', agent: 'tray', board: { baudRate: BAUD } });
  await counter.open();
  const { relay, tray } = counter;
  const ports = new PortsFolder();
  const board = new PtyDisplay(ports, { baudRate: BAUD });
  await board.plug();
  const browser = await openBrowser({ serial: { ports, origin: relay.origin } });
  try {
    const kiosk = await openKiosk(browser, relay, { name: 'BENCH-KIOSK', display: 'serial' });
    await kiosk.untilReady();
    await relay.link('kiosk', await deviceIdOf(relay, 'BENCH-KIOSK'));
    // In turn, so that both meet the same machine.
    const took = { kiosk: [] as number[], tray: [] as number[] };
    for (let round = 0; round < ROUNDS; round++) {
      took.kiosk.push(await postToScreen(relay, board, 'kiosk', paymentText(`k${round}`)));
      took.tray.push(await postToScreen(relay, counter.board, 'tray', paymentText(`t${round}`)));
    }
    const [kioskMs, trayMs] = [median(took.kiosk), median(took.tray)];
    figure(
      'POST /qr to screen, version 8 at 9600 baud: tray less kiosk',
      `${(trayMs - kioskMs).toFixed(0)} ms (${trayMs.toFixed(0)} - ${kioskMs.toFixed(0)})`,
      'goal within 200 ms',
    );
    await counter.clear();
    await sleep(5_000);
    const before = cpuSeconds(tray.pid);
    await sleep(IDLE_SECONDS * 1_000);
    const percent = (100 * (cpuSeconds(tray.pid) - before)) / IDLE_SECONDS;
    figure(`CPU of the idle tray over ${IDLE_SECONDS} s`, `${percent.toFixed(2)} %`, 'goal under 1 %');
    const [now, most] = [memoryMb(tray.pid, 'VmRSS'), memoryMb(tray.pid, 'VmHWM')];
    figure(
      'memory of the idle tray, and the most it ever had',
      `${now.toFixed(0)} MB, ${most.toFixed(0)} MB`,
      `goal under ${MAX_MB} MB`,
    );
  } finally {
    await browser.close();
    await board.remove();
    ports.remove();
    await counter.close();
  }
}
