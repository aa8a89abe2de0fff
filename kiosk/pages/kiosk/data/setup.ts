/**
 * Which PC this is: once from the provisioning address (`/kiosk/?name=SHOWROOM-PC-01#enrol=KEY`), later from the
 * browser's storage. The key is in the fragment, which never leaves the browser. The page removes it from the address
 * at once.
 */
import type { SignalPolicy } from '../../../../shared/display/serial-connection.ts';
import type { DisplayKind } from '../../../worker/messages.ts';

export interface Setup {
  readonly computerName: string;
  /** Without it the kiosk shows a code and waits until IT approves it. */
  readonly enrolKey?: string;
}

/** What the address asks for. */
export interface Address {
  readonly display: DisplayKind;
  readonly virtualBaudRate?: number;
  /** `&signals=`: how to set the modem lines of a board that fails with the browser's own setting. */
  readonly signalPolicy?: SignalPolicy;
  /** `&record`: what crosses the cable is noted, for the log's download. */
  readonly recording?: 'on';
  readonly computerName?: string;
  readonly enrolKey?: string;
}

type Storage = Pick<globalThis.Storage, 'getItem' | 'setItem'>;

const MAX_BAUD = 4_000_000;
const SIGNAL_POLICIES: readonly SignalPolicy[] = ['leave', 'assert', 'clear'];

export function readAddress(href: string): Address {
  const url = new URL(href);
  const computerName = url.searchParams.get('name')?.trim();
  const enrolKey = new URLSearchParams(url.hash.slice(1)).get('enrol')?.trim();
  const signalPolicy = SIGNAL_POLICIES.find((policy) => policy === url.searchParams.get('signals'));
  const baud = Number(url.searchParams.get('baud') ?? Number.NaN);
  return {
    display: url.searchParams.get('display') === 'virtual' ? 'virtual' : 'serial',
    ...(signalPolicy ? { signalPolicy } : {}),
    ...(url.searchParams.has('record') ? { recording: 'on' } : {}),
    ...(Number.isInteger(baud) && baud > 0 && baud <= MAX_BAUD ? { virtualBaudRate: baud } : {}),
    ...(computerName ? { computerName } : {}),
    ...(enrolKey ? { enrolKey } : {}),
  };
}

/** The address without its fragment, which may be seen and bookmarked. */
export function withoutFragment(href: string): string {
  const url = new URL(href);
  url.hash = '';
  return url.href;
}

/** Names this kiosk's storage and lock. Each virtual display has its own, so that it never answers for the real one. */
export function profileOf({ display, computerName }: Address): string {
  return display === 'serial' ? 'serial' : `virtual-${computerName ?? 'display'}`;
}

const keyOf = (profile: string): string => `counterqr.setup.${profile}`;

export const setupOf = (computerName: string, enrolKey?: string): Setup => ({
  computerName,
  ...(enrolKey ? { enrolKey } : {}),
});

export function readSetup(storage: Storage, profile: string): Setup | undefined {
  try {
    const kept = JSON.parse(storage.getItem(keyOf(profile)) ?? 'null') as Partial<Setup> | null;
    if (typeof kept?.computerName !== 'string') return undefined;
    return setupOf(kept.computerName, typeof kept.enrolKey === 'string' ? kept.enrolKey : undefined);
  } catch {
    return undefined;
  }
}

export function keepSetup(storage: Storage, profile: string, setup: Setup): void {
  storage.setItem(keyOf(profile), JSON.stringify(setup));
}

/**
 * What another tab has stored since, e.g. the app that IT has just installed; `undefined` for an event about something
 * else.
 */
export function setupNews(event: Pick<StorageEvent, 'key'>, storage: Storage, profile: string): Setup | undefined {
  return event.key === keyOf(profile) ? readSetup(storage, profile) : undefined;
}

/** One thing that a link would change. The key itself is never shown. */
export type Change =
  | { readonly kind: 'name'; readonly to: string }
  | { readonly kind: 'key' }
  | { readonly kind: 'signals'; readonly from: SignalPolicy; readonly to: SignalPolicy };

/** What a link would make of a PC that is set up. */
export interface Proposal {
  readonly setup: Setup;
  readonly signalPolicy: SignalPolicy;
  /** At least one. */
  readonly changes: readonly Change[];
}

/** A link changes nothing on a PC that is set up: somebody at the PC says yes first. */
export interface Provisioned {
  /** What holds now; `undefined` while the name is unknown. */
  readonly setup: Setup | undefined;
  readonly proposal?: Proposal;
}

/** The address sets up what is not set up yet; of a PC that is, it only proposes. */
export function provision(storage: Storage, address: Address): Provisioned {
  const profile = profileOf(address);
  const kept = readSetup(storage, profile);
  if (kept) {
    const proposal = proposalOf(kept, readSignalPolicy(storage, profile) ?? 'leave', address);
    return { setup: kept, ...(proposal.changes.length === 0 ? {} : { proposal }) };
  }
  const { computerName, enrolKey, signalPolicy } = address;
  if (computerName === undefined) return { setup: undefined };
  const setup = setupOf(computerName, enrolKey);
  keepSetup(storage, profile, setup);
  if (signalPolicy !== undefined) keepSignalPolicy(storage, profile, signalPolicy);
  return { setup };
}

function proposalOf(kept: Setup, keptPolicy: SignalPolicy, address: Address): Proposal {
  const { computerName = kept.computerName, signalPolicy = keptPolicy } = address;
  const isRenamed = computerName !== kept.computerName;
  // A new name never goes with the key of the old one.
  const enrolKey = isRenamed ? address.enrolKey : (address.enrolKey ?? kept.enrolKey);
  return {
    setup: setupOf(computerName, enrolKey),
    signalPolicy,
    changes: [
      ...(isRenamed ? [{ kind: 'name', to: computerName } as const] : []),
      ...(enrolKey !== undefined && enrolKey !== kept.enrolKey ? [{ kind: 'key' } as const] : []),
      ...(signalPolicy === keptPolicy ? [] : [{ kind: 'signals', from: keptPolicy, to: signalPolicy } as const]),
    ],
  };
}

/** A registered PC needs no key, so a link that brings only one is no question there. */
export const isOnlyKey = ({ changes }: Proposal): boolean => changes.every(({ kind }) => kind === 'key');

/**
 * A registered PC has a token of its own; its enrol key would only lie there for another page of this origin to read.
 */
export function forgetKey(storage: Storage, profile: string): void {
  const kept = readSetup(storage, profile);
  if (kept?.enrolKey !== undefined) keepSetup(storage, profile, setupOf(kept.computerName));
}

const signalsKeyOf = (profile: string): string => `counterqr.signals.${profile}`;

export function readSignalPolicy(storage: Storage, profile: string): SignalPolicy | undefined {
  return SIGNAL_POLICIES.find((policy) => policy === storage.getItem(signalsKeyOf(profile)));
}

export function keepSignalPolicy(storage: Storage, profile: string, policy: SignalPolicy): void {
  storage.setItem(signalsKeyOf(profile), policy);
}
