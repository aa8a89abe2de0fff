/** What is to be seen on the admin page: the figures of a row and of a display's day, a logo; for axe in every size, language and light. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { durationWords } from '../../kiosk/admin/data/age.ts';
import type { AdminDevice, AdminDeviceDetail } from '../../shared/admin.ts';
import { MAX_LOGO_CHARS } from '../../shared/schemas.ts';
import { AdminPage } from '../rig/admin-page.ts';
import { axeFindings } from '../rig/axe.ts';
import { openBrowser, type Browser } from '../rig/browser.ts';
import { KEYS, startRelay, type TestRelay } from '../rig/relay.ts';
import { because, noBrowser } from '../rig/requirements.ts';
import { PollingDevice } from '../rig/polling-device.ts';
import { until } from '../rig/wait.ts';

const why = noBrowser();

describe.skipIf(why !== undefined)(`What the admin page shows${because(why)}`, () => {
  let relay: TestRelay;
  let browser: Browser;
  let admin: AdminPage;
  /** It has had a bad day: a QR that failed, a long silence, one that waits. */
  const bad = { id: 'device_BAD-DAY-PC_0a1b2c', token: '' };
  let good: PollingDevice;

  beforeAll(async () => {
    relay = await startRelay();
    browser = await openBrowser();
    good = await PollingDevice.start(relay, 'GOOD-DAY-PC');
    admin = new AdminPage(await browser.newPage());
    await admin.signIn(relay.origin);
  });
  afterAll(async () => {
    await good?.stop();
    await browser?.close();
    await relay?.remove();
  });
  afterEach((context) => {
    if (context.task.result?.state !== 'fail') return;
    console.log('console:', browser.console.slice(-30).join('\n'));
    console.log('relay:', relay.output.slice(-3_000));
  });

  const listed = async ({ id }: { readonly id: string }): Promise<AdminDevice> => {
    const { body } = await relay.call<{ device: AdminDevice }>('GET', `/device/${id}`, { key: KEYS.admin });
    return body.device;
  };

  it('has a cell of each figure in a display’s row', async () => {
    const { body } = await relay.call<{ device_token: string }>('POST', '/register', {
      key: KEYS.enrol,
      body: { device_id: bad.id, computer_name: 'BAD-DAY-PC', kind: 'kiosk', version: '1.4.2' },
    });
    bad.token = body.device_token;
    const poll = () => relay.call('GET', `/poll?device_id=${bad.id}&display=ready`, { key: bad.token });
    const report = (command_id: string, status: string) =>
      relay.call('POST', '/status', { key: bad.token, body: { device_id: bad.id, command_id, status } });
    const show = async (status: string) => {
      const { command_id } = await relay.postQr('9', `https://pay.example/${status}`);
      await poll();
      await report(command_id, status);
    };
    await relay.link('9', bad.id);
    await show('failed');
    await show('failed');
    const quietAt = performance.now();
    await until('it was silent for a while', () => performance.now() - quietAt > 1_200);
    await show('success');
    await relay.postQr('9', 'https://pay.example/waits');

    const cell = (name: string) => admin.row(bad).locator(`.${name}`);
    await cell('queued').filter({ hasText: /^1$/ }).waitFor();
    const { poll_gap_ms } = await listed(bad);
    expect(poll_gap_ms).toBeGreaterThan(1_200);
    await cell('poll_gap')
      .filter({ hasText: durationWords(poll_gap_ms, 'en-US') })
      .waitFor();
    const texts = async (...names: string[]) =>
      Promise.all(names.map(async (name) => (await cell(name).innerText()).trim()));
    expect(await texts('agent', 'version', 'qr_today', 'errors')).toEqual(['Agent 9', '1.4.2', '4', '2']);
    expect(await cell('errors').getAttribute('class')).toContain('loud');
    // Nobody polls for it any more; words tell since when, and go on.
    await admin.row(bad, '[data-relay=offline]').waitFor();
    const [first = ''] = await texts('last_seen');
    expect(first).toMatch(/^\d+ seconds ago$/);
    await until('the words go on', async () => (await texts('last_seen'))[0] !== first);
    expect((await admin.row(good).locator('.last_seen').innerText()).trim()).toMatch(/^(now|\d seconds? ago)$/);
  });

  it('draws the day of a display as it was heard', async () => {
    const { body } = await relay.call<AdminDeviceDetail>('GET', `/device/${good.id}`, { key: KEYS.admin });
    const { slots } = body.heartbeat;
    expect([...slots].every((slot) => '-012'.includes(slot))).toBe(true);
    // A day that nobody can wait for, in the relay's own form: unknown, heard, partly, silent for two slots, heard.
    const parts = [slots.length - 30, 10, 3, 2, 15];
    const day = parts.map((length, index) => '-1201'.charAt(index).repeat(length)).join('');
    await admin.page.route(`**/api/device/device/${good.id}`, (route) =>
      route.fulfill({ json: { ...body, heartbeat: { ...body.heartbeat, slots: day } } }),
    );
    await admin.go(`#/display/${good.id}`);
    const bars = admin.hook('heartbeat').locator('.bar rect');
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
    await admin.hook('heartbeat').getByText('Heard 88.3% of the time.').waitFor();
    await admin
      .hook('heartbeat')
      .getByText(/Longest silences: \d/)
      .waitFor();
    await admin.page.unroute(`**/api/device/device/${good.id}`);
  });

  it('makes a logo of any picture that is chosen, and takes it away again', async () => {
    const field = admin.page.locator('logo-field');
    await field.locator('input').setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: Buffer.from('no') });
    await admin.page.getByRole('alert').filter({ hasText: 'Choose a PNG or JPEG picture' }).waitFor();
    await field.locator('input').setInputFiles({ name: 'big.png', mimeType: 'image/png', buffer: await bigPicture() });
    await field.locator('img').waitFor();
    const save = async (): Promise<string | undefined> => {
      await admin.page.evaluate(() =>
        document.querySelector('admin-app')?.dispatchEvent(new CustomEvent('say', { detail: '' })),
      );
      await admin.hook('picture-settings').getByRole('button', { name: 'Save' }).click();
      await admin.page.getByRole('status').filter({ hasText: 'Saved' }).waitFor();
      return (await listed(good)).settings.idle_logo;
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
    const pages = ['#/displays', `#/display/${bad.id}`, '#/waiting', '#/history', '#/audit', '#/versions'];

    beforeAll(async () => {
      await admin.go('#/displays');
      await admin.hook('locale').selectOption(language);
      await admin.page.locator('h1', { hasText: title }).waitFor();
    });
    afterAll(async () => {
      await admin.page.setViewportSize({ width: 1280, height: 720 });
      await admin.page.emulateMedia({ colorScheme: 'light' });
    });

    it.each(['light', 'dark'] as const)(
      'is well made at every width and in the %s, never wider than the screen',
      async (colorScheme) => {
        await admin.page.emulateMedia({ colorScheme });
        for (const width of [1280, 390]) {
          await admin.page.setViewportSize({ width, height: 844 });
          for (const hash of pages) {
            await admin.go(hash);
            if (hash.startsWith('#/display/')) await admin.hook('heartbeat').waitFor();
            // What the light has to do with is contrast; the rest was looked at in the light.
            const rules = colorScheme === 'dark' ? ['color-contrast'] : undefined;
            expect(await axeFindings(admin.page, rules), `${hash} at ${width}`).toEqual([]);
            expect(await admin.overhang(), `${hash} at ${width}`).toBeLessThanOrEqual(0);
          }
        }
      },
    );
  });

  it('speaks French at once, and keeps it', async () => {
    await admin.go('#/displays');
    await admin.hook('locale').selectOption('en');
    await admin.page.locator('h1', { hasText: 'Displays' }).waitFor();
    await admin.hook('locale').selectOption('fr');
    await admin.page.locator('h1', { hasText: 'Écrans' }).waitFor();
    await admin.row(good, '[data-relay=online]').filter({ hasText: 'En ligne' }).waitFor();
    await admin.page.reload();
    await admin.page.locator('h1', { hasText: 'Écrans' }).waitFor();
    expect(await admin.page.evaluate(() => document.documentElement.lang)).toBe('fr');
    await admin.go(`#/display/${good.id}`);
    await admin.page.locator('h2', { hasText: 'Réglages d’image' }).waitFor();
  });

  it('ran under its content security policy without a complaint', () => {
    expect(browser.console.filter((line) => /Content Security Policy|threw:/.test(line))).toEqual([]);
  });

  /** Far too large for a display, and nothing that compresses well. */
  async function bigPicture(): Promise<Buffer> {
    const uri = await admin.page.evaluate(() => {
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
