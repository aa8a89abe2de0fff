/**
 * The admin page of a relay whose environment says more than keys: its admin has a name, and clients of the original
 * design still call with their one key.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { momentWords } from '../../kiosk/pages/admin/data/age.ts';
import type { AdminStats } from '../../shared/wire/admin/fleet.ts';
import { AdminPage } from '../support/browser/admin-page.ts';
import { openBrowser, type Browser } from '../support/browser/browser.ts';
import { KEYS, startRelay, type TestRelay } from '../support/process/relay.ts';
import { because, noBrowser } from '../support/requirements.ts';

const why = noBrowser();
const NAME = 'Marie-Françoise Desrosiers';
const LEGACY = 'the-one-key-of-all-clients';

describe.skipIf(why !== undefined)(`A named admin’s page${because(why)}`, () => {
  let relay: TestRelay;
  let browser: Browser;
  let admin: AdminPage;

  beforeAll(async () => {
    relay = await startRelay({ env: { ADMIN_KEYS: `${NAME}:${KEYS.admin}`, LEGACY_API_KEY: LEGACY } });
    browser = await openBrowser();
    admin = new AdminPage(await browser.newPage());
    await admin.signIn(relay.origin);
  });
  afterAll(async () => {
    await browser?.close();
    await relay?.remove();
  });

  // On a phone the name took a row of its own between the brand and the sections.
  it.each([320, 390, 1024, 1440])('has the name in one row with the brand and the way out, %i wide', async (width) => {
    const { page, hook } = admin;
    await page.setViewportSize({ width, height: 844 });
    const middleOf = async (what: ReturnType<typeof hook>): Promise<number> => {
      const box = await what.boundingBox();
      return (box?.y ?? NaN) + (box?.height ?? NaN) / 2;
    };
    const brand = await middleOf(page.locator('.brand'));
    const named = width > 480 ? [hook('who')] : [];
    for (const what of [...named, hook('live'), hook('locale'), hook('sign-out')])
      expect(Math.abs((await middleOf(what)) - brand)).toBeLessThan(12);
    const out = await hook('sign-out').boundingBox();
    expect((out?.x ?? NaN) + (out?.width ?? NaN)).toBeLessThanOrEqual(width);
    expect(await admin.overhang()).toBeLessThanOrEqual(0);
    // A few px of a name tell nothing: on a phone the button has it.
    expect(await hook('who').isVisible()).toBe(width > 480);
    expect(await hook('sign-out').getAttribute('title')).toBe(NAME);
  });

  it('warns of a page that calls with the legacy key once it has called, and says when it last did and what to do', async () => {
    const { hook } = admin;
    const notice = hook('relay-notice-legacy_page');
    const display = { device_id: 'd1', computer_name: 'OLD-PC', com_port: 'COM3', version: '1.0' };
    expect((await relay.call('POST', '/register', { key: LEGACY, body: display })).status).toBe(200);
    // The display is on the page without a word of the key: only the call of a page is warned about.
    await admin.row({ id: 'd1' }).waitFor();
    expect(await notice.count()).toBe(0);

    const link = { agent_id: 42, agent_name: null, device_id: 'd1', computer_name: 'OLD-PC' };
    expect((await relay.call('POST', '/link', { key: LEGACY, body: link })).status).toBe(200);
    await notice.waitFor();
    const { stats } = (await relay.call<{ stats: AdminStats }>('GET', '/list', { key: KEYS.admin })).body;
    const [said] = stats.notices ?? [];
    if (said?.kind !== 'legacy_page') throw new Error(`The relay says ${JSON.stringify(said)} instead.`);
    expect((await notice.innerText()).trim()).toBe(
      `A page of the web app still calls with LEGACY_API_KEY (last ${momentWords(said.at, 'en-US')}). ` +
        'It takes a display from another agent without asking: the last one to log in has it. ' +
        'Replace the page (docs/migration.md).',
    );
    await hook('locale').selectOption('fr');
    await notice.filter({ hasText: 'Une page de l’application appelle encore avec LEGACY_API_KEY' }).waitFor();
    await hook('locale').selectOption('en');
  });
});
