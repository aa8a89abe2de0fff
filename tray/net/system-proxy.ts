/** The proxy of this PC: environment first, then what Windows' settings say, looked up anew now and then because laptops change networks. */
import { readRegistry } from '../windows/registry.ts';
import { NO_PROXY_RULES, proxyFor, rulesFromEnvironment, rulesFromWindows, type ProxyRules } from './proxy.ts';

const INTERNET_SETTINGS = 'Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings';
const LOOK_AGAIN_MS = 30_000;

/** @param setting `auto`, `none` or a proxy's address */
export function createProxyChooser(setting: string, now: () => number): (url: URL) => string | undefined {
  if (setting === 'none') return () => undefined;
  if (setting !== 'auto') return (url) => proxyFor(url, { https: setting, http: setting, bypass: [] });
  let rules: ProxyRules = NO_PROXY_RULES;
  let lookedAt = -Infinity;
  return (url) => {
    if (now() - lookedAt > LOOK_AGAIN_MS) {
      rules = rulesOfThisPc();
      lookedAt = now();
    }
    return proxyFor(url, rules);
  };
}

function rulesOfThisPc(): ProxyRules {
  return (
    rulesFromEnvironment(process.env) ??
    rulesFromWindows(readRegistry('HKCU', INTERNET_SETTINGS)) ??
    rulesFromWindows(readRegistry('HKLM', INTERNET_SETTINGS)) ??
    NO_PROXY_RULES
  );
}
