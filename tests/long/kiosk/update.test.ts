/**
 * A new version of the page while a counter is at work: it waits for the QR to be over, then comes by itself, and the
 * display with it.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IDLE_BEFORE_UPDATE_MS } from '../../../kiosk/pages/kiosk/controllers/update-controller.ts';
import { openBrowser, type Browser } from '../../support/browser/browser.ts';
import { deviceIdOf, KioskPage } from '../../support/browser/kiosk-page.ts';
import { NextVersion } from '../../support/browser/next-version.ts';
import { KEYS, startRelay, type TestRelay } from '../../support/process/relay.ts';
import { because, noBrowser } from '../../support/requirements.ts';
import { until } from '../../support/wait.ts';
import { lastLines, printOnFailure } from '../../support/on-failure.ts';

const why = noBrowser();
const NAME = 'UPDATED-PC';
const AGENT = 'agent-21';

describe.skipIf(why !== undefined)(`An update of the kiosk${because(why)}`, () => {
  let relay: TestRelay;
  let proxy: NextVersion;
  let browser: Browser;
  let kiosk: KioskPage;

  beforeAll(async () => {
    relay = await startRelay();
    proxy = await NextVersion.start(relay.origin);
    browser = await openBrowser();
    kiosk = new KioskPage(await browser.newPage(), browser);
    await kiosk.page.goto(`${proxy.origin}/kiosk/?name=${NAME}&display=virtual&baud=115200#enrol=${KEYS.enrol}`);
    await kiosk.untilReady();
    await relay.link(AGENT, await deviceIdOf(relay, NAME));
  });
  afterAll(async () => {
    await browser?.close();
    await proxy?.stop();
    await relay?.remove();
  });
  printOnFailure({
    kiosk: () => kiosk?.facts(),
    console: () => lastLines(browser?.console),
  });

  const version = (): Promise<string | null> =>
    kiosk.page.evaluate(() => document.documentElement.getAttribute('data-version'));
  const waiting = (): Promise<boolean> =>
    kiosk.page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.waiting != null);

  it('waits while a QR is on the screen and comes when the counter is idle', { timeout: 240_000 }, async () => {
    // The very first page of a browser profile: it was there before the service worker.
    await until('the service worker is in charge', () =>
      kiosk.page.evaluate(() => navigator.serviceWorker.controller !== null),
    );
    const { command_id } = await relay.postQr(AGENT, 'https://pay.example/during-the-update');
    await relay.reaches(command_id, ['displayed']);

    proxy.published = true;
    await kiosk.page.evaluate(async () => void (await (await navigator.serviceWorker.getRegistration())?.update()));
    await until('the new version waits', waiting, { timeoutMs: 60_000 });
    let loads = 0;
    kiosk.page.on('framenavigated', () => (loads += 1));
    const waitedUntil = performance.now() + IDLE_BEFORE_UPDATE_MS + 10_000;
    await until('a while has passed with the QR on the screen', () => performance.now() > waitedUntil, {
      timeoutMs: 60_000,
      everyMs: 500,
    });
    expect(loads).toBe(0);
    expect(await version()).toBeNull();

    await relay.call('POST', '/rotation/start', { body: { command_id, reason: 'paid' } });
    await relay.reaches(command_id, ['cleared']);
    await until('the new version is there', async () => (await version().catch(() => null)) === 'next', {
      timeoutMs: 90_000,
      everyMs: 500,
    });
    await kiosk.untilReady();
    const next = await relay.postQr(AGENT, 'https://pay.example/after-the-update');
    expect((await relay.reaches(next.command_id, ['displayed', 'failed'])).state).toBe('displayed');
  });
});
