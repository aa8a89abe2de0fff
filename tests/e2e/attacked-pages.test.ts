/**
 * What a script in a page that shares the relay's origin finds in Chromium, and what a link does to a kiosk that works:
 * the pages' half of tests/security.
 */
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, type Browser } from '../support/browser/browser.ts';
import { AdminPage } from '../support/browser/admin-page.ts';
import { deviceIdOf, KioskPage, openKiosk } from '../support/browser/kiosk-page.ts';
import { KEYS, startRelay, type TestRelay } from '../support/process/relay.ts';
import { because, noBrowser } from '../support/requirements.ts';
import { lastLines, printOnFailure } from '../support/on-failure.ts';
import { until } from '../support/wait.ts';

const why = noBrowser();
const CARD = '[data-hook=set-up-question]';

/** All that a script of this page's origin can read of what the browser keeps, as JSON. */
const keptBy = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const promised = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(new Error(String(request.error)));
      });
    const kept: unknown[] = [location.href, history.state, document.cookie, { ...localStorage }, { ...sessionStorage }];
    for (const { name = '' } of await indexedDB.databases()) {
      const database = await promised(indexedDB.open(name));
      for (const store of database.objectStoreNames)
        kept.push(await promised(database.transaction(store).objectStore(store).getAll()));
      database.close();
    }
    for (const name of await caches.keys()) kept.push((await (await caches.open(name)).keys()).map(({ url }) => url));
    return JSON.stringify(kept);
  });

