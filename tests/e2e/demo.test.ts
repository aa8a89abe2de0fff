/**
 * The demo page, used as a visitor does: take a payment, watch its steps, see the QR on the virtual display, say that
 * it is paid.
 */
import type { FrameLocator, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeFindings } from '../support/browser/axe.ts';
import { openBrowser, type Browser } from '../support/browser/browser.ts';
import { ringFindings } from '../support/browser/focus-rings.ts';
import { strayFullStops } from '../support/browser/spoken-text.ts';
import { readByOthers } from '../support/simulator/decode.ts';
import { startRelay, type TestRelay } from '../support/process/relay.ts';
import { because, noBrowser } from '../support/requirements.ts';
import { until } from '../support/wait.ts';
import { lastLines, printOnFailure } from '../support/on-failure.ts';

const why = noBrowser();

describe.skipIf(why !== undefined)(`Demo page${because(why)}`, () => {
  let relay: TestRelay;
  let browser: Browser;
  let page: Page;
  let frame: FrameLocator;

  beforeAll(async () => {
    relay = await startRelay({ env: { DEMO: 'on' } });
    browser = await openBrowser();
    page = await browser.newPage();
    await page.goto(relay.origin + (/\/demo\/#token=\S+/.exec(relay.output)?.[0] ?? ''));
    frame = page.frameLocator('iframe');
  });
  afterAll(async () => {
    await browser?.close();
    await relay?.remove();
  });
  printOnFailure({ console: () => lastLines(browser?.console), relay: () => lastLines(relay?.output) });

  const timeline = (state: string) => page.locator(`[data-hook=timeline][data-state=${state}]`);
  const onScreen = async (): Promise<unknown[]> => {
    const image = frame.locator('screen-preview img');
    return (await image.count()) === 0 ? [] : Object.values(readByOthers(await image.screenshot()));
  };

  async function send(text: string): Promise<void> {
    await page.getByText('My own text').click();
    await page.locator('textarea[name=text]').fill(text);
    await page.locator('[data-hook=send]').click();
  }

  it('shows each step as it happens, and the QR on the display', async () => {
    const text = 'https://pay.example/p/demo-1';
    await page.locator('[data-hook=send]:enabled').waitFor();
    await frame.locator('html[data-display=ready]').waitFor();
    await send(text);
    await timeline('delivered').waitFor();
    await timeline('displayed').waitFor();
    expect(await timeline('displayed').innerText()).toMatch(/On the display\s+\d+\.\d\d s/);
    await until('the QR is on the virtual display', async () => {
      const read = await onScreen();
      return read.length > 0 && read.every((each) => each === text);
    });
  });

  it('takes the QR off when it is paid, and says so', async () => {
    await page.locator('[data-hook=paid]').click();
    await timeline('cleared').waitFor();
    expect(await timeline('cleared').innerText()).toMatch(/Paid: MUR [\d,]+\.\d\d/);
    await until('the QR is gone', async () => !(await onScreen()).includes('https://pay.example/p/demo-1'));
  });

  it('speaks French at once, its frame with it, and is well made on a phone', async () => {
    await page.locator('[data-hook=locale]').selectOption('fr');
    await page.locator('h1', { hasText: 'Démo de Counter QR' }).waitFor();
    await page.locator('[data-hook=send]', { hasText: 'Montrer le QR au client' }).waitFor();
    await frame.locator('html[lang=fr]').waitFor();
    expect(await page.evaluate(() => [document.documentElement.lang, document.title])).toEqual([
      'fr',
      'Démo de Counter QR',
    ]);
    for (const [width, colorScheme] of [
      [390, 'light'],
      [390, 'dark'],
      [1280, 'light'],
    ] as const) {
      await page.setViewportSize({ width, height: 844 });
      await page.emulateMedia({ colorScheme });
      expect(await axeFindings(page), `${width}, ${colorScheme}`).toEqual([]);
      expect(await ringFindings(page), `${width}`).toEqual([]);
      expect(await strayFullStops(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    }
    await page.emulateMedia({ colorScheme: 'light' });
  });

  it('says in its language that the relay is away, and goes on when it answers again', async () => {
    const problem = page.locator('[data-hook=problem]');
    const show = async (text: string) => {
      await page.locator('textarea[name=text]').fill(text);
      await page.locator('[data-hook=send]').click();
      await timeline('displayed').waitFor();
    };
    await page.getByText('Mon propre texte').click();
    await show('https://pay.example/p/demo-2');
    await page.route('**/api/device/payment', (route) => route.abort());
    await page.locator('[data-hook=paid]').click();
    await problem.filter({ hasText: 'Le relais ne répond pas. Réessayez quand il sera de retour.' }).waitFor();
    await page.unroute('**/api/device/payment');
    await page.locator('[data-hook=paid]').click();
    await timeline('cleared').waitFor();
    expect(await timeline('cleared').innerText()).toMatch(/Payé/);
    await problem.waitFor({ state: 'detached' });

    await show('https://pay.example/p/demo-3');
    await relay.stop('SIGKILL');
    await problem.filter({ hasText: 'Le relais ne répond pas. Cette page continue de demander.' }).waitFor();
    await relay.start();
    // The demo's keys end with the relay that made them.
    await problem.filter({ hasText: 'Ouvrez la démo par l’adresse que le relais a affichée' }).waitFor();
  });

  it('ran under its content security policy, the kiosk in its frame too, without a complaint', async () => {
    const policy = (await page.request.get(page.url())).headers()['content-security-policy'] ?? '';
    expect(policy).toContain("default-src 'self'");
    expect(policy).not.toMatch(/'unsafe-(inline|eval)'/);
    expect(browser.violations).toEqual([]);
  });
});
