/**
 * Who this PC is, kept for good: from its address, from the set-up form, from a link pasted later or from another tab.
 * Of a PC that is set up a link only proposes; somebody at the PC says yes. The key leaves the address at once, and the
 * storage as soon as the relay knows this PC.
 */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import {
  forgetKey,
  isOnlyKey,
  keepSetup,
  keepSignalPolicy,
  profileOf,
  provision,
  readAddress,
  setupNews,
  withoutFragment,
  type Address,
  type Proposal,
  type Setup,
} from '../data/setup.ts';

export interface SetupParts {
  readonly address: Address;
  readonly storage: Storage;
  /** This PC was set up, or set up anew; it is kept already. */
  readonly onSetup: (setup: Setup) => void;
  readonly reload: () => void;
}

export class SetupController implements ReactiveController {
  readonly profile: string;
  readonly #host: ReactiveControllerHost;
  readonly #parts: SetupParts;
  #current: Setup | undefined;
  #proposal: Proposal | undefined;

  constructor(host: ReactiveControllerHost, parts: SetupParts) {
    this.#host = host;
    this.#parts = parts;
    this.profile = profileOf(parts.address);
    const { setup, proposal } = provision(parts.storage, parts.address);
    this.#current = setup;
    this.#proposal = proposal;
    history.replaceState(history.state, '', withoutFragment(location.href));
    host.addController(this);
  }

  hostConnected(): void {
    addEventListener('hashchange', this.#reprovision);
    addEventListener('storage', this.#provisionedElsewhere);
  }

  hostDisconnected(): void {
    removeEventListener('hashchange', this.#reprovision);
    removeEventListener('storage', this.#provisionedElsewhere);
  }

  /** `undefined` while the name is unknown. */
  get current(): Setup | undefined {
    return this.#current;
  }

  /** A link wants to change this PC; the page asks, and goes on meanwhile. */
  get proposal(): Proposal | undefined {
    return this.#proposal;
  }

  keep(setup: Setup): void {
    keepSetup(this.#parts.storage, this.profile, setup);
    this.#adopt(setup);
  }

  accept({ setup, signalPolicy, changes }: Proposal): void {
    this.#propose(undefined);
    this.keep(setup);
    if (!changes.some(({ kind }) => kind === 'signals')) return;
    keepSignalPolicy(this.#parts.storage, this.profile, signalPolicy);
    // The port is opened anew with it.
    this.#parts.reload();
  }

  refuse(): void {
    this.#propose(undefined);
  }

  /** The relay knows this PC: a key would only lie there, and need not be asked about. */
  dropKey(): void {
    forgetKey(this.#parts.storage, this.profile);
    if (this.#proposal && isOnlyKey(this.#proposal)) this.#propose(undefined);
  }

  #propose(proposal: Proposal | undefined): void {
    this.#proposal = proposal;
    this.#host.requestUpdate();
  }

  #adopt(setup: Setup): void {
    this.#current = setup;
    this.#host.requestUpdate();
    this.#parts.onSetup(setup);
  }

  /** A set-up link pasted into this tab changes only the fragment and loads nothing. */
  readonly #reprovision = (): void => {
    const address = readAddress(location.href);
    if (address.enrolKey === undefined) return;
    history.replaceState(history.state, '', withoutFragment(location.href));
    const { setup, proposal } = provision(this.#parts.storage, address);
    this.#propose(proposal);
    if (setup && !this.#current) this.#adopt(setup);
  };

  /** Another tab was set up. */
  readonly #provisionedElsewhere = (event: StorageEvent): void => {
    const news = setupNews(event, this.#parts.storage, this.profile);
    if (news && JSON.stringify(news) !== JSON.stringify(this.#current)) this.#adopt(news);
  };
}
