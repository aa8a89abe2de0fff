/** What every store must do, whatever it keeps its records in. Clocks are the test's. */
import { describe } from 'vitest';
import type { MakeSite } from './store-harness.ts';
import { clearing } from './store-contract/clearing.ts';
import { devices } from './store-contract/devices.ts';
import { commandLife } from './store-contract/life.ts';
import { links } from './store-contract/links.ts';
import { olderClient } from './store-contract/older-client.ts';
import { history } from './store-contract/over.ts';
import { queueOfDisplay } from './store-contract/queue.ts';
import { sitesOf } from './store-contract/sites.ts';
import { wholeStore } from './store-contract/whole.ts';

export function storeContract(name: string, makeSite: MakeSite): void {
  describe(`store contract: ${name}`, () => {
    const sites = sitesOf(makeSite);
    for (const part of [commandLife, queueOfDisplay, clearing, olderClient, links, devices, history, wholeStore])
      part(sites);
  });
}
