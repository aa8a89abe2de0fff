/**
 * The main job without an ESP32: the kiosk's virtual display, fed by the same bytes and drawn from what it received.
 */
import QRCode from 'qrcode';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, type Browser } from '../support/browser/browser.ts';
import { readByOthers } from '../support/simulator/decode.ts';
import { deviceIdOf, openKiosk, type KioskPage } from '../support/browser/kiosk-page.ts';
import { startRelay, type TestRelay } from '../support/process/relay.ts';
import { because, noBrowser } from '../support/requirements.ts';
import { until } from '../support/wait.ts';
import { lastLines, printOnFailure } from '../support/on-failure.ts';

const why = noBrowser();
const NAME = 'DEMO-PC';
const AGENT = 'agent-7';

describe.skipIf(why !== undefined)(`QR to the virtual display${because(why)}`, () => {
  let relay: TestRelay;
  let browser: Browser;
  let kiosk: KioskPage;

  beforeAll(async () => {
    relay = await startRelay();
    browser = await openBrowser();
    kiosk = await openKiosk(browser, relay, { name: NAME, display: 'virtual' });
    await kiosk.untilReady();
    await relay.link(AGENT, await deviceIdOf(relay, NAME));
  });
  afterAll(async () => {
    await browser?.close();
    await relay?.remove();
  });
  printOnFailure({
    kiosk: () => kiosk?.facts(),
    console: () => lastLines(browser?.console),
    relay: () => lastLines(relay?.output),
  });

  /** The drawn picture may follow the command's state by a frame. */
  async function previewReads(text: string): Promise<void> {
    await until(
      `other decoders read ${text} on the preview`,
      async () => Object.values(readByOthers(await kiosk.previewPng())).every((read) => read === text),
      { timeoutMs: 10_000, otherwise: async () => readByOthers(await kiosk.previewPng()) },
    );
  }

  it('shows a QR that was posted as text', async () => {
    const text = 'https://pay.example/p/virtual-text';
    const { command_id, device_online } = await relay.postQr(AGENT, text, {
      customer_name: 'A. Ramgoolam',
      amount: 1250,
    });
    expect(device_online).toBe(true);
    const view = await relay.reaches(command_id, ['displayed', 'failed', 'expired']);
    expect(view, JSON.stringify(view)).toMatchObject({ state: 'displayed', picture: { verified: true } });
    await kiosk.until({ command: command_id, commandState: 'displayed' });
    await previewReads(text);
  });

  it('shows a QR that was posted as a picture, with the same payload', async () => {
    const text = 'https://pay.example/p/virtual-image?sum=99.50';
    const qr_image = await QRCode.toDataURL(text, { width: 400, margin: 1 });
    const posted = await relay.call<{ command_id: string }>('POST', '/qr', { body: { agent_id: AGENT, qr_image } });
    expect(posted.status, JSON.stringify(posted.body)).toBe(200);
    const view = await relay.reaches(posted.body.command_id, ['displayed', 'failed', 'expired']);
    expect(view, JSON.stringify(view)).toMatchObject({ state: 'displayed', picture: { verified: true } });
    await previewReads(text);
  });

  it('replaces the QR on the screen by a newer one, and says so of the older', async () => {
    const first = await relay.postQr(AGENT, 'https://pay.example/p/older');
    await relay.reaches(first.command_id, ['displayed']);
    const second = await relay.postQr(AGENT, 'https://pay.example/p/newer');
    await relay.reaches(second.command_id, ['displayed']);
    expect(await relay.reaches(first.command_id, ['cleared'])).toMatchObject({ state: 'cleared', reason: 'replaced' });
    await previewReads('https://pay.example/p/newer');
  });

  it('clears by itself when its time on the screen is over', async () => {
    const text = 'https://pay.example/p/short';
    const { command_id } = await relay.postQr(AGENT, text, { display_seconds: 2 });
    await relay.reaches(command_id, ['displayed']);
    expect(await relay.reaches(command_id, ['cleared'])).toMatchObject({ state: 'cleared', reason: 'timeout' });
    await until('the QR is gone from the preview', async () => {
      const image = kiosk.page.locator('screen-preview img');
      return (await image.count()) === 0 || !Object.values(readByOthers(await image.screenshot())).includes(text);
    });
  });
});
