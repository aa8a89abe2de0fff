/** The admin page as IT uses it, against the real relay, in Chromium, under the page's own content security policy. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { durationWords } from '../../kiosk/admin/data/age.ts';
import type { AdminDevice, AdminStats } from '../../shared/admin.ts';
import { ONLINE_WITHIN_MS } from '../../shared/display.ts';
import { AdminPage } from '../rig/admin-page.ts';
import { axeFindings } from '../rig/axe.ts';
import { openBrowser, type Browser } from '../rig/browser.ts';
import { KEYS, startRelay, type TestRelay } from '../rig/relay.ts';
import { because, noBrowser } from '../rig/requirements.ts';
import { PollingDevice } from '../rig/polling-device.ts';
import { until } from '../rig/wait.ts';

const why = noBrowser();

describe.skipIf(why !== undefined)(`Admin page${because(why)}`, () => {
  let relay: TestRelay;
  let browser: Browser;
  let page: Page;
  let first: PollingDevice;
  let second: PollingDevice;
  let third: PollingDevice;
  let admin: AdminPage;
  const hook: AdminPage['hook'] = (name) => admin.hook(name);
  const row: AdminPage['row'] = (device, facts) => admin.row(device, facts);
  const go: AdminPage['go'] = (hash) => admin.go(hash);
  const confirm: AdminPage['confirm'] = (text) => admin.confirm(text);

  beforeAll(async () => {
    relay = await startRelay();
    browser = await openBrowser();
    [first, second, third] = await Promise.all([
      PollingDevice.start(relay, 'SHOWROOM-PC-01'),
      PollingDevice.start(relay, 'SHOWROOM-PC-02'),
      PollingDevice.start(relay, 'CUREPIPE-PC-01'),
    ]);
    await relay.link('7', first.id);
    page = await browser.newPage();
    admin = new AdminPage(page);
  });
  afterAll(async () => {
    await Promise.all([first, second, third].map((device) => device?.stop()));
    await browser?.close();
    await relay?.remove();
  });
  afterEach((context) => {
    if (context.task.result?.state !== 'fail') return;
    console.log('console:', browser.console.slice(-30).join('\n'));
    console.log('relay:', relay.output.slice(-3_000));
  });

  it('lets nobody in with another key, and says why', async () => {
    await page.goto(`${relay.origin}/admin/`);
    await page.locator('input[name=key]').fill(KEYS.app);
    await page.keyboard.press('Enter');
    await page.getByText('This is not an admin key of this relay.').waitFor();
    expect(await axeFindings(page)).toEqual([]);
  });

  it('signs in with the admin key, which is then nowhere in the page, and stays signed in over a reload', async () => {
    await page.locator('input[name=key]').fill(KEYS.admin);
    await page.keyboard.press('Enter');
    await row(first).waitFor();
    await page.reload();
    await row(first).waitFor();
    const kept = await page.evaluate(() =>
      JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }]),
    );
    expect(kept).not.toContain(KEYS.admin);
    expect(await page.evaluate(() => document.cookie)).toBe('');
    // For the session only: it has no time at which it would end after the browser was closed.
    const [cookie, ...others] = await browser.context.cookies(`${relay.origin}/api/device/list`);
    expect(others).toEqual([]);
    expect(cookie).toMatchObject({ name: 'counterqr_admin', expires: -1, httpOnly: true, sameSite: 'Strict' });
  });

  it('is not to be used by a page that knows only the cookie', async () => {
    const status = await page.evaluate(async (id) => {
      const response = await fetch(`../api/device/device/${id}/unlink`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: '{}',
      });
      return response.status;
    }, first.id);
    expect(status).toBe(403);
  });

  it('tells relay, USB and display apart, and pushes what changes', async () => {
    await row(first, '[data-relay=online][data-display=ready]').waitFor();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    first.display = 'unplugged';
    await row(first, '[data-relay=online][data-display=unplugged]').waitFor();
    expect((await row(first).locator('.usb').innerText()).trim()).toBe('Unplugged');
    first.display = 'ready';
    await row(first, '[data-display=ready]').waitFor();
    expect(asked).toEqual([]);
  });

  it('shows a display that drops within nine seconds, without asking', async () => {
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await third.drop();
    const dropped = performance.now();
    await row(third, '[data-relay=offline]').waitFor({ timeout: 9_000 });
    // The promise itself, whatever the constants say.
    expect(performance.now() - dropped).toBeLessThan(9_000);
    expect(await row(third).innerText()).toMatch(/Offline[\s\S]*Unknown[\s\S]*Unknown/);
    expect(asked).toEqual([]);
    third.resume();
    await row(third, '[data-relay=online]').waitFor();
  });

  it('searches, filters and sorts, and each view is an address', async () => {
    await page.locator('input[type=search]').fill('showroom');
    await row(third).waitFor({ state: 'detached' });
    await hook('filter-linked').click();
    await row(second).waitFor({ state: 'detached' });
    expect(await page.evaluate(() => location.hash)).toBe('#/displays?search=showroom&show=linked');
    await page.reload();
    await row(first).waitFor();
    expect(await page.locator('tbody tr').count()).toBe(1);
    await hook('filter-all').click();
    await page.locator('input[type=search]').fill('');
    await hook('sort-name').click();
    await until(
      'the last name comes first',
      async () => (await page.locator('tbody tr a').first().innerText()) === 'SHOWROOM-PC-02',
    );
    expect(await page.locator('th[aria-sort=descending]').innerText()).toContain('PC');
  });

  it('acts on the list that is shown, and says on how many before it does', async () => {
    await page.locator('input[type=search]').fill('showroom');
    await row(third).waitFor({ state: 'detached' });
    await hook('bulk-message').click();
    expect(await page.locator('dialog').innerText()).toMatch(/SHOWROOM-PC-02, SHOWROOM-PC-01[\s\S]*on 2 displays/);
    expect(await axeFindings(page)).toEqual([]);
    await confirm('Back in five minutes');
    expect(await first.takes('show_message')).toMatchObject({ text: 'Back in five minutes' });
    expect(await second.takes('show_message')).toMatchObject({ text: 'Back in five minutes' });
    expect(third.taken).toEqual([]);
    expect(await hook('notice').innerText()).toContain('SHOWROOM-PC-02, SHOWROOM-PC-01');
    await page.locator('input[type=search]').fill('');
  });

  it('opens a display from the keyboard; its heading is read, Escape leaves a question unasked', async () => {
    await row(first).locator('a').focus();
    await page.keyboard.press('Enter');
    await page.locator('h1', { hasText: 'SHOWROOM-PC-01' }).waitFor();
    await until('the heading has the focus', () =>
      page.evaluate(() => document.querySelector('admin-app')?.shadowRoot?.activeElement?.localName === 'h1'),
    );
    expect(await page.title()).toBe('SHOWROOM-PC-01 – Counter QR');
    await hook('action-remove').click();
    await page.keyboard.press('Escape');
    await page.locator('dialog[open]').waitFor({ state: 'detached' });
    await hook('fact-relay').filter({ hasText: 'Online' }).waitFor();
  });

  it('does to a display what an admin may, and the display hears of it', async () => {
    await hook('action-test').click();
    await confirm();
    await first.takes('test_card');
    await hook('action-identify').click();
    await confirm();
    await first.takes('identify');
    await hook('action-message').click();
    await confirm('Please wait');
    await until('the message is there', () => first.taken.some(({ text }) => text === 'Please wait'));
    await page.locator('[data-hook=commands] [data-command]', { hasText: 'Identify' }).first().waitFor();

    await hook('picture-settings').locator('select[name=size]').selectOption('large');
    await hook('picture-settings').locator('button').click();
    await hook('notice').filter({ hasText: 'Saved' }).waitFor();
    expect(await settingsOf(first)).toMatchObject({ size: 'large' });

    await hook('action-rename').click();
    await confirm('SHOWROOM-PC-07');
    await page.locator('h1', { hasText: 'SHOWROOM-PC-07' }).waitFor();
    await page.locator('[data-hook=log] li', { hasText: 'Renamed' }).waitFor();
  });

  it('shows a QR’s way through its stages, and takes it off', async () => {
    const { command_id } = await relay.postQr('7', 'https://pay.example/1', { amount: '99.50', currency: 'MUR' });
    const command = page.locator(`[data-command="${command_id}"]`);
    await page.locator(`[data-command="${command_id}"][data-state=displayed]`).waitFor();
    expect(await command.locator('ol').innerText()).toMatch(/Posted[\s\S]*Handed out[\s\S]*On the display/);
    await hook('latency').locator('canvas').waitFor();
    await command.locator('[data-hook=cancel]').click();
    await first.takes('start_rotation');

    await hook('action-unlink').click();
    await confirm();
    await page.locator('[data-hook=log] li', { hasText: 'Taken from the agent' }).waitFor();
    expect((await relay.call('GET', '/link?agent_id=7')).body).not.toMatchObject({ device_id: first.id });
  });

  it('shows the totals that the relay has counted', async () => {
    await go('#/displays');
    const figure = (name: string) => hook(`total-${name}`).locator('.figure');
    await figure('qr').filter({ hasText: /^1$/ }).waitFor();
    const texts = await Promise.all(
      ['devices', 'online', 'qr', 'success', 'queue'].map((name) => figure(name).innerText()),
    );
    expect(texts).toEqual(['3', '3', '1', '100%', '0']);
    const { body } = await relay.call<{ stats: AdminStats }>('GET', '/list', { key: KEYS.admin });
    expect(body.stats).toMatchObject({ total_devices: 3, online_devices: 3, total_qr_today: 1, shown_today: 1 });
    const response = await figure('response').innerText();
    expect(response).toBe(durationWords(body.stats.avg_response ?? Number.NaN, 'en-US'));
    await row(first).locator('a').click();
    await hook('action-revoke').waitFor();
  });

  it('hands a QR that hangs out again, and takes the QR off a display that stays its agent’s', async () => {
    await relay.link('8', second.id);
    second.hangs = true;
    const { command_id } = await relay.postQr('8', 'https://pay.example/2');
    await go(`#/display/${second.id}`);
    const command = page.locator(`[data-command="${command_id}"]`);
    await command.locator('[data-hook=retry]').click();
    await page.getByRole('status').filter({ hasText: 'handed out again' }).waitFor();
    second.hangs = false;
    await page.locator(`[data-command="${command_id}"][data-state=displayed]`).waitFor();
    expect(second.taken.filter((taken) => taken.command_id === command_id)).toHaveLength(2);

    await hook('action-release').click();
    await confirm();
    await second.takes('start_rotation');
    await page.locator(`[data-command="${command_id}"][data-state=cleared]`).waitFor();
    expect((await relay.call('GET', '/link?agent_id=8')).body).toMatchObject({ device_id: second.id });
    await go(`#/display/${first.id}`);
    await page.locator('h1', { hasText: 'SHOWROOM-PC-07' }).waitFor();
  });

  it('locks a display out and lets it register again', async () => {
    await hook('action-revoke').click();
    await confirm();
    await page.getByText('Locked out').first().waitFor();
    await hook('action-allow_reenrol').click();
    await confirm();
    const again = await relay.call('POST', '/register', {
      key: KEYS.enrol,
      body: { device_id: first.id, computer_name: 'SHOWROOM-PC-07' },
    });
    expect(again.status).toBe(200);
  });

  it('removes a display and goes back to the list', async () => {
    await hook('action-remove').click();
    await confirm();
    await row(second).waitFor();
    await row(first).waitFor({ state: 'detached' });
    expect(await page.evaluate(() => location.hash)).toMatch(/^#\/displays/);
  });

  it('does not go on showing a display that somebody else removes', async () => {
    await row(third).locator('a').click();
    await hook('fact-relay').filter({ hasText: 'Online' }).waitFor();
    await relay.call('DELETE', `/device/${third.id}`, { key: KEYS.admin });
    await page.getByText(`No display with the id ${third.id} is registered.`).waitFor();
    expect(await hook('fact-relay').count()).toBe(0);
    await go('#/displays');
  });

  it('lets a kiosk in that was opened without a key', async () => {
    const kiosk = await browser.newPage();
    await kiosk.goto(`${relay.origin}/kiosk/?name=NEW-PC&display=virtual`);
    const code = await kiosk.locator('[data-hook=admission-code]').innerText();
    expect(await axeFindings(kiosk)).toEqual([]);
    await page.bringToFront();
    await hook('nav-waiting').click();
    const request = page.locator('[data-request]', { hasText: 'NEW-PC' });
    await request.waitFor();
    expect(await request.locator('[data-hook=code]').innerText()).toBe(code);
    expect(await axeFindings(page)).toEqual([]);
    await request.locator('[data-hook=approve]').click();
    await kiosk.locator('html[data-relay=online]').waitFor();
    await request.waitFor({ state: 'detached' });
    await hook('nav-displays').click();
    await page.locator('tr[data-relay=online]', { hasText: 'NEW-PC' }).waitFor();
    await kiosk.close();
  });

  it('turns a kiosk away, which then says so and stops asking', async () => {
    const kiosk = await browser.newPage();
    await kiosk.goto(`${relay.origin}/kiosk/?name=STRANGER&display=virtual`);
    await kiosk.locator('[data-hook=admission-code]').waitFor();
    await go('#/waiting');
    await page.locator('[data-request]', { hasText: 'STRANGER' }).locator('[data-hook=deny]').click();
    await kiosk.getByText('IT has turned this PC away').waitFor();
    await kiosk.close();
  });

  it('gives the history of each agent and day as a file', async () => {
    await go('#/history');
    await page.locator('table tbody tr', { hasText: '7' }).first().waitFor();
    const linesOf = async (name: string): Promise<string[]> => {
      const address = await hook(name).getAttribute('href');
      return (await page.evaluate(async (url) => (await fetch(url)).text(), address ?? '')).split('\r\n');
    };
    const [head, ...days] = await linesOf('csv-days');
    expect(head).toBe('day,agent_id,qr,shown,paid,failed,expired,superseded,cancelled,avg_ms,p95_ms');
    // One QR of each agent, shown, taken off by an admin.
    for (const agent of ['7', '8'])
      expect(days).toContainEqual(expect.stringMatching(`^\\d{4}-\\d\\d-\\d\\d,${agent},1,1,0,0,0,0,0,\\d+,\\d+$`));
    const all = await linesOf('csv-all');
    expect(all[0]).toMatch(/^command_id,type,/);
    expect(all.filter((line) => line.includes(',display_qr,'))).toHaveLength(2);
  });

  it('tells who did what, and which versions run', async () => {
    await go('#/audit');
    const audit = page.locator('tbody tr');
    await audit.filter({ hasText: 'Locked out' }).filter({ hasText: 'an admin' }).waitFor();
    await audit.filter({ hasText: 'Renamed' }).filter({ hasText: 'SHOWROOM-PC-01 → SHOWROOM-PC-07' }).waitFor();
    await audit.filter({ hasText: 'Let in' }).filter({ hasText: 'NEW-PC' }).waitFor();
    await audit.filter({ hasText: 'Turned away' }).filter({ hasText: 'STRANGER' }).waitFor();
    await audit.filter({ hasText: 'Given to an agent' }).filter({ hasText: 'the web app' }).first().waitFor();
    await go('#/versions');
    await page.locator('tbody tr', { hasText: '1.0.0' }).waitFor();
    expect((await hook('relay-version').innerText()).trim()).toMatch(/^\d+\.\d+\.\d+/);
  });

  it('does each of its five actions to all displays that are shown, and to no other', async () => {
    await go('#/displays');
    const team = await Promise.all(['BULK-PC-01', 'BULK-PC-02'].map((name) => PollingDevice.start(relay, name)));
    try {
      await page.locator('input[type=search]').fill('bulk');
      await row(second).waitFor({ state: 'detached' });
      const taken = second.taken.length;
      const order = async (action: string, text?: string): Promise<void> => {
        await hook(`bulk-${action}`).click();
        await confirm(text);
      };
      for (const [index, device] of team.entries()) {
        await row(device, '[data-relay=online]').waitFor();
        await relay.link(`bulk-${index}`, device.id);
        const { command_id } = await relay.postQr(`bulk-${index}`, 'https://pay.example/3');
        await relay.reaches(command_id, ['displayed']);
      }
      await order('release');
      await Promise.all(team.map((device) => device.takes('start_rotation')));
      await order('test');
      await Promise.all(team.map((device) => device.takes('test_card')));
      await order('identify');
      await Promise.all(team.map((device) => device.takes('identify')));
      await order('message', 'Closed until two');
      const messages = await Promise.all(team.map((device) => device.takes('show_message')));
      expect(messages.map(({ text }) => text)).toEqual(['Closed until two', 'Closed until two']);
      const linkOf = (index: number) => relay.call('GET', `/link?agent_id=bulk-${index}`);
      expect((await Promise.all(team.map((_, index) => linkOf(index)))).map(({ status }) => status)).toEqual([
        200, 200,
      ]);
      await order('unlink');
      await until('nobody has them', async () =>
        (await Promise.all(team.map((_, index) => linkOf(index)))).every(({ status }) => status === 404),
      );
      expect(second.taken).toHaveLength(taken);
    } finally {
      await page.locator('input[type=search]').fill('');
      await Promise.all(team.map((device) => device.stop()));
    }
  });

  it('shows nothing as online when the relay is gone, and goes on by itself when it is back', async () => {
    await go('#/displays');
    await row(second, '[data-relay=online]').waitFor();
    await relay.stop('SIGKILL');
    await page.getByRole('alert').filter({ hasText: 'Nothing was heard of the relay' }).waitFor();
    await page
      .getByRole('status')
      .filter({ hasText: /silent|muet/i })
      .waitFor();
    await row(second, '[data-relay=unknown][data-display=unknown]').waitFor();
    expect(await page.locator('tr[data-relay=online]').count()).toBe(0);
    expect(await hook('total-online').innerText()).toContain('Unknown');
    await relay.start();
    await row(second, '[data-relay=online]').waitFor();
    await hook('silence').waitFor({ state: 'detached' });
  });

  it('says so when events stop although the connection looks open', async () => {
    // As behind a proxy that has lost the relay: the connection stays, nothing comes.
    process.kill(relay.pid, 'SIGSTOP');
    try {
      await hook('silence').waitFor({ timeout: ONLINE_WITHIN_MS });
      await row(second, '[data-relay=unknown]').waitFor();
    } finally {
      process.kill(relay.pid, 'SIGCONT');
    }
    await row(second, '[data-relay=online]').waitFor();
  });

  it('asks for the key again when it was signed out in another tab', async () => {
    const tab = await browser.newPage();
    await tab.goto(`${relay.origin}/admin/`);
    await tab.locator('[data-hook=sign-out]').click();
    await tab.locator('input[name=key]').waitFor();
    await tab.close();
    await page.locator('input[name=key]').waitFor();
    expect(await page.locator('tr[data-device]').count()).toBe(0);
    await admin.signIn(relay.origin);
  });

  it('signs out: the session is over and nothing stays on the page', async () => {
    await hook('sign-out').click();
    await page.locator('input[name=key]').waitFor();
    expect(await page.locator('tr[data-device]').count()).toBe(0);
    await page.reload();
    await page.locator('input[name=key]').waitFor();
  });

  it('ran under its content security policy without a complaint', () => {
    expect(browser.console.filter((line) => /Content Security Policy|threw:/.test(line))).toEqual([]);
  });

  async function settingsOf({ id }: PollingDevice): Promise<AdminDevice['settings']> {
    const { body } = await relay.call<{ device: AdminDevice }>('GET', `/device/${id}`, { key: KEYS.admin });
    return body.device.settings;
  }
});
