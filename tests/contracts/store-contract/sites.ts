/** The stores that one run of the contract suite opens, each closed and removed after its test. */
import { afterEach } from 'vitest';
import type { RelayStore } from '../../../relay/store/relay-store.ts';
import type { MakeSite, Setup, Site, TestStore } from '../store-harness.ts';

export interface Sites {
  begin(setup?: Setup): Promise<{ site: Site; store: RelayStore }>;
  /** As a relay that is stopped and started. */
  reopen(site: Site): Promise<RelayStore>;
}

export function sitesOf(makeSite: MakeSite): Sites {
  const sites: Site[] = [];
  const opened: TestStore[] = [];

  async function open(site: Site): Promise<RelayStore> {
    const one = await site.open();
    opened.push(one);
    return one.store;
  }

  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close();
    for (const site of sites.splice(0)) await site.remove();
  });

  return {
    async begin(setup) {
      const site = makeSite(setup);
      sites.push(site);
      return { site, store: await open(site) };
    },
    async reopen(site) {
      for (const one of opened.splice(0)) await one.close();
      return open(site);
    },
  };
}

export async function stateOf(store: RelayStore, id: string): Promise<string> {
  const { state, reason } = await store.command(id);
  return reason === null ? state : `${state} ${reason}`;
}
