/** Signing in to the admin page and out of it, and what a page may do that knows only the cookie. */
import { describe, expect, it } from 'vitest';
import { adminSite } from '../support/browser/admin-site.ts';
import { axeFindings } from '../support/browser/axe.ts';
import { KEYS } from '../support/process/relay.ts';
import { because, noBrowser } from '../support/requirements.ts';

const why = noBrowser();
const PC = 'SHOWROOM-PC-01';

describe.skipIf(why !== undefined)(`The admin page’s session${because(why)}`, () => {
  const site = adminSite([PC], { isSignedIn: false });
  const rows = () => site.admin.page.locator('tr[data-device]');
  const keyField = () => site.admin.page.locator('input[name=key]');

  it('lets nobody in with another key, and says why', async () => {
    const { page } = site.admin;
    await page.goto(`${site.relay.origin}/admin/`);
    await keyField().fill(KEYS.app);
    await page.keyboard.press('Enter');
    await page.getByText('This is not an admin key of this relay.').waitFor();
  });

  it.each(['en', 'fr'] as const)(
    'asks for the key well made for axe, in %s, on a phone and in the dark too',
    async (language) => {
      const { page, hook } = site.admin;
      await hook('locale').selectOption(language);
      await page.locator('button', { hasText: { en: 'Sign in', fr: 'Se connecter' }[language] }).waitFor();
      for (const [width, colorScheme] of [
        [1280, 'light'],
        [390, 'light'],
        [390, 'dark'],
      ] as const) {
        await page.setViewportSize({ width, height: 844 });
        await page.emulateMedia({ colorScheme });
        expect(await axeFindings(page), `${width}, ${colorScheme}`).toEqual([]);
        expect(await site.admin.overhang()).toBeLessThanOrEqual(0);
      }
      // What it said before is said in this language now.
      await page
        .getByRole('alert')
        .filter({ hasText: { en: 'not an admin key', fr: 'pas une clé' }[language] })
        .waitFor();
      await page.emulateMedia({ colorScheme: 'light' });
      await page.setViewportSize({ width: 1280, height: 720 });
      await hook('locale').selectOption('en');
    },
  );

  it('signs in with the admin key, which is then nowhere in the page, and stays signed in over a reload', async () => {
    const { page } = site.admin;
    await keyField().fill(KEYS.admin);
    await page.keyboard.press('Enter');
    await rows().waitFor();
    await page.reload();
    await rows().waitFor();
    const kept = await page.evaluate(() =>
      JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }]),
    );
    expect(kept).not.toContain(KEYS.admin);
    expect(await page.evaluate(() => document.cookie)).toBe('');
    // For the session only: it has no time at which it would end after the browser was closed.
    const [cookie, ...others] = await site.browser.context.cookies(`${site.relay.origin}/api/device/list`);
    expect(others).toEqual([]);
    expect(cookie).toMatchObject({ name: 'counterqr_admin', expires: -1, httpOnly: true, sameSite: 'Strict' });
  });

  it('is not to be used by a page that knows only the cookie', async () => {
    const status = await site.admin.page.evaluate(async (id) => {
      const response = await fetch(`../api/device/device/${id}/unlink`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: '{}',
      });
      return response.status;
    }, site.device(PC).id);
    expect(status).toBe(403);
  });

  it('asks for the key again when it was signed out in another tab', async () => {
    const tab = await site.browser.newPage();
    await tab.goto(`${site.relay.origin}/admin/`);
    await tab.locator('[data-hook=sign-out]').click();
    await tab.locator('input[name=key]').waitFor();
    await tab.close();
    await keyField().waitFor();
    expect(await rows().count()).toBe(0);
    await site.admin.signIn(site.relay.origin);
  });

  it('signs out: the session is over and nothing stays on the page', async () => {
    await site.admin.hook('sign-out').click();
    await keyField().waitFor();
    expect(await rows().count()).toBe(0);
    await site.admin.page.reload();
    await keyField().waitFor();
  });

  it('ran under its content security policy without a complaint', () => expect(site.complaints()).toEqual([]));
});