describe.skipIf(why !== undefined)(`A script of the shared origin${because(why)}`, () => {
  // Two hosts of one site, as the shipped nginx has them; Chromium takes both for secure.
  const SHARED = 'http://pay.shop.localhost';
  const ADMIN = 'http://admin.shop.localhost';
  let relay: TestRelay;
  let browser: Browser;
  let admin: AdminPage;
  let page: Page;

  beforeAll(async () => {
    relay = await startRelay({ env: { ADMIN_ORIGIN: ADMIN } });
    const { port } = new URL(relay.origin);
    const rules = ['pay', 'admin'].map((name) => `MAP ${name}.shop.localhost 127.0.0.1:${port}`);
    // A page that the test fulfils counts as one of the internet, and Chromium would keep it from this machine
    // altogether.
    const flags = [`--host-resolver-rules=${rules.join(',')}`, '--disable-features=LocalNetworkAccessChecks'];
    browser = await openBrowser({ flags });
    admin = new AdminPage(await browser.newPage());
    await admin.signIn(ADMIN);
    const kiosk = await browser.newPage();
    await kiosk.goto(`${SHARED}/kiosk/?name=DESK-7&display=virtual#enrol=${KEYS.enrol}`);
    await new KioskPage(kiosk, browser).untilReady();
    // The web app's, which has none of the relay's headers.
    page = await browser.newPage();
    const shop = { contentType: 'text/html', body: '<!doctype html><title>Shop</title><body>' };
    await page.route('**/shop/', (route) => route.fulfill(shop));
    await page.goto(`${SHARED}/shop/`);
  });
  afterAll(async () => {
    await browser?.close();
    await relay?.remove();
  });
  printOnFailure({ console: () => lastLines(browser?.console), relay: () => lastLines(relay?.output) });

  it('cannot use the session of the admin who is signed in at ADMIN_ORIGIN', async () => {
    // The session is there, and good at its own host.
    expect(await admin.page.evaluate(async () => (await fetch('/api/device/list')).status)).toBe(200);
    const found = await page.evaluate(async (adminOrigin) => {
      const statusOf = (address: string, init: RequestInit = {}): Promise<number | string> =>
        fetch(address, { credentials: 'include', ...init }).then(
          ({ status }) => status,
          () => 'refused by the browser',
        );
      const frame = document.createElement('iframe');
      frame.src = `${adminOrigin}/admin/`;
      document.body.append(frame);
      const popup = open(`${adminOrigin}/admin/`);
      const here = await Promise.all([statusOf('/api/device/list'), statusOf('/api/device/admin/session')]);
      const there = await statusOf(`${adminOrigin}/api/device/list`);
      const blind = await statusOf(`${adminOrigin}/api/device/admin/logout`, { method: 'POST', mode: 'no-cors' });
      // Until it has left about:blank it is this page's.
      const opened = async (): Promise<string> => {
        for (const until = performance.now() + 20_000; performance.now() < until;) {
          try {
            if (!popup || popup.closed) return 'out of reach';
            void popup.document.body.innerText;
          } catch (error) {
            return (error as Error).name;
          }
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
        return 'read';
      };
      const framed = frame.contentDocument === null ? 'another origin' : 'this origin';
      return { here, there, blind, opened: await opened(), framed };
    }, ADMIN);
    expect(found).toMatchObject({ here: [401, 403], there: 'refused by the browser', framed: 'another origin' });
    expect(found.opened).toMatch(/SecurityError|out of reach/);
    // The call whose answer it cannot read came without the session, and has not signed the admin out.
    expect(found.blind).toBe('refused by the browser');
    const answered = await until('the relay logs the call', () =>
      relay.output.split('\n').find((line) => line.endsWith('}') && line.includes('/admin/logout')),
    );
    expect(JSON.parse(answered)).toMatchObject({ method: 'POST', status: 401 });
    await admin.page.reload();
    await admin.hook('total-devices').waitFor();
    expect(await browser.context.cookies(`${SHARED}/api/device/list`)).toEqual([]);
  });

  it('finds neither the enrol key nor an admin’s key in what the registered kiosk keeps', async () => {
    const kept = await until('the registration is kept', async () => {
      const all = await keptBy(page);
      return all.includes('DESK-7') && /device_DESK-7_[0-9a-f]{6}/.test(all) ? all : undefined;
    });
    for (const key of Object.values(KEYS)) expect(kept).not.toContain(key);
  });
});

describe.skipIf(why !== undefined)(`A link to a kiosk that works${because(why)}`, () => {
  const NAME = 'DESK-8';
  let relay: TestRelay;
  let browser: Browser;
  let kiosk: KioskPage;
  let page: Page;
  let deviceId: string;

  beforeAll(async () => {
    relay = await startRelay();
    browser = await openBrowser();
    kiosk = await openKiosk(browser, relay, { name: NAME });
    ({ page } = kiosk);
    await kiosk.until({ relay: 'online' });
    deviceId = await deviceIdOf(relay, NAME);
  });
  afterAll(async () => {
    await browser?.close();
    await relay?.remove();
  });
  printOnFailure({ kiosk: () => kiosk?.facts(), console: () => lastLines(browser?.console) });

  const names = async (): Promise<string[]> => {
    const { body } = await relay.call<{ devices: { device_id: string; computer_name: string }[] }>('GET', '/list', {
      key: KEYS.admin,
    });
    return body.devices.map(({ device_id, computer_name }) => `${device_id} is ${computer_name}`);
  };
  const follow = async (name: string, key: string): Promise<void> => {
    await page.goto(`${relay.origin}/kiosk/?name=${name}#enrol=${key}`);
    await page.locator(CARD).waitFor();
    // It goes on as the PC that it is.
    await kiosk.until({ relay: 'online' });
    expect(await names()).toEqual([`${deviceId} is ${NAME}`]);
    expect(await keptBy(page)).not.toContain(key);
  };

  it('asks, and says what would change', async () => {
    await follow('EVIL', 'junk');
    const card = await page.locator(CARD).innerText();
    expect(card).toContain(`This PC is ${NAME}. With the link it would be EVIL.`);
    expect(card).toContain('With the link this PC would register with another key.');
    expect(card).toContain('Nothing has changed yet.');
    await page.locator('[data-hook=locale-fr]').click();
    await page.locator(CARD, { hasText: 'EVIL' }).filter({ hasNotText: 'Nothing has changed' }).waitFor();
    await page.locator('[data-hook=locale-en]').click();
  });

  it('changes nothing on Keep, after a reload neither', async () => {
    await page.locator('[data-hook=keep-set-up]').click();
    await page.locator(CARD).waitFor({ state: 'detached' });
    await page.goto(`${relay.origin}/kiosk/`);
    await kiosk.until({ relay: 'online' });
    expect(await page.locator(CARD).count()).toBe(0);
    expect(await page.locator('[data-hook=name]').innerText()).toBe(NAME);
    expect(await names()).toEqual([`${deviceId} is ${NAME}`]);
  });

  it('asks before the display’s control lines are set another way, and never stores a key that it does not need', async () => {
    await page.goto(`${relay.origin}/kiosk/?name=${NAME}&signals=clear#enrol=junk`);
    await page.locator(CARD, { hasText: 'would be “clear”; now they are “leave”' }).waitFor();
    await kiosk.until({ relay: 'online' });
    const kept = await keptBy(page);
    expect(kept).not.toContain('counterqr.signals');
    expect(kept).not.toContain('junk');
    await page.locator('[data-hook=keep-set-up]').click();
    await page.goto(`${relay.origin}/kiosk/?name=${NAME}#enrol=junk`);
    await kiosk.until({ relay: 'online' });
    expect(await page.locator(CARD).count()).toBe(0);
    expect(await keptBy(page)).not.toContain('junk');
  });

  it('takes the new name on Change, as the same display, whose name at the relay an admin alone changes', async () => {
    await follow('DESK-9', 'another-junk');
    await page.locator('[data-hook=change-set-up]').click();
    await page.locator(CARD).waitFor({ state: 'detached' });
    await page.goto(`${relay.origin}/kiosk/`);
    await page.locator('[data-hook=name]', { hasText: 'DESK-9' }).waitFor();
    await kiosk.until({ relay: 'online' });
    await until('the wrong key is forgotten', async () => !(await keptBy(page)).includes('another-junk'));
    expect(await names()).toEqual([`${deviceId} is ${NAME}`]);
  });
});
