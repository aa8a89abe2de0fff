/**
 * Automatic proxy configuration as Windows itself works it out: WinHTTP finds the script (a PAC file named in the
 * settings, or WPAD in the network), runs it and says which proxy leads to an address. Calls run on another thread,
 * because a network without WPAD takes seconds to say so. Nothing throws; there is no answer where there is no Windows.
 */
import { promisify } from 'node:util';
import koffi from 'koffi';

export interface AutomaticConfiguration {
  /** "Automatically detect settings": WPAD by DHCP and DNS. */
  readonly detect: boolean;
  /** "Use setup script": the PAC file's address. */
  readonly scriptUrl?: string;
}
/** `proxies` as WinHTTP writes them, e.g. `proxy:8080;other:8080`; `unknown`: no script answered. */
export type AutomaticAnswer =
  { readonly kind: 'proxies'; readonly proxies: string } | { readonly kind: 'direct' } | { readonly kind: 'unknown' };

const ACCESS_TYPE = { none: 1, named: 3 } as const;
const FLAG = { detect: 1, script: 2 } as const;
const DETECT_BY_DHCP_AND_DNS = 1 | 2;

type Pointer = bigint | null;
interface ProxyInfo {
  accessType: number;
  proxies: Pointer;
  bypass: Pointer;
}
interface UserConfig {
  detect: number;
  scriptUrl: Pointer;
  proxies: Pointer;
  bypass: Pointer;
}
type Ask = (session: Pointer, url: string, options: object, info: Partial<ProxyInfo>) => Promise<number>;
interface Functions {
  readonly session: Pointer;
  readonly userConfig: (config: Partial<UserConfig>) => number;
  readonly ask: Ask;
  readonly free: (memory: Pointer) => Pointer;
}
let functions: Functions | undefined;

function winhttp(): Functions {
  if (functions) return functions;
  koffi.struct('CqrAutoProxyOptions', {
    flags: 'uint32',
    detectFlags: 'uint32',
    scriptUrl: 'str16',
    reserved: 'uintptr',
    reservedNumber: 'uint32',
    autoLogon: 'int',
  });
  koffi.struct('CqrProxyInfo', { accessType: 'uint32', proxies: 'void *', bypass: 'void *' });
  koffi.struct('CqrUserProxyConfig', { detect: 'int', scriptUrl: 'void *', proxies: 'void *', bypass: 'void *' });
  const library = koffi.load('winhttp.dll');
  const open = library.func(
    'void * __stdcall WinHttpOpen(str16 agent, uint32 accessType, str16 proxy, str16 bypass, uint32 flags)',
  ) as (agent: string, accessType: number, proxy: null, bypass: null, flags: number) => Pointer;
  const ask = library.func(
    'int __stdcall WinHttpGetProxyForUrl(void *session, str16 url, CqrAutoProxyOptions *options, _Out_ CqrProxyInfo *info)',
  );
  functions = {
    session: open('CounterQR', ACCESS_TYPE.none, null, null, 0),
    userConfig: library.func(
      'int __stdcall WinHttpGetIEProxyConfigForCurrentUser(_Out_ CqrUserProxyConfig *config)',
    ) as Functions['userConfig'],
    ask: promisify(ask.async) as Ask,
    free: koffi.load('kernel32.dll').func('void * __stdcall GlobalFree(void *memory)') as Functions['free'],
  };
  return functions;
}

/** Reads a text of Windows' and gives its memory back. */
function take(text: Pointer | undefined): string | undefined {
  if (text === null || text === undefined) return undefined;
  const value = koffi.decode(text, 'char16', -1) as string;
  winhttp().free(text);
  return value;
}

/** What this person's settings say, which IT sets by policy. */
export function automaticConfiguration(): AutomaticConfiguration {
  if (process.platform !== 'win32') return { detect: false };
  const config: Partial<UserConfig> = {};
  if (winhttp().userConfig(config) === 0) return { detect: false };
  const scriptUrl = take(config.scriptUrl);
  take(config.proxies);
  take(config.bypass);
  return { detect: config.detect === 1, ...(scriptUrl ? { scriptUrl } : {}) };
}

/** In Windows' order. The script's server may want to know who asks, which is slow; so that comes last. */
function attempts(detect: boolean, scriptUrl: string | undefined): readonly object[] {
  const base = { detectFlags: 0, scriptUrl: null, reserved: 0, reservedNumber: 0, autoLogon: 0 };
  const script = { ...base, flags: FLAG.script, scriptUrl };
  return [
    ...(detect ? [{ ...base, flags: FLAG.detect, detectFlags: DETECT_BY_DHCP_AND_DNS }] : []),
    ...(scriptUrl === undefined ? [] : [script, { ...script, autoLogon: 1 }]),
  ];
}

/** Takes seconds where a script cannot be found. */
export async function askAutomaticProxy(
  url: URL,
  { detect, scriptUrl }: AutomaticConfiguration,
): Promise<AutomaticAnswer> {
  if (process.platform !== 'win32' || (!detect && scriptUrl === undefined)) return { kind: 'unknown' };
  const { session, ask } = winhttp();
  for (const options of attempts(detect, scriptUrl)) {
    const info: Partial<ProxyInfo> = {};
    if ((await ask(session, url.href, options, info)) === 0) continue;
    const proxies = take(info.proxies);
    take(info.bypass);
    return info.accessType === ACCESS_TYPE.named && proxies ? { kind: 'proxies', proxies } : { kind: 'direct' };
  }
  return { kind: 'unknown' };
}
