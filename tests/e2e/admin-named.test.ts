/** The admin page of an admin whose key has a name. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AdminPage } from '../support/browser/admin-page.ts';
import { openBrowser, type Browser } from '../support/browser/browser.ts';
import { KEYS, startRelay, type TestRelay } from '../support/process/relay.ts';
import { because, noBrowser } from '../support/requirements.ts';

const why = noBrowser();
const NAME = 'Marie-Françoise Desrosiers';

describe.skipIf(why !== undefined)(`A named admin’s page${because(why)}`, () => {
  let relay: TestRelay;
  let browser: Browser;
  let admin: AdminPage;

  beforeAll(async () => {
    relay = await startRelay({ env: { ADMIN_KEYS: `${NAME}:${KEYS.admin}` } });
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
});
