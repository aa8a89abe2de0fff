/**
 * What every test of the admin page begins with: the relay, displays that poll, and the page in Chromium, signed in.
 */
import { afterAll, beforeAll } from 'vitest';
import { lastLines, printOnFailure } from '../on-failure.ts';
import { AdminPage } from './admin-page.ts';
import { openBrowser, type Browser } from './browser.ts';
import { PollingDevice } from '../process/polling-device.ts';
import { startRelay, type TestRelay } from '../process/relay.ts';

export class AdminSite {
  relay!: TestRelay;
  browser!: Browser;
  admin!: AdminPage;
  readonly #devices = new Map<string, PollingDevice>();

  async start(names: readonly string[], isSignedIn: boolean): Promise<void> {
    this.relay = await startRelay();
    this.browser = await openBrowser();
    for (const name of names) this.#devices.set(name, await PollingDevice.start(this.relay, name));
    this.admin = new AdminPage(await this.browser.newPage());
    if (isSignedIn) await this.admin.signIn(this.relay.origin);
  }

  /** By the name that it was started with. */
  device(name: string): PollingDevice {
    const device = this.#devices.get(name);
    if (!device) throw new Error(`${name} is none of this site's displays.`);
    return device;
  }

  /** What the pages did that their content security policy forbids, and what they threw; empty when all is well. */
  complaints = (): string[] => [
    ...this.browser.violations,
    ...this.browser.console.filter((line) => line.startsWith('threw:')),
  ];

  async stop(): Promise<void> {
    await Promise.all([...this.#devices.values()].map((device) => device.stop()));
    await this.browser?.close();
    await this.relay?.remove();
  }
}

/** There from the first test of this `describe` to its last. `isSignedIn`: unless told otherwise. */
export function adminSite(names: readonly string[], { isSignedIn = true } = {}): AdminSite {
  const site = new AdminSite();
  beforeAll(() => site.start(names, isSignedIn));
  afterAll(() => site.stop());
  printOnFailure({
    console: () => lastLines(site.browser?.console),
    relay: () => lastLines(site.relay?.output),
  });
  return site;
}
