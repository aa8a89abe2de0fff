/** One owner of the display; and a page or a whole browser that crashed is back to ready by itself. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, type Browser } from '../rig/browser.ts';
import { readByOthers } from '../rig/decode.ts';
import { glassPicture } from '../rig/glass.ts';
import { deviceIdOf, KioskPage, openKiosk } from '../rig/kiosk-page.ts';
import { PortsFolder } from '../rig/ports-folder.ts';
import { PtyDisplay } from '../rig/pty-display.ts';
import { startRelay, type TestRelay } from '../rig/relay.ts';
import { because, noSerialRig } from '../rig/requirements.ts';
import { until } from '../rig/wait.ts';

const why = noSerialRig();
const NAME = 'LIFECYCLE-PC';
const AGENT = 'agent-9';

describe.skipIf(why !== undefined)(`One tab, all day${because(why)}`, () => {
  const profile = mkdtempSync(join(tmpdir(), 'counterqr-lifecycle-'));
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
    browser = await openBrowser({ profile, serial: { ports, origin: relay.origin } });
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
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  });
  afterEach(async (context) => {
    if (context.task.result?.state !== 'fail') return;
    console.log('console:', browser.console.slice(-40).join('\n'));
    console.log('relay:', relay.output.slice(-4_000));
  });

  async function show(text: string): Promise<void> {
    const { command_id } = await relay.postQr(AGENT, text);
    const view = await relay.reaches(command_id, ['displayed', 'failed', 'expired']);
    expect(view.state, JSON.stringify(view)).toBe('displayed');
    expect(new Set(Object.values(readByOthers(glassPicture(board.display))))).toEqual(new Set([text]));
  }
  const owner = (page: KioskPage): Promise<string | undefined> =>
    page.page.evaluate(() => document.documentElement.dataset['owner']);

  it('keeps a second tab passive, which says so and takes over when the first closes', async () => {
    const second = new KioskPage(await browser.newPage(), browser);
    await second.page.goto(`${relay.origin}/kiosk/`);
    await until('the second tab is passive', async () => (await owner(second)) === 'passive');
    expect(await second.page.locator('[data-hook=passive]').innerText()).toMatch(/open in another tab/i);
    const opens = board.opens;
    await show('https://pay.example/p/two-tabs');
    expect(board.opens).toBe(opens);

    await kiosk.page.close();
    kiosk = second;
    await until('the second tab owns the display', async () => (await owner(second)) === 'owner');
    await second.untilReady();
    expect(await deviceIdOf(relay, NAME)).toBe(deviceId);
    await show('https://pay.example/p/second-tab');
  });

  it('is ready again after its page crashed and was loaded anew', async () => {
    const crashed = kiosk.page.waitForEvent('crash');
    kiosk.page.goto('chrome://crash').catch(() => undefined);
    await crashed;
    await until('the crash let go of the port', () => !board.open);
    await kiosk.page.close();
    kiosk = new KioskPage(await browser.newPage(), browser);
    await kiosk.page.goto(`${relay.origin}/kiosk/`);
    await kiosk.untilReady();
    expect(await deviceIdOf(relay, NAME)).toBe(deviceId);
    await show('https://pay.example/p/after-crash');
  });

  it('is ready again after the whole browser was started anew', async () => {
    await browser.close();
    browser = await openBrowser({ profile, serial: { ports, origin: relay.origin } });
    kiosk = new KioskPage(await browser.newPage(), browser);
    await kiosk.page.goto(`${relay.origin}/kiosk/`);
    await kiosk.untilReady();
    expect(await deviceIdOf(relay, NAME)).toBe(deviceId);
    await show('https://pay.example/p/new-browser');
  });
});
