/**
 * How long a QR takes: from the answered post into a polling device's hands, and from the post to the simulated screen.
 * Beside each figure stands what the original design takes for the same in the same run.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import jpeg from 'jpeg-js';
import QRCode from 'qrcode';
import { DISPLAY_HEIGHT, DISPLAY_WIDTH, wireMs } from '../../shared/wire/display.ts';
import { findChromium } from '../../scripts/chromium.mjs';
import { openBrowser } from '../support/browser/browser.ts';
import { readWithJsqr } from '../support/simulator/decode.ts';
import { deviceIdOf, openKiosk } from '../support/browser/kiosk-page.ts';
import { PortsFolder } from '../support/simulator/ports-folder.ts';
import { PtyDisplay } from '../support/simulator/pty-display.ts';
import { startRelay as startWholeRelay } from '../support/process/relay.ts';
import { noSerialRig } from '../support/requirements.ts';
import { until } from '../support/wait.ts';
import { makeFleet, type Device } from './fleet.ts';
import { figure } from './report.ts';
import { measureNativeGlass } from './native-glass.ts';
import { Client, inParallel, KEYS, median, percentile, startRelay } from './processes.ts';

const ms = (value: number): string => `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`;

/** A device that polls until it is stopped; `seen` says when each text arrived. */
function polling(poll: () => Promise<string[]>): { seen: Map<string, number>; stop(): Promise<void> } {
  const seen = new Map<string, number>();
  let going = true;
  const loop = (async () => {
    while (going) for (const text of await poll()) seen.set(text, performance.now());
  })();
  return {
    seen,
    stop: () => {
      going = false;
      return loop;
    },
  };
}

async function pollOnce(device: Device, wait: number): Promise<string[]> {
  const { status, body } = await device.client.get(
    `/api/device/poll?device_id=${device.id}${wait ? `&wait=${wait}` : ''}`,
  );
  if (status !== 200) throw new Error(`poll: ${status} ${JSON.stringify(body)}`);
  const commands = body['commands'] as { command_id: string; qr_text: string }[];
  for (const { command_id } of commands)
    void device.client.post('/api/device/status', { device_id: device.id, command_id, status: 'success' });
  return commands.map(({ qr_text }) => qr_text);
}

/**
 * Milliseconds from each post's answer until its device holds the command. Posts come at odd moments, one display at a
 * time.
 */
async function postToHands(
  url: string,
  devices: readonly Device[],
  rounds: number,
  poll: (device: Device) => Promise<string[]>,
): Promise<number[]> {
  const app = new Client(url, KEYS.app);
  const loops = devices.map((device) => polling(() => poll(device)));
  const delays: number[] = [];
  await inParallel(devices.length, devices.length, async (index) => {
    const [device, loop] = [devices[index], loops[index]];
    for (let round = 0; round < rounds; round++) {
      await sleep(100 + Math.random() * 2_000);
      const text = `${device.agent} ${round}`;
      const { status } = await app.post('/api/device/qr', { agent_id: device.agent, qr_text: text });
      const answered = performance.now();
      if (status !== 200) throw new Error(`qr: ${status}`);
      const arrived = await until(`${text} arrives`, () => loop.seen.get(text), { everyMs: 5 });
      // A held poll is often answered before the post itself.
      delays.push(Math.max(0, arrived - answered));
    }
  });
  await Promise.all(loops.map((loop) => loop.stop()));
  // A fleet shares its connections: they go when the last of them has stopped.
  for (const device of devices) device.client.close();
  app.close();
  return delays;
}

export async function measurePostToHands(): Promise<void> {
  const relay = await startRelay();
  try {
    const held = await postToHands(relay.url, await makeFleet(relay.url, 5, 'HELD'), 12, (device) =>
      pollOnce(device, 2),
    );
    const immediate = await postToHands(relay.url, await makeFleet(relay.url, 10, 'IMMEDIATE'), 4, async (device) => {
      await sleep(2_000);
      return pollOnce(device, 0);
    });
    figure(
      'POST /qr answered to command in hands, wait=2, median',
      `${ms(median(held))} (p99 ${ms(percentile(held, 0.99))})`,
      'goal under 20 ms',
    );
    figure('the same, polling every 2 s without wait (original design)', ms(median(immediate)), '');
  } finally {
    await relay.stop();
  }
}

