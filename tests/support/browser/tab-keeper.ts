/**
 * The browser's own hand on its tabs: an extension of a few lines, loaded by the test, that pins, discards, reloads and
 * activates them as Chrome's memory saver and a person do.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Worker } from 'playwright';
import { removeFolder } from '../remove-folder.ts';

/** What is used of Chrome's `tabs` interface, which the extension's worker has. */
interface Tab {
  readonly id: number;
  readonly url: string;
  readonly discarded: boolean;
}
interface Tabs {
  query(what: object): Promise<Tab[]>;
  update(id: number, change: { readonly active?: boolean; readonly pinned?: boolean }): Promise<Tab>;
  discard(id: number): Promise<Tab | undefined>;
  reload(id: number): Promise<void>;
}
declare const chrome: { readonly tabs: Tabs };

const START_WITHIN_MS = 20_000;

const MANIFEST = {
  manifest_version: 3,
  name: 'Tab keeper',
  version: '1',
  // With `tabs` a tab's address is told.
  permissions: ['tabs'],
  background: { service_worker: 'worker.js' },
};

/** Writes the extension; answers its folder and how to take it away. */
export function tabKeeperExtension(): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'counterqr-extension-'));
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(MANIFEST));
  writeFileSync(join(folder, 'worker.js'), '');
  return { folder, remove: () => removeFolder(folder) };
}

export class TabKeeper {
  readonly #worker: Worker;

  private constructor(worker: Worker) {
    this.#worker = worker;
  }

  /** Undefined where the browser loads no unpacked extension, as Chrome from 137 does not. */
  static async of(context: BrowserContext): Promise<TabKeeper | undefined> {
    const isOurs = (worker: Worker): boolean => worker.url().startsWith('chrome-extension:');
    const started = context.waitForEvent('serviceworker', { predicate: isOurs, timeout: START_WITHIN_MS });
    const worker = context.serviceWorkers().find(isOurs) ?? (await started.catch(() => undefined));
    started.catch(() => undefined);
    return worker && new TabKeeper(worker);
  }

  /** Tabs whose address holds this, oldest first. */
  tabs(part: string): Promise<Tab[]> {
    return this.#worker.evaluate(
      async (wanted) => (await chrome.tabs.query({})).filter(({ url }) => url.includes(wanted)),
      part,
    );
  }

  pin(id: number): Promise<Tab> {
    return this.#worker.evaluate((tab) => chrome.tabs.update(tab, { pinned: true }), id);
  }

  /** Unloads it as the memory saver does; answers its new id. */
  async discard(id: number): Promise<number> {
    const tab = await this.#worker.evaluate((which) => chrome.tabs.discard(which), id);
    if (tab?.discarded !== true) throw new Error('Chromium did not discard the tab.');
    return tab.id;
  }

  /** As the button of Chrome's “Aw, Snap!” does. */
  reload(id: number): Promise<void> {
    return this.#worker.evaluate((tab) => chrome.tabs.reload(tab), id);
  }

  /** Brings it to the front, as a click on it does. */
  activate(id: number): Promise<Tab> {
    return this.#worker.evaluate((tab) => chrome.tabs.update(tab, { active: true }), id);
  }
}
