/** The kiosk page as tests and support see it: the `data-*` facts on `<html>` (docs/contract). */
import type { Page } from 'playwright';
import type { DisplayState, RelayState } from '../../../shared/wire/display.ts';
import type { Browser } from './browser.ts';
import { KEYS, type TestRelay } from '../process/relay.ts';
import { until, type WaitOptions } from '../wait.ts';

export interface KioskFacts {
  readonly relay?: RelayState;
  readonly display?: DisplayState;
  readonly command?: string;
  readonly commandState?: string;
  readonly owner?: 'owner' | 'passive';
}

export interface KioskOptions {
  readonly name: string;
  readonly display?: 'serial' | 'virtual';
  /** Further query parameters. */
  readonly query?: Readonly<Record<string, string>>;
}

export function kioskUrl(relay: TestRelay, { name, display, query }: KioskOptions): string {
  const parameters = new URLSearchParams({ name, ...(display ? { display } : {}), ...query });
  return `${relay.origin}/kiosk/?${parameters.toString()}#enrol=${KEYS.enrol}`;
}

export class KioskPage {
  readonly #browser: Browser;

  constructor(
    readonly page: Page,
    browser: Browser,
  ) {
    this.#browser = browser;
  }

  facts(): Promise<KioskFacts> {
    return this.page.evaluate(() => ({ ...document.documentElement.dataset }));
  }

  /** What its log says, newest last; empty before the page has begun. */
  log(): Promise<readonly string[]> {
    return this.page.evaluate(() => {
      const events = document.querySelector('kiosk-app')?.shadowRoot?.querySelector('event-log') as
        { readonly entries: readonly { at: string; event: string; text: string }[] } | null | undefined;
      return (events?.entries ?? []).map(({ at, event, text }) => `${at} ${event}: ${text}`);
    });
  }

  async until(wanted: KioskFacts, options: WaitOptions = {}): Promise<void> {
    await until(
      `the kiosk shows ${JSON.stringify(wanted)}`,
      async () => {
        const facts = await this.facts();
        return Object.entries(wanted).every(([name, value]) => facts[name as keyof KioskFacts] === value);
      },
      {
        ...options,
        otherwise: async () => ({ facts: await this.facts(), console: this.#browser.console.slice(-20) }),
      },
    );
  }

  /** The page's picture of the display, as a person sees it: a PNG screenshot, one to one. */
  async previewPng(): Promise<Uint8Array> {
    const picture = this.page.locator('screen-preview img');
    await picture.waitFor();
    return picture.screenshot();
  }

  untilReady = (options?: WaitOptions): Promise<void> => this.until({ relay: 'online', display: 'ready' }, options);
}

/** The admin's list, for ids: `device_id` is made by the kiosk and kept there. */
export async function deviceIdOf(relay: TestRelay, computerName: string): Promise<string> {
  return until(`${computerName} is registered`, async () => {
    const { body } = await relay.call<{ devices?: { device_id: string; computer_name: string }[] }>('GET', '/list', {
      key: KEYS.admin,
    });
    return body.devices?.find((device) => device.computer_name === computerName)?.device_id;
  });
}

export async function openKiosk(browser: Browser, relay: TestRelay, options: KioskOptions): Promise<KioskPage> {
  const page = await browser.newPage();
  await page.goto(kioskUrl(relay, options));
  return new KioskPage(page, browser);
}

/** Small squares that go out at once, whatever the speed: for tests that are not about pictures. */
export async function preferQuickPictures(relay: TestRelay, deviceId: string): Promise<void> {
  const body = { size: 'quick' };
  const { status } = await relay.call('POST', `/device/${deviceId}/settings`, { key: KEYS.admin, body });
  if (status !== 200) throw new Error(`The settings were answered with ${status}.`);
}