const BAUD = 9600;

/** The original pipeline: stretched to the whole screen, ordinary JPEG at quality 85. */
async function originalBytes(text: string): Promise<number> {
  const code = QRCode.create(text, { errorCorrectionLevel: 'M' });
  const size = code.modules.size + 8;
  const data = Buffer.alloc(DISPLAY_WIDTH * DISPLAY_HEIGHT * 4, 255);
  for (let y = 0; y < DISPLAY_HEIGHT; y++)
    for (let x = 0; x < DISPLAY_WIDTH; x++) {
      const [column, row] = [Math.floor((x * size) / DISPLAY_WIDTH) - 4, Math.floor((y * size) / DISPLAY_HEIGHT) - 4];
      const inside = Math.min(column, row) >= 0 && Math.max(column, row) < code.modules.size;
      if (inside && code.modules.get(row, column))
        data.fill(0, (y * DISPLAY_WIDTH + x) * 4, (y * DISPLAY_WIDTH + x) * 4 + 3);
    }
  return jpeg.encode({ data, width: DISPLAY_WIDTH, height: DISPLAY_HEIGHT }, 85).data.length;
}

/** 150 bytes: version 8 at ECC level M (ISO/IEC 18004, table 7: 122 to 152 bytes). */
const paymentText = (nonce: string): string =>
  `https://pay.example/p/${nonce}?`.padEnd(150, 'amount=1250.00&currency=MUR&ref=8842-');

export async function measurePostToScreen(rounds = 5): Promise<void> {
  process.env['COUNTERQR_CHROMIUM'] ??= (await findChromium()) ?? '';
  const why = noSerialRig();
  if (why !== undefined) {
    figure('POST /qr to screen, version 8 at 9600 baud', `not measured: ${why}`, 'goal under 9 s');
    return;
  }
  const relay = await startWholeRelay();
  const ports = new PortsFolder();
  const board = new PtyDisplay(ports, { baudRate: BAUD });
  await board.plug();
  const browser = await openBrowser({ serial: { ports, origin: relay.origin } });
  try {
    const kiosk = await openKiosk(browser, relay, { name: 'BENCH', display: 'serial' });
    await kiosk.untilReady();
    await relay.link('bench', await deviceIdOf(relay, 'BENCH'));
    const seconds: number[] = [];
    let bytes = 0;
    for (let round = 0; round < rounds; round++) {
      const text = paymentText(String(round));
      const posted = performance.now();
      const shown = new Promise<number>((resolve) => {
        const stop = board.display.onScreen((shown) => {
          if (shown.kind !== 'picture' || readWithJsqr(shown.bytes) !== text) return;
          bytes = shown.bytes.length;
          resolve(performance.now());
          queueMicrotask(() => stop());
        });
      });
      const { command_id } = await relay.postQr('bench', text);
      const view = await relay.reaches(command_id, ['displayed', 'failed', 'expired']);
      if (view.state !== 'displayed' || view.picture?.version !== 8)
        throw new Error(`A version-8 code was to be displayed: ${JSON.stringify(view)}`);
      seconds.push(((await shown) - posted) / 1000);
    }
    const original = await originalBytes(paymentText('0'));
    const originalSeconds = wireMs(original, BAUD) / 1_000;
    figure(
      'POST /qr to screen, version 8 at 9600 baud, real Web Serial',
      `${median(seconds).toFixed(2)} s, slowest ${Math.max(...seconds).toFixed(2)} s (${bytes} bytes)`,
      'goal under 9 s',
    );
    figure(
      'wire time alone of the original pipeline (stretched, quality 85)',
      `${originalSeconds.toFixed(1)} s (${original} bytes)`,
      `${(originalSeconds / median(seconds)).toFixed(1)} x of ours`,
    );
    const deviceId = await deviceIdOf(relay, 'BENCH');
    const site = { relay, display: board.display, deviceId, agentId: 'bench', textOf: paymentText };
    await measureNativeGlass(site, rounds, median(seconds));
  } finally {
    await browser.close();
    await board.remove();
    ports.remove();
    await relay.remove();
  }
}
