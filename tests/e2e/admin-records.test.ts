/**
 * Who waits to be let in, and what the admin reads later: the history and its files, who did what, which versions run.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { adminSite } from '../support/browser/admin-site.ts';
import { axeFindings } from '../support/browser/axe.ts';
import { KEYS } from '../support/process/relay.ts';
import { because, noBrowser } from '../support/requirements.ts';

const why = noBrowser();

describe.skipIf(why !== undefined)(`The admin page’s records${because(why)}`, () => {
  const site = adminSite(['SHOWROOM-PC-01', 'SHOWROOM-PC-02']);
  const hook: typeof site.admin.hook = (name) => site.admin.hook(name);
  const request = (name: string) => site.admin.page.locator('[data-request]', { hasText: name });

  /** One QR of each of two agents is shown and taken off; then the first display gets a name and is locked out. */
  beforeAll(async () => {
    const { relay } = site;
    for (const [agent, name] of [
      ['7', 'SHOWROOM-PC-01'],
      ['8', 'SHOWROOM-PC-02'],
    ] as const) {
      await relay.link(agent, site.device(name).id);
      const { command_id } = await relay.postQr(agent, `https://pay.example/${agent}`);
      await relay.reaches(command_id, ['displayed']);
      await relay.call('POST', '/rotation/start', { body: { agent_id: agent, reason: 'closed' } });
      await relay.reaches(command_id, ['cleared']);
    }
    const path = `/device/${site.device('SHOWROOM-PC-01').id}`;
    const renamed = { key: KEYS.admin, body: { computer_name: 'SHOWROOM-PC-07' } };
    expect((await relay.call('POST', `${path}/rename`, renamed)).status).toBe(200);
    expect((await relay.call('POST', `${path}/revoke`, { key: KEYS.admin, body: {} })).status).toBe(200);
  });

  it('lets a kiosk in that was opened without a key', async () => {
    const kiosk = await site.browser.newPage();
    await kiosk.goto(`${site.relay.origin}/kiosk/?name=NEW-PC&display=virtual`);
    const code = await kiosk.locator('[data-hook=admission-code]').innerText();
    expect(await axeFindings(kiosk)).toEqual([]);
    const { page } = site.admin;
    await page.bringToFront();
    await hook('nav-waiting').click();
    await request('NEW-PC').waitFor();
    expect(await request('NEW-PC').locator('[data-hook=code]').innerText()).toBe(code);
    expect(await axeFindings(page)).toEqual([]);
    await request('NEW-PC').locator('[data-hook=approve]').click();
    await kiosk.locator('html[data-relay=online]').waitFor();
    // Its row stays where it is until the pointer leaves: a second click lets nobody else in.
    await request('NEW-PC').locator('[data-hook=verdict]').waitFor();
    expect(await request('NEW-PC').locator('button').count()).toBe(0);
    await page.mouse.move(1, 1);
    await request('NEW-PC').waitFor({ state: 'detached' });
    await hook('nav-displays').click();
    await page.locator('tr[data-relay=online]', { hasText: 'NEW-PC' }).waitFor();
    await kiosk.close();
  });

  it('turns a kiosk away, which then says so and stops asking', async () => {
    const kiosk = await site.browser.newPage();
    await kiosk.goto(`${site.relay.origin}/kiosk/?name=STRANGER&display=virtual`);
    await kiosk.locator('[data-hook=admission-code]').waitFor();
    await site.admin.go('#/waiting');
    await request('STRANGER').locator('[data-hook=deny]').click();
    await kiosk.getByText('IT has turned this PC away').waitFor();
    await kiosk.close();
  });

  it('shows the history of each agent and day, and gives it as a file', async () => {
    const { page } = site.admin;
    await site.admin.go('#/history');
    const agents = () => page.locator('table tbody td:nth-child(2)').allInnerTexts();
    await expect.poll(async () => (await agents()).sort(), { timeout: 30_000 }).toEqual(['7', '8']);
    const linesOf = async (name: string): Promise<string[]> => {
      const address = await hook(name).getAttribute('href');
      return (await page.evaluate(async (url) => (await fetch(url)).text(), address ?? '')).split('\r\n');
    };
    const [head, ...days] = await linesOf('csv-days');
    expect(head).toBe(
      'day,agent_id,qr,shown,paid,paid_reported,not_paid,replaced,failed,expired,superseded,cancelled,avg_ms,p95_ms',
    );
    for (const agent of ['7', '8'])
      expect(days).toContainEqual(
        expect.stringMatching(`^\\d{4}-\\d\\d-\\d\\d,${agent},1,1,0,0,1,0,0,0,0,0,\\d+,\\d+$`),
      );
    const all = await linesOf('csv-all');
    expect(all[0]).toMatch(/^command_id,type,/);
    expect(all.filter((line) => line.includes(',display_qr,'))).toHaveLength(2);

    await page.locator('input[name=agentId]').fill('8');
    await page.getByRole('button', { name: 'Show' }).click();
    await expect.poll(agents, { timeout: 30_000 }).toEqual(['8']);
    expect((await linesOf('csv-days')).slice(1).filter(Boolean)).toEqual([expect.stringMatching(/^[\d-]+,8,1,1,/)]);
    // A link that is clicked is a file, which a spreadsheet opens.
    const download = page.waitForEvent('download');
    await hook('csv-days').click();
    expect((await download).suggestedFilename()).toMatch(/\.csv$/);
  });

  it('finds single QR codes, and says what became of each', async () => {
    const { page } = site.admin;
    await site.admin.go('#/qrs');
    const rows = page.locator('tr[data-command]');
    await expect.poll(() => rows.count(), { timeout: 30_000 }).toBe(2);
    await hook('qr-count').filter({ hasText: '2 found.' }).waitFor();
    await page.locator('qr-page select[name=end]').selectOption('paid');
    await expect.poll(() => rows.count(), { timeout: 30_000 }).toBe(0);
    await page.locator('qr-page select[name=end]').selectOption('not_paid');
    await expect.poll(() => rows.count(), { timeout: 30_000 }).toBe(2);
    await page.locator('qr-page input[type=search]').fill('showroom-pc-02 closed');
    await expect.poll(() => rows.count(), { timeout: 30_000 }).toBe(1);
    expect(await rows.innerText()).toMatch(/8[\s\S]*SHOWROOM-PC-02[\s\S]*Cleared[\s\S]*closed by the web app/);
    await rows.locator('summary').click();
    await rows.locator('ol', { hasText: 'On the display' }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    expect(await site.admin.overhang()).toBeLessThanOrEqual(0);
  });

  it('has a page for each QR, with its whole story', async () => {
    const { page } = site.admin;
    await page.locator('tr[data-command] a[href^="#/qrs/"]').first().click();
    await page.locator('h1', { hasText: 'A QR from its post to its end' }).waitFor();
    const story = hook('story');
    await story.filter({ hasText: 'Cleared' }).filter({ hasText: 'closed by the web app' }).waitFor();
    expect(await story.innerText()).toMatch(/Agent\s+8[\s\S]*Display\s+SHOWROOM-PC-02/);
    await page.locator('h2', { hasText: 'Taken off by: Take the QR off' }).waitFor();
    const stages = await page
      .locator('qr-story tr[data-stage]')
      .evaluateAll((rows) => rows.map((row) => row.dataset.stage));
    expect(stages).toEqual(expect.arrayContaining(['created', 'delivered', 'displayed', 'ended']));
    expect(await axeFindings(page)).toEqual([]);
    // It is an address.
    await page.reload();
    await story.waitFor();
    expect(await hook('nav-qrs').getAttribute('aria-current')).toBe('page');
    await site.admin.go('#/qrs/nothing');
    await page.getByRole('alert').filter({ hasText: 'The relay knows no such QR' }).waitFor();
  });

  it('reads on in the list of QR codes, newest first, until all that were found are there', async () => {
    const { relay, admin } = site;
    const { page } = admin;
    // Nobody polls for it: each newer QR supersedes the one before, and the last one still waits.
    const body = { device_id: 'device_LONG-LIST-PC_0a1b2c', computer_name: 'LONG-LIST-PC', kind: 'kiosk' };
    expect((await relay.call('POST', '/register', { key: KEYS.enrol, body })).status).toBe(200);
    await relay.link('long-list', body.device_id);
    const references = Array.from({ length: 131 }, (_, index) => `LIST-${String(index).padStart(3, '0')}`);
    for (const reference of references)
      await relay.postQr('long-list', `https://pay.example/${reference}`, { reference });
    const newestFirst = references.slice(0, -1).reverse();

    await admin.go('#/qrs');
    const shown = () => page.locator('tr[data-command] td:nth-child(4)').allInnerTexts();
    await page.locator('qr-page input[type=search]').fill('long-list-pc');
    await expect.poll(shown, { timeout: 30_000 }).toEqual(newestFirst.slice(0, 100));
    await hook('qr-count').filter({ hasText: 'The newest 100 that were found. There are older ones.' }).waitFor();
    await hook('older').click();
    await expect.poll(shown, { timeout: 30_000 }).toEqual(newestFirst);
    await hook('qr-count').filter({ hasText: '130 found.' }).waitFor();
    expect(await hook('older').count()).toBe(0);
    for (const width of [390, 1440]) {
      await page.setViewportSize({ width, height: 844 });
      expect(await axeFindings(page), `${width}`).toEqual([]);
      expect(await admin.overhang(), `${width}`).toBeLessThanOrEqual(0);
    }
    await page.setViewportSize({ width: 1280, height: 720 });
    // Another question begins with its newest ones again.
    await page.locator('qr-page select[name=end]').selectOption('replaced');
    await hook('older').waitFor();
    await expect.poll(shown, { timeout: 30_000 }).toEqual(newestFirst.slice(0, 100));
  });

  it('tells who did what, and which versions run', async () => {
    await site.admin.go('#/audit');
    const audit = site.admin.page.locator('tbody tr');
    await audit.filter({ hasText: 'Locked out' }).filter({ hasText: 'an admin' }).waitFor();
    await audit.filter({ hasText: 'Renamed' }).filter({ hasText: 'SHOWROOM-PC-01 → SHOWROOM-PC-07' }).waitFor();
    await audit.filter({ hasText: 'Let in' }).filter({ hasText: 'NEW-PC' }).waitFor();
    await audit.filter({ hasText: 'Turned away' }).filter({ hasText: 'STRANGER' }).waitFor();
    await audit.filter({ hasText: 'Given to an agent' }).filter({ hasText: 'the web app' }).first().waitFor();
    await site.admin.go('#/versions');
    await site.admin.page.locator('tbody tr', { hasText: '1.0.0' }).waitFor();
    expect((await hook('relay-version').innerText()).trim()).toMatch(/^\d+\.\d+\.\d+/);
  });

  it('ran under its content security policy without a complaint', () => expect(site.complaints()).toEqual([]));
});
