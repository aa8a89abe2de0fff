/** The list of displays on the admin page: found, put in order, opened, and acted on as a whole. */
import { describe, expect, it } from 'vitest';
import { COLUMNS, FILTERS, type Filter } from '../../kiosk/pages/admin/data/fleet.ts';
import { adminSite } from '../support/browser/admin-site.ts';
import type { AdminDevice } from '../../shared/wire/admin/device.ts';
import { axeFindings } from '../support/browser/axe.ts';
import { blank, toDataUri } from '../support/corpus/paint.ts';
import { PollingDevice } from '../support/process/polling-device.ts';
import { KEYS } from '../support/process/relay.ts';
import { because, noBrowser } from '../support/requirements.ts';
import { until } from '../support/wait.ts';

const why = noBrowser();
const LOGO = Buffer.from(toDataUri(blank(64, 48, [200, 30, 30])).split(',')[1] ?? '', 'base64');

describe.skipIf(why !== undefined)(`The admin page’s list${because(why)}`, () => {
  const site = adminSite(['SHOWROOM-PC-01', 'SHOWROOM-PC-02', 'CUREPIPE-PC-01']);
  const first = () => site.device('SHOWROOM-PC-01');
  const second = () => site.device('SHOWROOM-PC-02');
  const third = () => site.device('CUREPIPE-PC-01');
  const row: typeof site.admin.row = (device, facts) => site.admin.row(device, facts);
  const hook: typeof site.admin.hook = (name) => site.admin.hook(name);
  const search = (text: string) => site.admin.page.locator('input[type=search]').fill(text);
  const names = () => site.admin.page.locator('tbody tr a').allInnerTexts();
  const view = () => site.admin.page.evaluate(() => location.hash);

  it('searches, and keeps what is found over a reload, because it is an address', async () => {
    const { page } = site.admin;
    await site.relay.link('7', first().id);
    await row(first()).filter({ hasText: 'Agent 7' }).waitFor();
    await search('showroom');
    await row(third()).waitFor({ state: 'detached' });
    await hook('filter-linked').click();
    await row(second()).waitFor({ state: 'detached' });
    expect(await view()).toBe('#/displays?search=showroom&show=linked');
    await page.reload();
    await row(first()).waitFor();
    expect(await names()).toEqual(['SHOWROOM-PC-01']);
    await search('');
  });

  it('filters', async () => {
    const shown: Readonly<Record<Filter, readonly string[]>> = {
      all: ['CUREPIPE-PC-01', 'SHOWROOM-PC-01', 'SHOWROOM-PC-02'],
      online: ['CUREPIPE-PC-01', 'SHOWROOM-PC-01', 'SHOWROOM-PC-02'],
      offline: [],
      attention: [],
      linked: ['SHOWROOM-PC-01'],
      free: ['CUREPIPE-PC-01', 'SHOWROOM-PC-02'],
    };
    for (const filter of [...FILTERS].reverse()) {
      await hook(`filter-${filter}`).click();
      await expect.poll(names, { timeout: 30_000, message: filter }).toEqual(shown[filter]);
      expect(await hook(`filter-${filter}`).getAttribute('aria-pressed')).toBe('true');
    }
  });

  it('sorts by every column, up and down', async () => {
    const sorted = () =>
      site.admin.page
        .locator('th[aria-sort]:not([aria-sort=none])')
        .evaluateAll((heads) => heads.map((head) => [head.getAttribute('class'), head.getAttribute('aria-sort')]));
    await hook('sort-agent').click();
    for (const key of COLUMNS) {
      await hook(`sort-${key}`).click();
      await until(`${key} is the column`, async () => (await sorted())[0]?.[0] === key);
      const [[, order]] = (await sorted()) as [[string, string]];
      await hook(`sort-${key}`).click();
      const other = order === 'ascending' ? 'descending' : 'ascending';
      await expect.poll(sorted, { timeout: 30_000 }).toEqual([[key, other]]);
    }
    await hook('sort-name').click();
    await expect.poll(names, { timeout: 30_000 }).toEqual(['CUREPIPE-PC-01', 'SHOWROOM-PC-01', 'SHOWROOM-PC-02']);
    await hook('sort-name').click();
    await expect.poll(names, { timeout: 30_000 }).toEqual(['SHOWROOM-PC-02', 'SHOWROOM-PC-01', 'CUREPIPE-PC-01']);
  });

  it('acts on the ticked displays, and says on how many before it does', async () => {
    const { page } = site.admin;
    await search('showroom');
    await row(third()).waitFor({ state: 'detached' });
    expect(await hook('bulk-message').isDisabled()).toBe(true);
    await row(first()).locator('[data-hook=choose]').check();
    await row(second()).locator('[data-hook=choose]').check();
    await hook('count').filter({ hasText: '2 of 2 displays ticked' }).waitFor();
    await hook('bulk-message').click();
    expect(await page.locator('dialog[open]').innerText()).toMatch(
      /SHOWROOM-PC-02, SHOWROOM-PC-01[\s\S]*on 2 displays/,
    );
    expect(await axeFindings(page)).toEqual([]);
    await site.admin.confirm('Back in five minutes');
    for (const device of [first(), second()])
      expect(await device.takes('show_message')).toMatchObject({ text: 'Back in five minutes' });
    expect(third().taken).toEqual([]);
    // Said of what the displays have done, not of what was asked.
    await hook('notice').filter({ hasText: 'SHOWROOM-PC-02, SHOWROOM-PC-01): 2 shown' }).waitFor();
    await row(second()).locator('[data-hook=choose]').uncheck();
    await search('');
    await hook('count').filter({ hasText: '1 of 3 displays ticked' }).waitFor();
    await row(first()).locator('[data-hook=choose]').uncheck();
  });

  it('does each of its actions to all displays of a list that are ticked at once, and to no other', async () => {
    const { relay, admin } = site;
    const team = await Promise.all(['BULK-PC-01', 'BULK-PC-02'].map((name) => PollingDevice.start(relay, name)));
    try {
      await search('bulk');
      await row(second()).waitFor({ state: 'detached' });
      const taken = second().taken.length;
      const order = async (action: string, text?: string): Promise<void> => {
        await hook(`bulk-${action}`).click();
        await admin.confirm(text);
      };
      for (const [index, device] of team.entries()) {
        await row(device, '[data-relay=online]').waitFor();
        await relay.link(`bulk-${index}`, device.id);
        const { command_id } = await relay.postQr(`bulk-${index}`, 'https://pay.example/3');
        await relay.reaches(command_id, ['displayed']);
      }
      await hook('choose-all').check();
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
      await hook('bulk-settings').click();
      await admin.page.locator('dialog[open] select[name=ecc]').selectOption('Q');
      await admin.confirm();
      const settingsOf = async ({ id }: PollingDevice) =>
        (await relay.call<{ device: AdminDevice }>('GET', `/device/${id}`, { key: KEYS.admin })).body.device.settings;
      await until('both have the new setting', async () =>
        (await Promise.all(team.map(settingsOf))).every(({ ecc, size }) => ecc === 'Q' && size === 'auto'),
      );
      expect((await settingsOf(second())).ecc).toBe('M');
      const logo = async (change: () => Promise<void>): Promise<void> => {
        await hook('bulk-settings').click();
        await change();
        await admin.confirm();
      };
      const field = admin.page.locator('dialog[open] logo-field');
      await logo(async () => {
        await field.locator('input').setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: LOGO });
        await field.locator('img').waitFor();
      });
      await until('both have the logo, the same one', async () => {
        const [one, other] = await Promise.all(team.map(settingsOf));
        return one?.idle_logo?.startsWith('data:image/') && one.idle_logo === other?.idle_logo;
      });
      expect((await settingsOf(second())).idle_logo ?? '').toBe('');
      // The list does not say which logo a display has: it is taken away from all that are ticked.
      await logo(() => field.locator('[data-hook=logo-away]', { hasText: 'Take the logos away' }).click());
      await until('both are without', async () =>
        (await Promise.all(team.map(settingsOf))).every(({ idle_logo, ecc }) => idle_logo === '' && ecc === 'Q'),
      );
      await order('unlink');
      await until('nobody has them', async () =>
        (await Promise.all(team.map((_, index) => linkOf(index)))).every(({ status }) => status === 404),
      );
      expect(second().taken).toHaveLength(taken);
    } finally {
      await search('');
      await Promise.all(team.map((device) => device.stop()));
    }
  });

  it('has problems first and a count on each filter', async () => {
    const { page } = site.admin;
    await page.reload();
    await row(first()).waitFor();
    const count = (filter: Filter) => hook(`filter-${filter}`).locator('.filter-count').innerText();
    const before = Number(await count('attention'));
    expect(Number(await count('all'))).toBeGreaterThanOrEqual(3);
    second().display = 'unplugged';
    await row(second(), '[data-display=unplugged]').waitFor();
    await until('it is counted', async () => Number(await count('attention')) === before + 1);
    const order = () =>
      page.locator('tr[data-device]').evaluateAll((rows) => rows.map((tr) => tr.getAttribute('data-display')));
    await until('it is among the first', async () => (await order()).slice(0, before + 1).includes('unplugged'));
    second().display = 'ready';
    await row(second(), '[data-display=ready]').waitFor();
  });

  it('offers the set-up link of a new display, copies it, and the display that opens it asks to be let in', async () => {
    const { admin, browser, relay } = site;
    const { page } = admin;
    await browser.context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: relay.origin });
    await hook('add-display').click();
    await page.locator('add-display input[name=name]').fill('NEW PC/1');
    const link = await page.locator('add-display input[name=link]').inputValue();
    expect(link).toBe(`${relay.origin}/kiosk/?name=NEW+PC%2F1`);
    expect(await axeFindings(page)).toEqual([]);
    await hook('copy-link').click();
    await hook('notice').filter({ hasText: 'The set-up link is copied.' }).waitFor();
    await page.locator('add-display dialog[open]').waitFor({ state: 'detached' });
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toBe(link);
    const kiosk = await browser.newPage();
    await kiosk.goto(`${copied}&display=virtual`);
    await admin.hook('nav-waiting').locator('.badge').filter({ hasText: '1' }).waitFor();
    await admin.go('#/waiting');
    await page.locator('h2', { hasText: 'NEW PC/1' }).waitFor();
    await kiosk.close();
    await admin.go('#/displays');
    await row(first()).waitFor();
  });

  it('opens a display from the keyboard; its heading is read, Escape leaves a question unasked', async () => {
    const { page } = site.admin;
    await row(first()).locator('a').focus();
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

  it('ran under its content security policy without a complaint', () => expect(site.complaints()).toEqual([]));
});
