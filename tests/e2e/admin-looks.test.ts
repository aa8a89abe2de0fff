/**
 * What is to be seen on the admin page: the figures of a row and of a display's day, a logo; for axe in every size,
 * language and light.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { durationWords } from '../../kiosk/pages/admin/data/age.ts';
import type { AdminDevice } from '../../shared/wire/admin/device.ts';
import type { AdminDeviceDetail } from '../../shared/wire/admin/display-page.ts';
import { MAX_LOGO_CHARS } from '../../shared/wire/picture.ts';
import { adminSite } from '../support/browser/admin-site.ts';
import { axeFindings } from '../support/browser/axe.ts';
import { ringFindings } from '../support/browser/focus-rings.ts';
import { strayFullStops } from '../support/browser/spoken-text.ts';
import { KEYS } from '../support/process/relay.ts';
import { because, noBrowser } from '../support/requirements.ts';
import { until } from '../support/wait.ts';

const why = noBrowser();

describe.skipIf(why !== undefined)(`What the admin page shows${because(why)}`, () => {
  const site = adminSite(['GOOD-DAY-PC']);
  /** It has had a bad day: a QR that failed, a long silence, one that waits. */
  const bad = { id: 'device_BAD-DAY-PC_0a1b2c', token: '' };
  const good = () => site.device('GOOD-DAY-PC');

  const listed = async ({ id }: { readonly id: string }): Promise<AdminDevice> => {
    const { body } = await site.relay.call<{ device: AdminDevice }>('GET', `/device/${id}`, { key: KEYS.admin });
    return body.device;
  };

  it('has a cell of each figure in a display’s row', async () => {
    const { body } = await site.relay.call<{ device_token: string }>('POST', '/register', {
      key: KEYS.enrol,
      body: { device_id: bad.id, computer_name: 'BAD-DAY-PC', kind: 'kiosk', version: '1.4.2' },
    });
    bad.token = body.device_token;
    const poll = () => site.relay.call('GET', `/poll?device_id=${bad.id}&display=ready`, { key: bad.token });
    const report = (command_id: string, status: string) =>
      site.relay.call('POST', '/status', { key: bad.token, body: { device_id: bad.id, command_id, status } });
    const show = async (status: string) => {
      const { command_id } = await site.relay.postQr('9', `https://pay.example/${status}`);
      await poll();
      await report(command_id, status);
    };
    await site.relay.link('9', bad.id);
    await show('failed');
    await show('failed');
    const quietAt = performance.now();
    await until('it was silent for a while', () => performance.now() - quietAt > 1_200);
    await show('success');
    await site.relay.postQr('9', 'https://pay.example/waits');

    const cell = (name: string) => site.admin.row(bad).locator(`.${name}`);
    const { poll_gap_ms } = await listed(bad);
    expect(poll_gap_ms).toBeGreaterThan(1_200);
    await cell('poll_gap')
      .filter({ hasText: durationWords(poll_gap_ms, 'en-US') })
      .waitFor();
    const texts = async (...names: string[]) =>
      Promise.all(names.map(async (name) => (await cell(name).innerText()).trim()));
    const figures = () => texts('agent', 'version', 'qr_today', 'errors', 'queued');
    await expect.poll(figures, { timeout: 30_000 }).toEqual(['Agent 9', '1.4.2', '4', '2', '1']);
    expect(await cell('errors').getAttribute('class')).toContain('loud');
    await cell('last-error').filter({ hasText: 'Last error: the display did not take the picture' }).waitFor();
    // Nobody polls for it any more; words tell since when, and go on.
    await site.admin.row(bad, '[data-relay=offline]').waitFor();
    const [first = ''] = await texts('last_seen');
    expect(first).toMatch(/^\d+ seconds ago$/);
    await until('the words go on', async () => (await texts('last_seen'))[0] !== first);
    expect((await site.admin.row(good()).locator('.last_seen').innerText()).trim()).toMatch(/^(now|\d seconds? ago)$/);
  });

  it('draws the day of a display as it was heard', async () => {
    const { body } = await site.relay.call<AdminDeviceDetail>('GET', `/device/${good().id}`, { key: KEYS.admin });
    const { slots } = body.heartbeat;
    expect([...slots].every((slot) => '-012'.includes(slot))).toBe(true);
    // A day that nobody can wait for, in the relay's own form: unknown, heard, partly, silent for two slots, heard.
    const parts = [slots.length - 30, 10, 3, 2, 15];
    const day = parts.map((length, index) => '-1201'.charAt(index).repeat(length)).join('');
    await site.admin.page.route(`**/api/device/device/${good().id}`, (route) =>
      route.fulfill({ json: { ...body, heartbeat: { ...body.heartbeat, slots: day } } }),
    );
    await site.admin.go(`#/display/${good().id}`);
    const bars = site.admin.hook('heartbeat').locator('.bar rect');
    await bars.nth(4).waitFor({ state: 'attached' });
    const drawn = await bars.evaluateAll((rects) =>
      rects.map((rect) => [rect.getAttribute('class'), Number(rect.getAttribute('width'))]),
    );
    expect(drawn).toEqual([
      ['unknown', parts[0]],
      ['heard', 10],
      ['partly', 3],
      ['silent', 2],
      ['heard', 15],
    ]);
    // Each kind has a colour of its own, and each slot its share of the width.
    const seen = await bars.evaluateAll((rects) =>
      rects.map((rect) => ({ fill: getComputedStyle(rect).fill, width: rect.getBoundingClientRect().width })),
    );
    expect(new Set(seen.map(({ fill }) => fill)).size).toBe(4);
    const [, ten, , , fifteen] = seen.map(({ width }) => width);
    expect((fifteen ?? 0) / (ten ?? 1)).toBeCloseTo(1.5, 1);
    // 26.5 of the 30 that are known.
    await site.admin.hook('heartbeat').getByText('Heard 88.3% of the time.').waitFor();
    await site.admin
      .hook('heartbeat')
      .getByText(/Longest silences: \d/)
      .waitFor();
    await site.admin.page.unroute(`**/api/device/device/${good().id}`);
  });

  it('makes a logo of any picture that is chosen, and takes it away again', async () => {
    const field = site.admin.page.locator('logo-field');
    await field.locator('input').setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: Buffer.from('no') });
    await site.admin.page.getByRole('alert').filter({ hasText: 'Choose a PNG or JPEG picture' }).waitFor();
    await field.locator('input').setInputFiles({ name: 'big.png', mimeType: 'image/png', buffer: await bigPicture() });
    await field.locator('img').waitFor();
    const save = async (): Promise<string | undefined> => {
      await site.admin.page.evaluate(() =>
        document.querySelector('admin-app')?.dispatchEvent(new CustomEvent('notice', { detail: '' })),
      );
      await site.admin.hook('picture-settings').getByRole('button', { name: 'Save' }).click();
      await site.admin.page.getByRole('status').filter({ hasText: 'Saved' }).waitFor();
      return (await listed(good())).settings.idle_logo;
    };
    const kept = (await save()) ?? '';
    expect(kept).toMatch(/^data:image\/(png|jpeg);base64,/);
    expect(kept.length).toBeLessThanOrEqual(MAX_LOGO_CHARS);
    expect(await field.locator('img').evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(50);
    await field.locator('[data-hook=logo-away]').click();
    await field.locator('img').waitFor({ state: 'detached' });
    expect(await save()).toBe('');
  });

  describe.each(['en', 'fr'] as const)('to axe, in %s', (language) => {
    const title = { en: 'Displays', fr: 'Écrans' }[language];
    const pages = ['#/displays', `#/display/${bad.id}`, '#/waiting', '#/qrs', '#/history', '#/audit', '#/versions'];

    beforeAll(async () => {
      await site.admin.go('#/displays');
      await site.admin.hook('locale').selectOption(language);
      await site.admin.page.locator('h1', { hasText: title }).waitFor();
    });
    afterAll(async () => {
      await site.admin.page.setViewportSize({ width: 1280, height: 720 });
      await site.admin.page.emulateMedia({ colorScheme: 'light' });
    });

    const sizesAndLights = [
      [1280, 'light'],
      [1000, 'light'],
      [1226, 'light'],
      [390, 'light'],
      [390, 'dark'],
      [1280, 'dark'],
    ] as const;

    it.each(sizesAndLights)('is well made %i wide and in the %s, never wider than the screen', async (width, light) => {
      const { admin } = site;
      await admin.page.emulateMedia({ colorScheme: light });
      await admin.page.setViewportSize({ width, height: 844 });
      // What the light has to do with is contrast; the rest was looked at in the light.
      const rules = light === 'dark' ? ['color-contrast'] : undefined;
      const look = async (what: string): Promise<void> => {
        expect(await axeFindings(admin.page, rules), what).toEqual([]);
        expect(await admin.overhang(), what).toBeLessThanOrEqual(0);
        if (light === 'dark') return;
        expect(await ringFindings(admin.page), what).toEqual([]);
        expect(await strayFullStops(admin.page), what).toEqual([]);
      };
      for (const hash of pages) {
        await admin.go(hash);
        if (hash.startsWith('#/display/')) await admin.hook('heartbeat').waitFor();
        await look(hash);
        if (hash === '#/displays') await everyColumnIsSeen(width);
        const section = await admin.page.locator('nav [aria-current]').boundingBox();
        expect((section?.x ?? width) + (section?.width ?? 0), `the section of ${hash}`).toBeLessThanOrEqual(width);
      }
      // A question over the page, with a field and with what is lost by it.
      await admin.go(`#/display/${bad.id}`);
      for (const action of ['message', 'remove']) {
        await admin.hook(`action-${action}`).click();
        await admin.page.locator('dialog[open]').waitFor();
        await look(action);
        await admin.page.keyboard.press('Escape');
        await admin.page.locator('dialog[open]').waitFor({ state: 'detached' });
      }
    });
  });

  /**
   * Between a phone and a wide screen, too: each fact of a row lies within the screen, and so does each section's name.
   */
  async function everyColumnIsSeen(width: number): Promise<void> {
    const { page } = site.admin;
    for (const what of ['tr[data-device] td', 'nav a']) {
      const boxes = await page
        .locator(what)
        .evaluateAll((found) => found.map((element) => element.getBoundingClientRect().toJSON() as DOMRect));
      expect(boxes.length).toBeGreaterThanOrEqual(5);
      for (const { left, right, width: wide } of boxes) {
        expect(wide, what).toBeGreaterThan(0);
        expect(left, what).toBeGreaterThanOrEqual(0);
        expect(right, what).toBeLessThanOrEqual(width);
      }
    }
  }

  it('keeps its signs where the browser paints with the reader’s own colours', async () => {
    const { page } = site.admin;
    await page.emulateMedia({ forcedColors: 'active' });
    await site.admin.go('#/displays');
    const border = (selector: string) =>
      page
        .locator(selector)
        .first()
        .evaluate((element) => getComputedStyle(element).borderTopWidth);
    expect(await border('tr[data-device] .pill')).toBe('1px');
    const underline = await page
      .locator('nav [aria-current]')
      .evaluate((element) => getComputedStyle(element).borderBottomWidth);
    expect(underline).toBe('3px');
    await page.emulateMedia({ forcedColors: 'none' });
  });

  it('speaks French at once, and keeps it', async () => {
    await site.admin.go('#/displays');
    await site.admin.hook('locale').selectOption('en');
    await site.admin.page.locator('h1', { hasText: 'Displays' }).waitFor();
    await site.admin.hook('locale').selectOption('fr');
    await site.admin.page.locator('h1', { hasText: 'Écrans' }).waitFor();
    await site.admin.row(good(), '[data-relay=online]').filter({ hasText: 'En ligne' }).waitFor();
    await site.admin.page.reload();
    await site.admin.page.locator('h1', { hasText: 'Écrans' }).waitFor();
    expect(await site.admin.page.evaluate(() => document.documentElement.lang)).toBe('fr');
    await site.admin.go(`#/display/${good().id}`);
    await site.admin.page.locator('h2', { hasText: 'Réglages d’image' }).waitFor();
  });

  it('ran under its content security policy without a complaint', () => {
    expect(site.complaints()).toEqual([]);
  });

  /** Far too large for a display, and nothing that compresses well. */
  async function bigPicture(): Promise<Buffer> {
    const uri = await site.admin.page.evaluate(() => {
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [1_200, 800];
      const context = canvas.getContext('2d');
      for (let x = 0; x < 1_200; x += 8)
        for (let y = 0; y < 800; y += 8) {
          context!.fillStyle = `hsl(${(x * 7 + y * 13) % 360} 80% 50%)`;
          context!.fillRect(x, y, 8, 8);
        }
      return canvas.toDataURL('image/png');
    });
    return Buffer.from(uri.slice(uri.indexOf(',') + 1), 'base64');
  }
});
