/**
 * STORE_URL: a Redis, or the sentinels that know which Redis is the master. Two forms:
 *
 * - `redis://[USER:PASSWORD@]HOST:PORT[/DATABASE]`, `rediss://…` for TLS;
 * - `redis+sentinel://[USER:PASSWORD@]HOST:PORT,HOST:PORT/NAME`, with user and password of the Redis, not of the
 *   sentinels. Port 26379 unless said.
 */

export interface Node {
  readonly host: string;
  readonly port: number;
}

export interface SentinelAddress {
  readonly kind: 'sentinels';
  readonly sentinels: readonly Node[];
  /** What the sentinels call the master: `mymaster` in Redis's own example. */
  readonly name: string;
  readonly username?: string;
  readonly password?: string;
}

export type StoreAddress = { readonly kind: 'redis'; readonly url: string } | SentinelAddress;

const SENTINEL_PORT = 26_379;
const SENTINELS =
  /^redis\+sentinel:\/\/(?:(?<user>[^:@/]*)(?::(?<password>[^@/]*))?@)?(?<nodes>[^/@]+)\/(?<name>[^/]+)$/;
const NODE = /^(?<host>\[[^\]]+\]|[^:[\]]+)(?::(?<port>\d{1,5}))?$/;

function nodeOf(text: string): Node | undefined {
  const { host = '', port } = NODE.exec(text.trim())?.groups ?? {};
  if (host === '') return undefined;
  return { host: host.replace(/^\[|\]$/g, ''), port: port === undefined ? SENTINEL_PORT : Number(port) };
}

/** `undefined`: it is neither form. */
export function storeAddress(text: string): StoreAddress | undefined {
  if (URL.canParse(text) && /^rediss?:$/.test(new URL(text).protocol)) return { kind: 'redis', url: text };
  const { user = '', password, nodes = '', name = '' } = SENTINELS.exec(text)?.groups ?? {};
  const sentinels = nodes.split(',').map(nodeOf);
  if (name === '' || !sentinels.every((node) => node !== undefined && node.port > 0 && node.port < 65_536))
    return undefined;
  return {
    kind: 'sentinels',
    sentinels: sentinels as Node[],
    name: decodeURIComponent(name),
    ...(user === '' ? {} : { username: decodeURIComponent(user) }),
    ...(password === undefined ? {} : { password: decodeURIComponent(password) }),
  };
}

/** An address without what is secret in it. */
export function shown(text: string): string {
  const address = storeAddress(text);
  if (address?.kind === 'sentinels')
    return `redis+sentinel://${address.sentinels.map(({ host, port }) => `${host}:${port}`).join(',')}/${address.name}`;
  const { protocol, host, pathname } = new URL(text);
  // An unescaped `/` or `?` in a password ends the host early, and what follows is the password's rest.
  if (text.replace(/^.*?:\/\/[^/?#]*/, '').includes('@')) return `${protocol}//…`;
  return `${protocol}//${host}${/^\/\d+$/.test(pathname) ? pathname : ''}`;
}
