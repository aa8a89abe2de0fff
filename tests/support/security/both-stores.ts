/** An attack is tried on a relay with lowdb and on one with Redis, where agents have tokens of their own. */
import { onOneRelayOfEachStore } from '../on-each-store.ts';
import type { RelayApp } from '../relay-app.ts';

const JWT_SECRET = 'a-secret-for-agents-of-thirty-two-chars';

/** `relay` answers the relay of the store under attack. */
export const onBothStores = (
  attack: string,
  tests: (relay: () => RelayApp) => void,
  env: Readonly<Record<string, string>> = {},
): void => onOneRelayOfEachStore(attack, tests, { AGENT_JWT_SECRET: JWT_SECRET, ...env });
