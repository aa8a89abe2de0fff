/**
 * Which proxy, if any, leads to an address. Pure: the settings of the PC come in as values. Automatic configuration
 * scripts (PAC) are Windows' own business (windows/automatic-proxy.ts).
 */

export interface ProxyRules {
  /** `http://proxy:8080` for `https:` addresses; undefined: go directly. */
  readonly https?: string;
  readonly http?: string;
  /**
   * Hosts that are reached directly: `localhost`, `*.corp.example`, `.corp.example`, `10.*`, `<local>` (names without a
   * dot).
   */
  readonly bypass: readonly string[];
}

export const NO_PROXY_RULES: ProxyRules = { bypass: [] };

/** HTTPS_PROXY, HTTP_PROXY and NO_PROXY, in either case, as other programs read them. */
export function rulesFromEnvironment(env: Readonly<Record<string, string | undefined>>): ProxyRules | undefined {
  const read = (name: string): string | undefined => env[name] || env[name.toLowerCase()] || undefined;
  const https = read('HTTPS_PROXY');
  const http = read('HTTP_PROXY');
  if (https === undefined && http === undefined) return undefined;
  return rules(https, http, (read('NO_PROXY') ?? '').split(','));
}

/** `ProxyEnable`, `ProxyServer` and `ProxyOverride` of Windows' Internet Settings. */
export function rulesFromWindows(values: Readonly<Record<string, string | number>>): ProxyRules | undefined {
  const server = values.ProxyServer;
  if (values.ProxyEnable !== 1 || typeof server !== 'string' || server === '') return undefined;
  const bypass = typeof values.ProxyOverride === 'string' ? values.ProxyOverride.split(';') : [];
  // Either `host:port` for all, or `http=host:port;https=host:port`.
  const perScheme = new Map(server.split(';').map((part) => splitOnce(part.trim(), '=')));
  return server.includes('=')
    ? rules(perScheme.get('https'), perScheme.get('http'), bypass)
    : rules(server, server, bypass);
}

/** The proxy for this address, as a URL; undefined: directly. */
export function proxyFor(url: URL, { https, http, bypass }: ProxyRules): string | undefined {
  if (isLoopback(url.hostname) || bypass.some((pattern) => matches(url, pattern))) return undefined;
  return url.protocol === 'https:' ? https : http;
}

/**
 * The best of a list as WinHTTP hands it on: `proxy:8080;other:8080`, parted by `;` or spaces, maybe with a scheme
 * each: `https=proxy:8080`.
 */
export function firstProxy(list: string): string | undefined {
  const [first] = list.split(/[;\s]+/).filter((part) => part !== '');
  return first === undefined ? undefined : withScheme(first.slice(first.indexOf('=') + 1));
}

function rules(https: string | undefined, http: string | undefined, bypass: readonly string[]): ProxyRules {
  return {
    ...(https ? { https: withScheme(https) } : {}),
    ...(http ? { http: withScheme(http) } : {}),
    bypass: bypass.map((pattern) => pattern.trim().toLowerCase()).filter((pattern) => pattern !== ''),
  };
}

const withScheme = (proxy: string): string => (/^[a-z][a-z0-9+.-]*:\/\//i.test(proxy) ? proxy : `http://${proxy}`);
/** This PC itself, which no proxy stands before. */
export const isLoopback = (host: string): boolean => /^(localhost|127(\.\d+){3}|\[::1\])$/i.test(host);

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at).toLowerCase(), text.slice(at + 1)];
}

function matches(url: URL, pattern: string): boolean {
  const host = url.hostname.toLowerCase();
  if (pattern === '<local>') return !host.includes('.');
  if (pattern === '*') return true;
  const [, name = pattern, port] = /^(.*?)(?::(\d+))?$/.exec(pattern) ?? [];
  if (port !== undefined && port !== effectivePort(url)) return false;
  if (name.startsWith('.')) return host.endsWith(name) || host === name.slice(1);
  if (name.includes('*')) return globPattern(name).test(host);
  return host === name || host.endsWith(`.${name}`);
}

const effectivePort = (url: URL): string => url.port || (url.protocol === 'https:' ? '443' : '80');
const globPattern = (glob: string): RegExp =>
  new RegExp(`^${glob.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`);
