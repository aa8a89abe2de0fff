/** A display's own page for the admin: what can be done to it, and the way of its QR codes. */
import { describe, expect, it } from 'vitest';
import type { AdminDevice } from '../../shared/wire/admin/device.ts';
import { adminSite } from '../support/browser/admin-site.ts';
import { KEYS } from '../support/process/relay.ts';
import { because, noBrowser } from '../support/requirements.ts';
import { until } from '../support/wait.ts';

const why = noBrowser();

describe.skipIf(why !== undefined)(`A display’s page for the admin${because(why)}`, () => {
  const site = adminSite(['SHOWROOM-PC-01', 'SHOWROOM-PC-02']);
  const first = () => site.device('SHOWROOM-PC-01');
  const second = () => site.device('SHOWROOM-PC-02');
  const hook: typeof site.admin.hook = (name) => site.admin.hook(name);
  const heading = (text: string) => site.admin.page.locator('h1', { hasText: text });
  const log = (text: string) => site.admin.page.locator('[data-hook=log] li', { hasText: text });
  const command = (id: string, state?: string) =>
    site.admin.page.locator(`[data-command="${id}"]${state === undefined ? '' : `[data-state=${state}]`}`);

  async function order(action: string, text?: string): Promise<void> {
    await hook(`action-${action}`).click();
    await site.admin.confirm(text);
  }

  it('does to a display what an admin may, and the display hears of it', async () => {
    await site.admin.go(`#/display/${first().id}`);
    await order('test');
    await first().takes('test_card');
    await order('check');
    await first().takes('check_display');
    await order('identify');
    await first().takes('identify');
    await order('message', 'Please wait');
    await until('the message is there', () => first().taken.some(({ text }) => text === 'Please wait'));
    await site.admin.page.locator('[data-hook=commands] [data-command]', { hasText: 'Identify' }).first().waitFor();

    await order('rename', 'SHOWROOM-PC-07');
    await heading('SHOWROOM-PC-07').waitFor();
    await log('Renamed').waitFor();
  });

  describe('picture settings', () => {
    const field = (name: string) => hook('picture-settings').locator(`[name=${name}]`);
    const settings = async () =>
      (
        await site.relay.call<{ device: AdminDevice }>('GET', `/device/${second().id}`, {
          key: KEYS.admin,
        })
      ).body.device.settings;
    const shown = async () => ({
      ...Object.fromEntries(
        await Promise.all(
          ['draw', 'picture', 'size', 'caption', 'ecc', 'currency_display', 'locale'].map(
            async (name) => [name, await field(name).inputValue()] as const,
          ),
        ),
      ),
      budget_ms: Number(await field('budget_s').inputValue()) * 1000,
    });

    it.each([
      ['draw', 'native'],
      ['picture', 'photo'],
      ['size', 'large'],
      ['caption', 'always'],
      ['ecc', 'H'],
      ['currency_display', 'symbol'],
      ['locale', 'fr'],
      ['budget_s', '7.5'],
    ])('are saved one by one: %s alone, and none of those before is lost', async (name, value) => {
      await site.admin.go(`#/display/${second().id}`);
      const before = await settings();
      await (['budget_s', 'locale'].includes(name) ? field(name).fill(value) : field(name).selectOption(value));
      await hook('save-picture').click();
      const change = name === 'budget_s' ? { budget_ms: 7_500 } : { [name]: value };
      await until('it is saved', async () =>
        JSON.stringify(await settings()).includes(JSON.stringify(change).slice(1, -1)),
      );
      expect(await settings()).toEqual({ ...before, ...change });
      await until('the form shows what is saved', async () => {
        const saved: Readonly<Record<string, unknown>> = await settings();
        return Object.entries(await shown()).every(([field, value]) => saved[field] === value);
      });
      await hook('save-picture').and(site.admin.page.locator(':disabled')).waitFor();
    });

    it('that are being chosen stay when the display changes meanwhile', async () => {
      await field('ecc').selectOption('L');
      await site.relay.call('POST', `/device/${second().id}/settings`, { key: KEYS.admin, body: { size: 'quick' } });
      await until('the other change is shown', async () => (await field('size').inputValue()) === 'quick');
      expect(await field('ecc').inputValue()).toBe('L');
      await field('ecc').selectOption('H');
      await hook('save-picture').and(site.admin.page.locator(':disabled')).waitFor();
    });

    it('show how the language writes an amount, and take no language that there is not', async () => {
      const sample = hook('amount-sample');
      await field('locale').fill('de');
      await sample.filter({ hasText: /1\.234\.567,89/ }).waitFor();
      await field('locale').fill('no language');
      expect(await field('locale').evaluate((input: HTMLInputElement) => input.validationMessage)).toMatch(
        /no language tag/,
      );
      await field('locale').fill('fr');
      await sample.filter({ hasText: /1\s234\s567,89/ }).waitFor();
    });

    it('say what a code then costs on this display’s wire', async () => {
      const seconds = async (): Promise<number> =>
        Number(/About ([\d.]+)\s/.exec(await hook('cost-time').innerText())?.[1]);
      await field('size').selectOption('large');
      await until('a large code at level H takes long', async () => (await seconds()) > 10);
      await hook('cost').getByText('Longer than the time set above').waitFor();
      await hook('cost').getByText('9,600 baud. This display has not been measured yet').waitFor();
      await field('size').selectOption('quick');
      await field('ecc').selectOption('M');
      await field('caption').selectOption('off');
      await until('a small one does not', async () => (await seconds()) < 4);
      await hook('cost').getByText('Longer than').waitFor({ state: 'detached' });
    });
  });

  it('shows a QR’s way through its stages, and takes it off', async () => {
    await site.admin.go(`#/display/${first().id}`);
    await site.relay.link('7', first().id);
    const { command_id } = await site.relay.postQr('7', 'https://pay.example/1', { amount: '99.50', currency: 'MUR' });
    await command(command_id, 'displayed').waitFor();
    // A row out of sight is not laid out: it has text content, and no inner text.
    expect(await command(command_id).locator('ol').textContent()).toMatch(
      /Posted[\s\S]*Handed out[\s\S]*On the display/,
    );
    await command(command_id).locator('[data-hook=cancel]').click();
    await first().takes('start_rotation');
    await command(command_id, 'cleared').waitFor();
  });

  it('draws how long its QR codes took, and has the figures of the drawing as a table', async () => {
    const chart = hook('latency');
    await chart.locator('canvas').waitFor();
    // One QR: half of them took as long as 95 % of them did.
    const [, p50, p95] = /^Half within (.+), 95 % within (.+)\.$/m.exec(await chart.innerText()) ?? [];
    expect(p50).toMatch(/^\d[\d.,]*\s(ms|s)$/);
    expect(p95).toBe(p50);
    expect(await chart.getByRole('img').getAttribute('aria-label')).toBe(`Half within ${p50}, 95 % within ${p95}.`);
    await chart.locator('summary').click();
    const cells = await chart.locator('tbody tr td').allInnerTexts();
    expect(cells).toEqual(['1', p50, p95]);
    const isDrawn = await chart.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      return data.some((value) => value > 0);
    });
    expect(isDrawn).toBe(true);
  });

  it('takes a display from its agent', async () => {
    await order('unlink');
    await log('Taken from the agent').waitFor();
    expect((await site.relay.call('GET', '/link?agent_id=7')).body).not.toMatchObject({ device_id: first().id });
  });

  it('hands a QR that hangs out again, and takes the QR off a display that stays its agent’s', async () => {
    await site.relay.link('8', second().id);
    second().hangs = true;
    const { command_id } = await site.relay.postQr('8', 'https://pay.example/2');
    await site.admin.go(`#/display/${second().id}`);
    await command(command_id).locator('[data-hook=retry]').click();
    await site.admin.page.getByRole('status').filter({ hasText: 'handed out again' }).waitFor();
    second().hangs = false;
    await command(command_id, 'displayed').waitFor();
    expect(second().taken.filter((taken) => taken.command_id === command_id)).toHaveLength(2);

    await order('release');
    await second().takes('start_rotation');
    await command(command_id, 'cleared').waitFor();
    expect((await site.relay.call('GET', '/link?agent_id=8')).body).toMatchObject({ device_id: second().id });
  });

  it('locks a display out and lets it register again', async () => {
    await site.admin.go(`#/display/${first().id}`);
    await heading('SHOWROOM-PC-07').waitFor();
    await order('revoke');
    await site.admin.page.getByText('Locked out').first().waitFor();
    await order('allow_reenrol');
    const again = await site.relay.call('POST', '/register', {
      key: KEYS.enrol,
      body: { device_id: first().id, computer_name: 'SHOWROOM-PC-07', kind: 'kiosk' },
    });
    expect(again.status).toBe(200);
  });

  it('removes a display and goes back to the list', async () => {
    await order('remove');
    await site.admin.row(second()).waitFor();
    await site.admin.row(first()).waitFor({ state: 'detached' });
    expect(await site.admin.page.evaluate(() => location.hash)).toMatch(/^#\/displays/);
  });

  it('ran under its content security policy without a complaint', () => expect(site.complaints()).toEqual([]));
});
