/** The main job on real input: a QR posted to the relay appears on a simulated ESP32 behind Chromium's real Web Serial. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, type Browser } from '../rig/browser.ts';
import { jpegSize, readByOthers } from '../rig/decode.ts';
import { glassPicture } from '../rig/glass.ts';
import { deviceIdOf, openKiosk, type KioskPage } from '../rig/kiosk-page.ts';
import { PortsFolder } from '../rig/ports-folder.ts';
import { PtyDisplay } from '../rig/pty-display.ts';
import { startRelay, type TestRelay } from '../rig/relay.ts';
import { because, noSerialRig } from '../rig/requirements.ts';
import { until } from '../rig/wait.ts';

const why = noSerialRig();
const NAME = 'SHOWROOM-PC-01';
const AGENT = 'agent-42';

describe.skipIf(why !== undefined)(`QR to ESP32 over real Web Serial${because(why)}`, () => {
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
    console.log('relay:', relay.output.slice(-4_000));
  });

  /** Posts, waits until the relay says displayed, and looks at what the board really holds. */
  async function show(text: string): Promise<void> {
    const { command_id } = await relay.postQr(AGENT, text);
    const view = await relay.reaches(command_id, ['displayed', 'failed', 'expired', 'superseded']);
    expect(view.state, JSON.stringify(view)).toBe('displayed');
    const glass = glassPicture(board.display);
    expect(jpegSize(glass)).toEqual({ width: 320, height: 480 });
    for (const [decoder, read] of Object.entries(readByOthers(glass))) expect(read, decoder).toBe(text);
    await kiosk.until({ command: command_id, commandState: 'displayed', display: 'ready' });
  }

  it('provisions itself from its address and takes the key out of it', async () => {
    await kiosk.untilReady();
    expect(kiosk.page.url()).not.toContain('enrol');
    deviceId = await deviceIdOf(relay, NAME);
    expect(deviceId).toMatch(/^device_SHOWROOM-PC-01_[0-9a-f]{6}$/);
    await relay.link(AGENT, deviceId);
  });

  it('shows the posted QR on the glass, as other decoders read it', async () => {
    await show('https://pay.example/p/8842?amount=1250.00&currency=MUR');
  });

  it('takes it off the glass when it is paid, and keeps it out of the rotation', async () => {
    const text = 'https://pay.example/p/8843';
    const { command_id } = await relay.postQr(AGENT, text);
    await relay.reaches(command_id, ['displayed']);
    const started = await relay.call('POST', '/rotation/start', { body: { command_id, reason: 'paid' } });
    expect(started.status).toBe(200);
    const view = await relay.reaches(command_id, ['cleared', 'failed']);
    expect(view).toMatchObject({ state: 'cleared', reason: 'paid' });
    await until('the board rotates', () => board.display.glass.kind === 'rotation');
    for (const [name, file] of board.display.files)
      expect(Object.values(readByOthers(file)).includes(text), `slot ${name} still holds the QR`).toBe(false);
  });

  it('is back after unplug and replug without a person', async () => {
    await board.unplug();
    await kiosk.until({ display: 'unplugged', relay: 'online' });
    await board.plug();
    await kiosk.untilReady();
    await show('https://pay.example/p/after-replug');
  });

  it('is back after the cable was pulled in the middle of a picture, and shows that picture', async () => {
    board.display.inject({ kind: 'pulled_cable', chunk: 0, backAfterMs: 500 });
    await show('https://pay.example/p/pulled-in-the-middle');
    expect(board.display.faults).toEqual([]);
  });

  it('keeps its link over a restart of the relay', async () => {
    await relay.stop('SIGKILL');
    await kiosk.until({ relay: 'offline' });
    await relay.start();
    await kiosk.untilReady();
    await show('https://pay.example/p/after-restart');
    expect(await deviceIdOf(relay, NAME)).toBe(deviceId);
  });

  it('is the same display after the page was reloaded without its parameters', async () => {
    await kiosk.page.goto(`${relay.origin}/kiosk/`);
    await kiosk.untilReady();
    expect(await deviceIdOf(relay, NAME)).toBe(deviceId);
    await show('https://pay.example/p/after-reload');
  });
});
