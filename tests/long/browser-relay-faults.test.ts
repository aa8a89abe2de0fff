/** What goes wrong with the relay, played through real Chromium and a real relay. The whole list runs beside shared/station/poll-loop.ts. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, type Browser } from '../rig/browser.ts';
import { customerScans } from '../rig/glass.ts';
import { deviceIdOf, KioskPage, openKiosk } from '../rig/kiosk-page.ts';
import { PortsFolder } from '../rig/ports-folder.ts';
import { PtyDisplay } from '../rig/pty-display.ts';
import { startRelay, type TestRelay } from '../rig/relay.ts';
import { because, noSerialRig } from '../rig/requirements.ts';
import { until } from '../rig/wait.ts';

const why = noSerialRig();
const NAME = 'UNHEARD-PC';
const AGENT = 'agent-14';
/** What a busy machine may add to times that are exact on the simulator. */
const SLACK_MS = 3_000;

describe.skipIf(why !== undefined)(`Relay faults through real Chromium${because(why)}`, () => {
  let relay: TestRelay;
  let ports: PortsFolder;
  let board: PtyDisplay;
  let browser: Browser;
  let kiosk: KioskPage;
  let deviceId: string;

  beforeAll(async () => {
    relay = await startRelay();
    ports = new PortsFolder();
    board = new PtyDisplay(ports);
    await board.plug();
    browser = await openBrowser({ serial: { ports, origin: relay.origin } });
    kiosk = await openKiosk(browser, relay, { name: NAME });
    await kiosk.untilReady();
    deviceId = await deviceIdOf(relay, NAME);
    await relay.link(AGENT, deviceId);
  });
  afterAll(async () => {
    await browser?.close();
    await board?.remove();
    ports?.remove();
    await relay?.remove();
  });
  afterEach(async (context) => {
    if (context.task.result?.state !== 'fail') return;
    console.log('kiosk:', await kiosk.facts(), browser.console.slice(-40).join('\n'));
    console.log('relay:', relay.output.slice(-3_000));
  });

  async function timed(work: Promise<void>): Promise<number> {
    const from = performance.now();
    await work;
    return performance.now() - from;
  }

  async function show(text: string): Promise<void> {
    const { command_id } = await relay.postQr(AGENT, text);
    const view = await relay.reaches(command_id, ['displayed', 'failed', 'expired']);
    expect(view.state, JSON.stringify(view)).toBe('displayed');
    expect(customerScans(board.display)).toBe(text);
  }

  it('half-open: a relay that takes connections and answers nothing is noticed within 9 s, and back within 3 s', async () => {
    process.kill(relay.pid, 'SIGSTOP');
    const noticedMs = await timed(kiosk.until({ relay: 'offline' }));
    process.kill(relay.pid, 'SIGCONT');
    const backMs = await timed(kiosk.until({ relay: 'online' }));
    console.log(`half-open noticed after ${noticedMs.toFixed(0)} ms, back after ${backMs.toFixed(0)} ms`);
    expect(noticedMs).toBeLessThan(9_000 + SLACK_MS);
    expect(backMs).toBeLessThan(3_000 + SLACK_MS);
    await show('https://pay.example/after-half-open');
  });

  it(
    'a report that could not be sent is kept in IndexedDB, over a crash of the tab, and sent once',
    { timeout: 120_000 },
    async () => {
      const text = 'https://pay.example/kept-report';
      const { command_id } = await relay.postQr(AGENT, text);
      await kiosk.until({ command: command_id, display: 'uploading' });
      await relay.stop('SIGKILL');
      await until('the QR is on the glass', () => customerScans(board.display) === text);
      await kiosk.until({ command: command_id, commandState: 'displayed', relay: 'offline' });
      const crashed = kiosk.page.waitForEvent('crash');
      kiosk.page.goto('chrome://crash').catch(() => undefined);
      await crashed;
      await kiosk.page.close();

      await relay.start();
      kiosk = new KioskPage(await browser.newPage(), browser);
      await kiosk.page.goto(`${relay.origin}/kiosk/`);
      const view = await relay.reaches(command_id, ['displayed', 'failed', 'expired', 'cleared']);
      expect(view.state, JSON.stringify(view)).toBe('displayed');
      expect(view.deliveries).toBe(1);
      await kiosk.untilReady();
    },
  );

  it('a relay that lost its data is registered with again, under the same id', { timeout: 120_000 }, async () => {
    await relay.stop('SIGKILL');
    for (const name of readdirSync(relay.dataDir)) rmSync(join(relay.dataDir, name), { recursive: true });
    await relay.start();
    await kiosk.untilReady({ timeoutMs: 60_000 });
    expect(await deviceIdOf(relay, NAME)).toBe(deviceId);
    await relay.link(AGENT, deviceId);
    await show('https://pay.example/after-the-loss');
  });
});
