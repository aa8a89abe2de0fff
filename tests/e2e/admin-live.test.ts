/**
 * What the admin page is told without asking: the three facts of a display, one that drops, a relay that falls silent,
 * the totals.
 */
import { describe, expect, it } from 'vitest';
import { durationWords } from '../../kiosk/pages/admin/data/age.ts';
import type { AdminStats } from '../../shared/wire/admin/fleet.ts';
import { adminSite } from '../support/browser/admin-site.ts';
import { KEYS } from '../support/process/relay.ts';
import { because, noBrowser } from '../support/requirements.ts';
import { quickestOf } from '../support/quickest-of.ts';

const why = noBrowser();
/** The promise itself, whatever the constants say. */
const NINE_SECONDS_MS = 9_000;
const TRIES = 3;

describe.skipIf(why !== undefined)(`The admin page, live${because(why)}`, () => {
  const site = adminSite(['SHOWROOM-PC-01', 'SHOWROOM-PC-02', 'CUREPIPE-PC-01']);
  const first = () => site.device('SHOWROOM-PC-01');
  const second = () => site.device('SHOWROOM-PC-02');
  const third = () => site.device('CUREPIPE-PC-01');
  const row: typeof site.admin.row = (device, facts) => site.admin.row(device, facts);

  /** What the page asks the relay from now on. */
  function listenToRequests(): string[] {
    const asked: string[] = [];
    site.admin.page.on('request', (request) => {
      const { pathname } = new URL(request.url());
      if (pathname.startsWith('/api/')) asked.push(pathname);
    });
    return asked;
  }

  it('tells relay, USB and display apart, and pushes what changes', async () => {
    await row(first(), '[data-relay=online][data-display=ready]').waitFor();
    const asked = listenToRequests();
    first().display = 'unplugged';
    await row(first(), '[data-relay=online][data-display=unplugged]').waitFor();
    expect((await row(first()).locator('.usb').innerText()).trim()).toBe('Unplugged');
    first().display = 'ready';
    await row(first(), '[data-display=ready]').waitFor();
    expect(asked).toEqual([]);
  });

  it('shows a display that drops within nine seconds, without asking', async () => {
    const asked = listenToRequests();
    const shownMs = await quickestOf(TRIES, NINE_SECONDS_MS, async () => {
      await row(third(), '[data-relay=online]').waitFor();
      await third().drop();
      const droppedAt = performance.now();
      await row(third(), '[data-relay=offline]').waitFor();
      const tookMs = performance.now() - droppedAt;
      expect(await row(third()).innerText()).toMatch(/Offline[\s\S]*Unknown[\s\S]*Unknown/);
      third().resume();
      return tookMs;
    });
    expect(shownMs).toBeLessThan(NINE_SECONDS_MS);
    expect(asked).toEqual([]);
    await row(third(), '[data-relay=online]').waitFor();
  });

  it('shows the totals that the relay has counted', async () => {
    await site.relay.link('7', first().id);
    const { command_id } = await site.relay.postQr('7', 'https://pay.example/1');
    await site.relay.reaches(command_id, ['displayed']);
    const figure = (name: string) => site.admin.hook(`total-${name}`).locator('.figure').innerText();
    const figures = () => Promise.all(['devices', 'online', 'qr', 'success', 'queue'].map(figure));
    // They are pushed every few seconds, and so may tell of a moment before.
    await expect.poll(figures, { timeout: 30_000 }).toEqual(['3', '3', '1', '100%', '0']);
    const { body } = await site.relay.call<{ stats: AdminStats }>('GET', '/list', { key: KEYS.admin });
    expect(body.stats).toMatchObject({ total_devices: 3, online_devices: 3, total_qr_today: 1, shown_today: 1 });
    expect(await figure('response')).toBe(durationWords(body.stats.avg_response ?? Number.NaN, 'en-US'));
  });

  it('does not go on showing a display that somebody else removes', async () => {
    await row(third()).locator('a').click();
    await site.admin.hook('fact-relay').filter({ hasText: 'Online' }).waitFor();
    await site.relay.call('DELETE', `/device/${third().id}`, { key: KEYS.admin });
    await site.admin.page.getByText('The relay does not know this display any more.').waitFor();
    expect(await site.admin.hook('fact-relay').count()).toBe(0);
    await site.admin.go('#/displays');
  });

  it('shows nothing as online when the relay is gone, and goes on by itself when it is back', async () => {
    const { page, hook } = site.admin;
    await row(second(), '[data-relay=online]').waitFor();
    await site.relay.stop('SIGKILL');
    await page.getByRole('alert').filter({ hasText: 'Nothing was heard of the relay' }).waitFor();
    await page.getByRole('status').filter({ hasText: 'silent' }).waitFor();
    await row(second(), '[data-relay=unknown][data-display=unknown]').waitFor();
    expect(await page.locator('tr[data-relay=online]').count()).toBe(0);
    expect(await hook('total-online').innerText()).toContain('Unknown');
    await site.relay.start();
    await row(second(), '[data-relay=online]').waitFor();
    await hook('silence').waitFor({ state: 'detached' });
  });

  it('says so within nine seconds when events stop although the connection looks open', async () => {
    const silentMs = await quickestOf(TRIES, NINE_SECONDS_MS, async () => {
      await row(second(), '[data-relay=online]').waitFor();
      // As behind a proxy that has lost the relay: the connection stays, nothing comes.
      process.kill(site.relay.pid, 'SIGSTOP');
      const stoppedAt = performance.now();
      try {
        await site.admin.hook('silence').waitFor();
        const tookMs = performance.now() - stoppedAt;
        await row(second(), '[data-relay=unknown]').waitFor();
        return tookMs;
      } finally {
        process.kill(site.relay.pid, 'SIGCONT');
      }
    });
    expect(silentMs).toBeLessThan(NINE_SECONDS_MS);
    await row(second(), '[data-relay=online]').waitFor();
  });

  it('ran under its content security policy without a complaint', () => expect(site.complaints()).toEqual([]));
});
