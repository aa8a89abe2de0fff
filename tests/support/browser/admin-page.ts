/** The admin page as tests take hold of it. */
import type { Locator, Page } from 'playwright';
import { KEYS } from '../process/relay.ts';

export class AdminPage {
  constructor(readonly page: Page) {}

  async signIn(origin: string): Promise<void> {
    await this.page.goto(`${origin}/admin/`);
    await this.page.locator('input[name=key]').fill(KEYS.admin);
    await this.page.keyboard.press('Enter');
    await this.hook('total-devices').waitFor();
  }

  hook = (name: string): Locator => this.page.locator(`[data-hook=${name}]`);

  row = (device: { readonly id: string }, facts = ''): Locator =>
    this.page.locator(`tr[data-device="${device.id}"]${facts}`);

  go = (hash: string): Promise<void> =>
    this.page.evaluate((to) => {
      location.hash = to;
    }, hash);

  /** Says yes to the question that is asked, after typing what it asks for. */
  async confirm(text?: string): Promise<void> {
    if (text !== undefined) await this.page.locator('dialog[open] input').fill(text);
    await this.hook('confirm').click();
    await this.page.locator('dialog[open]').waitFor({ state: 'detached' });
  }

  /** How far the page is wider than the screen; 0 or less is well. */
  overhang = (): Promise<number> => this.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}
