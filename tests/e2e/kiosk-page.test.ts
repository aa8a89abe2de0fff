/**
 * The agent's page as people use it: three facts, a picture on its way, the cable, the keyboard, two languages, small
 * and dark screens.
 */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeFindings } from '../support/browser/axe.ts';
import { openBrowser, type Browser } from '../support/browser/browser.ts';
import { ringFindings } from '../support/browser/focus-rings.ts';
import { deviceIdOf, kioskUrl, openKiosk, type KioskPage } from '../support/browser/kiosk-page.ts';
import { strayFullStops } from '../support/browser/spoken-text.ts';
import { KEYS, startRelay, type TestRelay } from '../support/process/relay.ts';
import { because, noBrowser } from '../support/requirements.ts';
import { lastLines, printOnFailure } from '../support/on-failure.ts';
import { until } from '../support/wait.ts';

const why = noBrowser();
const NAME = 'AGENT-PC';
const AGENT = 'agent-16';
const WIDE = { width: 1280, height: 720 };
const NARROW = { width: 400, height: 800 };

describe.skipIf(why !== undefined)(`The agent’s page${because(why)}`, () => {
  let relay: TestRelay;
  let browser: Browser;
  let kiosk: KioskPage;
  let page: Page;
  /** Asked of Chrome for a port, by pages that were opened with `listenToPicker`. */
  const asked: unknown[] = [];

  beforeAll(async () => {
    relay = await startRelay();
    browser = await openBrowser();
    kiosk = await openKiosk(browser, relay, { name: NAME, display: 'virtual' });
    ({ page } = kiosk);
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
  });

  const fact = (name: 'relay' | 'display' | 'qr', of = page) => of.locator(`status-fact[data-hook=fact-${name}]`);
  const reads = (name: 'relay' | 'display' | 'qr', word: string, tone: string) =>
    fact(name).locator(`section[data-tone=${tone}]`, { hasText: word }).waitFor();
  const seen = (of = page) => of.locator('guided-help [data-hook=seen]').innerText();
  const post = async (text: string): Promise<string> => (await relay.postQr(AGENT, text)).command_id;

  /**
   * At both widths, in the light and in the dark: axe finds nothing, nothing is wider than the screen, focus rings are
   * whole, and no full stop stands alone.
   */
  async function looksRight(of = page): Promise<void> {
    for (const colorScheme of ['dark', 'light'] as const) {
      await of.emulateMedia({ colorScheme });
      for (const viewport of [NARROW, WIDE]) {
        await of.setViewportSize(viewport);
        expect(await axeFindings(of), `${colorScheme}, ${viewport.width} px`).toEqual([]);
        expect(await of.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
        expect(await ringFindings(of), `${viewport.width} px`).toEqual([]);
      }
    }
    expect(await strayFullStops(of)).toEqual([]);
  }

  /** What the keyboard speaks to, by its hook or name. */
  const focused = (of = page): Promise<string> =>
    of.evaluate(() => {
      let element = document.activeElement;
      while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
      return element?.getAttribute('data-hook') ?? element?.getAttribute('name') ?? element?.localName ?? '';
    });

  /** As somebody without a mouse gets there. */
  async function tabTo(wanted: string, of = page): Promise<void> {
    const passed: string[] = [];
    while (passed.length < 30) {
      await of.keyboard.press('Tab');
      passed.push(await focused(of));
      if (passed.at(-1) === wanted) return;
    }
    throw new Error(`${wanted} is not reached by Tab, only ${passed.join(', ')}.`);
  }

  it('tells three facts, each with a colour, an icon and a word, without scrolling', async () => {
    await reads('relay', 'Connected', 'good');
    await reads('display', 'Ready', 'good');
    await reads('qr', 'None yet', 'off');
    for (const name of ['relay', 'display', 'qr'] as const) {
      const { y, height } = (await fact(name).boundingBox()) ?? { y: 0, height: 0 };
      expect(await fact(name).locator('app-icon svg').count()).toBe(2);
      expect(height).toBeGreaterThan(0);
      expect(y + height).toBeLessThanOrEqual(WIDE.height);
    }
    const preview = await page.locator('screen-preview').boundingBox();
    expect((preview?.y ?? 0) + (preview?.height ?? Infinity)).toBeLessThanOrEqual(WIDE.height);
    await looksRight();
  });

  it('shows how far a picture has come, then the picture', async () => {
    const command = await post('https://pay.example/p/progress?'.padEnd(150, 'amount=1250.00&ref='));
    await page.locator('kiosk-facts progress').waitFor();
    await reads('qr', 'Sending', 'busy');
    await kiosk.until({ command, commandState: 'displayed' });
    await reads('qr', 'On the display', 'good');
    await page.locator('screen-preview img[alt="A customer’s QR code"]').waitFor();
    await looksRight();
  });

  it('with the cable pulled does not say that the QR is on the display, and says what to do', async () => {
    await page.locator('[data-hook=cable]').click();
    await reads('display', 'Not connected', 'warn');
    await reads('qr', 'Was on the display', 'warn');
    // Said at once by a screen reader: the heading as an alert, the fact as a status.
    await page.getByRole('alert').getByRole('heading', { name: 'The display was unplugged' }).waitFor();
    await fact('display').getByRole('status').filter({ hasText: 'Not connected' }).waitFor();
    expect(await page.title()).toBe('⚠ No display – Counter QR');
    expect(await page.locator('link[rel=icon]').getAttribute('href')).toMatch(/icon-trouble/);
    expect(await page.locator('guided-help li').count()).toBeGreaterThanOrEqual(2);
    const { body: posted } = await relay.call<{ command_id: string; display: string }>('POST', '/qr', {
      body: { agent_id: AGENT, qr_text: 'https://pay.example/p/waits' },
    });
    expect(posted.display).toBe('unplugged');
    await reads('qr', '1 QR waits for the display', 'warn');
    expect(await seen()).toMatch(/^Seen: Virtual display at 9600 baud until \d+:\d\d:\d\d/);
    await looksRight();
    await page.locator('[data-hook=locale-fr]').click();
    await reads('display', 'Pas connecté', 'warn');
    await page.getByRole('alert').getByRole('heading', { name: 'L’écran a été débranché' }).waitFor();
    expect(await seen()).toMatch(
      /^Vu : Écran virtuel à 9600 bauds jusqu’à \d\d:\d\d:\d\d, plus aucun port série depuis$/,
    );
    await looksRight();
    await page.locator('[data-hook=locale-en]').click();
    await page.locator('[data-hook=cable]').click();
    await kiosk.until({ command: posted.command_id, commandState: 'displayed' });
    await reads('qr', 'On the display', 'good');
    expect(await page.locator('guided-help').count()).toBe(0);
    expect(await page.title()).toBe('Counter QR');
  });

  it('says that a test card covers the QR, gives it back, and keeps a pairing code to itself meanwhile', async () => {
    const command = await post('https://pay.example/p/covered');
    await kiosk.until({ command, commandState: 'displayed' });
    const coveredAt = async (): Promise<unknown> =>
      (await relay.call<{ covered_at?: string }>('GET', `/command/${command}`)).body.covered_at;
    expect(await coveredAt()).toBeUndefined();
    await page.locator('[data-hook=test-card]').click();
    await page.locator('screen-preview img[alt="The test card"]').waitFor();
    await kiosk.until({ command, commandState: 'covered' });
    await reads('qr', 'Covered for a moment', 'warn');
    await until('the relay knows', async () => typeof (await coveredAt()) === 'string');
    await looksRight();
    await kiosk.until({ command, commandState: 'displayed' }, { timeoutMs: 30_000 });
    await reads('qr', 'On the display', 'good');
    await until('the relay knows', async () => (await coveredAt()) === undefined);

    await page.locator('[data-hook=pairing-code]').click();
    await page.locator('pairing-line [data-hook=beside-qr]').waitFor();
    await page.locator('event-log summary').click();
    await page.locator('event-log li[data-event=pairing_beside_qr]').waitFor();
    await page.locator('event-log summary').click();
    await kiosk.until({ command, commandState: 'displayed' });
    await looksRight();
    expect((await relay.call('POST', '/rotation/start', { body: { command_id: command } })).status).toBe(200);
    await page.locator('html[data-qr-state=cleared]').waitFor();
  });

  it('is worked with the keyboard alone: language, test card, pairing code, restart, log', async () => {
    const saidAfter: Readonly<Record<string, string | RegExp>> = {
      'test-card': 'The test card was shown.',
      'pairing-code': /[A-Z0-9]{6}/,
    };
    // The page's beginning.
    await page.locator('h1').click();
    const order: string[] = [];
    while (order.at(-1) !== 'summary' && order.length < 20) {
      await page.keyboard.press('Tab');
      order.push(await focused());
      const said = saidAfter[order.at(-1) ?? ''];
      if (said === undefined) continue;
      await page.keyboard.press('Enter');
      await page.getByRole('status').filter({ hasText: said }).waitFor();
    }
    expect(order.filter((hook) => /^(locale|test-card|pairing-code|restart|summary)/.test(hook))).toEqual([
      'locale-en',
      'locale-fr',
      'test-card',
      'pairing-code',
      'restart',
      'summary',
    ]);
    await page.locator('screen-preview img[alt="A pairing code"]').waitFor();
    // Large enough to be read aloud to a colleague; a screen reader spells it.
    const code = page.locator('pairing-line [data-hook=code]');
    const letters = await code.innerText();
    expect(await code.getAttribute('aria-label')).toBe([...letters].join(' '));
    expect(parseFloat(await code.evaluate((element) => getComputedStyle(element).fontSize))).toBeGreaterThanOrEqual(36);
    await page.keyboard.press('Enter');
    await page.locator('event-log li').first().waitFor();
    await looksRight();
  });

  it('says who is linked, and a pairing code goes with the time left, and at once when it is used', async () => {
    await page.locator('[data-hook=linked]', { hasText: /^Linked to / }).waitFor();
    const letters = await page.locator('pairing-line [data-hook=code]').innerText();
    expect(await page.locator('[data-hook=pairing-left]').innerText()).toMatch(/^[34]:\d\d left$/);
    const box = await page.locator('pairing-line [data-hook=code]').boundingBox();
    expect(box?.height).toBeLessThan(90);
    const { status } = await relay.call('POST', '/link', {
      body: { agent_id: 'agent-17', agent_name: 'Asha', pairing_code: letters, takeover: true },
    });
    expect(status).toBe(200);
    await page.locator('pairing-line').waitFor({ state: 'detached' });
    await page.locator('[data-hook=linked]', { hasText: 'Linked to Asha' }).waitFor();
    const back = { agent_id: AGENT, device_id: await deviceIdOf(relay, NAME), takeover: true };
    expect((await relay.call('POST', '/link', { body: back })).status).toBe(200);
  });

  it('starts the connection again when asked to', async () => {
    await page.locator('[data-hook=restart]').click();
    await page.locator('event-log li[data-event=display_restart]').waitFor();
    await kiosk.untilReady();
    await page.locator('[data-hook=notice]', { hasText: /^\s*$/ }).waitFor({ state: 'attached' });
  });

  it('gives the log as a file, with what was learned of the display and without any key', async () => {
    await tabTo('download-log');
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
    expect(download.suggestedFilename()).toMatch(/^counterqr-AGENT-PC-.*\.txt$/);
    const text = readFileSync(await download.path(), 'utf8');
    expect(text).toMatch(/^Counter QR \d+\.\d+\.\d+\nDevice device_AGENT-PC_[0-9a-f]{6}/);
    expect(text).toContain('unit_learned');
    expect(text).toMatch(/p99 gap \d+ ms/);
    expect(text).not.toContain(KEYS.enrol);
    expect(text).not.toContain('pay.example');
  });

  it('speaks French at once, and keeps it', async () => {
    await page.locator('[data-hook=locale-fr]').click();
    await reads('display', 'Prêt', 'good');
    expect(await fact('display').locator('.detail').innerText()).toBe('Écran virtuel à 9600 bauds');
    const command = await post('https://pay.example/p/en-francais');
    await kiosk.until({ command, commandState: 'displayed' });
    expect(await fact('qr').locator('.detail').innerText()).toMatch(/Affiché en \d+,\d s/);
    // The log's sentences are for support; what each is about is said in the page's language.
    await page.locator('event-log li[data-event=display_ready]', { hasText: 'L’écran est prêt.' }).first().waitFor();
    expect(await page.locator('[data-hook=gaps]').innerText()).toMatch(/ \d+,\d s \(p99\)/);
    await looksRight();
    await page.reload();
    await kiosk.untilReady();
    await reads('display', 'Prêt', 'good');
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('fr');
    await page.locator('[data-hook=locale-en]').click();
    await reads('display', 'Ready', 'good');
  });

  it('follows the browser’s language, and asks a PC that nobody has set up for its name', async () => {
    const french = await openBrowser({ locale: 'fr-FR' });
    try {
      const first = await french.newPage();
      await first.goto(`${relay.origin}/kiosk/`);
      await first.locator('set-up-form').waitFor();
      expect(await first.evaluate(() => document.documentElement.lang)).toBe('fr');
      await looksRight(first);
    } finally {
      await french.close();
    }
  });

  it('is set up with the keyboard alone', async () => {
    const alone = await openBrowser();
    try {
      const first = await alone.newPage();
      await first.goto(`${relay.origin}/kiosk/?display=virtual`);
      await first.locator('set-up-form').waitFor();
      await tabTo('computerName', first);
      await first.keyboard.type('TYPED-PC');
      await tabTo('enrolKey', first);
      await first.keyboard.type(KEYS.enrol);
      await first.keyboard.press('Tab');
      expect(await focused(first)).toBe('set-up');
      await first.keyboard.press('Enter');
      await first.locator('html[data-relay=online]').waitFor();
      expect(await deviceIdOf(relay, 'TYPED-PC')).toMatch(/^device_TYPED-PC_/);
    } finally {
      await alone.close();
    }
  });

  it('goes on by itself when another tab, such as the app that IT installs, is told who this PC is', async () => {
    const waiting = await browser.newPage();
    await waiting.exposeFunction('noteRequest', (options: unknown) => void asked.push(options));
    // Headless Chromium has no picker.
    await waiting.addInitScript(() => {
      const { noteRequest } = globalThis as unknown as { noteRequest: (options: unknown) => void };
      navigator.serial.requestPort = (options) => {
        noteRequest(options);
        return Promise.reject(new DOMException('No port selected.', 'NotFoundError'));
      };
    });
    await waiting.goto(`${relay.origin}/kiosk/`);
    await waiting.locator('set-up-form').waitFor();
    const installed = await browser.newPage();
    await installed.goto(kioskUrl(relay, { name: 'INSTALLED-PC' }));
    await installed.locator('[data-hook=passive]').waitFor();
    await looksRight(installed);
    await installed.close();
    await waiting.locator('html[data-relay=online]').waitFor();
    expect(await waiting.locator('set-up-form').count()).toBe(0);

    // No display was ever connected: one button opens Chrome's picker, for known displays or for every port.
    await waiting.getByRole('alert').getByRole('heading', { name: 'Connect the display' }).waitFor();
    expect(await seen(waiting)).toBe('Seen: no serial port that this page may use');
    await looksRight(waiting);
    // Without a mouse.
    await tabTo('choose-port', waiting);
    await waiting.keyboard.press('Enter');
    await tabTo('any-port', waiting);
    await waiting.keyboard.press('Space');
    await waiting.keyboard.press('Shift+Tab');
    expect(await focused(waiting)).toBe('choose-port');
    await waiting.keyboard.press('Enter');
    await expect.poll(() => asked.length).toBe(2);
    expect(asked[0]).toEqual({
      filters: [0x303a, 0x1a86, 0x10c4, 0x0403, 0x067b].map((usbVendorId) => ({ usbVendorId })),
    });
    expect(asked[1]).toEqual({});
    await waiting.close();
  });
});
