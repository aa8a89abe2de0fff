/**
 * How the demo gets its keys: by the one-time token in the address that the relay printed (`/demo/#token=…`). The
 * browser keeps them for reloads; they are dead once the relay starts anew.
 */
import { RelayApi, RelayRefusal, type DemoKeys } from './relay-api.ts';

const KEPT_KEY = 'counterqr.demo.key';
const KEPT_NAME = 'counterqr.demo.name';

type Storage = Pick<globalThis.Storage, 'getItem' | 'setItem'>;
type AskForKeys = (bearer: string) => Promise<DemoKeys>;

/** The token of the address, which is taken out of what may be seen and bookmarked. */
export function takeToken({ href }: Pick<Location, 'href'>, replace: (href: string) => void): string | undefined {
  const url = new URL(href);
  const token = new URLSearchParams(url.hash.slice(1)).get('token') ?? undefined;
  if (token === undefined) return undefined;
  url.hash = '';
  replace(url.href);
  return token;
}

/** Rejects with the relay's refusal when neither the token nor what was kept is good. */
export async function demoKeys(
  root: string,
  token: string | undefined,
  storage: Storage,
  ask: AskForKeys = (bearer) => RelayApi.keys(root, bearer),
): Promise<DemoKeys> {
  const bearers = [storage.getItem(KEPT_KEY) ?? '', token ?? ''];
  let refusal = new RelayRefusal('unauthorized', 'Open it by the address that the relay printed when it started.');
  for (const bearer of bearers.filter((one) => one !== ''))
    try {
      const keys = await ask(bearer);
      storage.setItem(KEPT_KEY, keys.app_key);
      return keys;
    } catch (error) {
      if (!(error instanceof RelayRefusal)) throw error;
      refusal = error;
    }
  throw refusal;
}

/** The counter of this browser: a name belongs to one display. */
export function demoName(storage: Storage, random: () => number = Math.random): string {
  const kept = storage.getItem(KEPT_NAME);
  if (kept !== null) return kept;
  const name = `DEMO-COUNTER-${Math.floor(random() * 0x10000)
    .toString(16)
    .padStart(4, '0')}`;
  storage.setItem(KEPT_NAME, name);
  return name;
}
