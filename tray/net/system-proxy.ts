/**
 * The proxy of this PC: the environment first, then what Windows works out automatically (PAC script, WPAD), then the
 * proxy in Windows' settings. Looked up anew now and then, because laptops change networks.
 */
import { realClock, type Clock } from '../../shared/util/clock.ts';
import { withDeadline } from '../../shared/util/deadline.ts';
import {
  askAutomaticProxy,
  automaticConfiguration,
  type AutomaticAnswer,
  type AutomaticConfiguration,
} from '../windows/automatic-proxy.ts';
import { readRegistry } from '../windows/registry.ts';
import {
  firstProxy,
  isLoopback,
  NO_PROXY_RULES,
  proxyFor,
  rulesFromEnvironment,
  rulesFromWindows,
  type ProxyRules,
} from './proxy.ts';

const INTERNET_SETTINGS = 'Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings';
const LOOK_AGAIN_MS = 30_000;
/** A network without WPAD may take longer to say so; until it does, the other settings count. */
const FIRST_ANSWER_WITHIN_MS = 4_000;

/** What is asked of this PC; a test's own in its place. */
export interface ProxySources {
  readonly environment: () => ProxyRules | undefined;
  readonly automatic: () => AutomaticConfiguration;
  readonly ask: (url: URL, configuration: AutomaticConfiguration) => Promise<AutomaticAnswer>;
  readonly manual: () => ProxyRules;
}
export type ProxyChooser = (url: URL) => Promise<string | undefined>;

/** @param setting `auto`, `none` or a proxy's address */
export function createProxyChooser(
  setting: string,
  clock: Clock = realClock,
  sources: ProxySources = THIS_PC,
): ProxyChooser {
  if (setting === 'none') return () => Promise.resolve(undefined);
  if (setting !== 'auto') return (url) => Promise.resolve(proxyFor(url, { https: setting, http: setting, bypass: [] }));
  return automatically(clock, sources);
}

function automatically(clock: Clock, sources: ProxySources): ProxyChooser {
  const known = new Map<string, AutomaticAnswer>();
  let lookedAt = -Infinity;
  let rules: ProxyRules | undefined;
  let manual: ProxyRules = NO_PROXY_RULES;
  let asking: Promise<void> | undefined;

  async function ask(url: URL): Promise<void> {
    const configuration = sources.automatic();
    known.set(url.origin, await sources.ask(url, configuration));
  }

  return async (url) => {
    if (isLoopback(url.hostname)) return undefined;
    if (clock.now() - lookedAt > LOOK_AGAIN_MS) {
      lookedAt = clock.now();
      rules = sources.environment();
      manual = sources.manual();
      if (rules === undefined)
        asking ??= ask(url)
          .catch(() => undefined)
          .finally(() => (asking = undefined));
    }
    if (rules !== undefined) return proxyFor(url, rules);
    // Later answers replace the one that is known; nobody waits for them.
    if (asking !== undefined && !known.has(url.origin))
      await withDeadline(clock, FIRST_ANSWER_WITHIN_MS, asking, undefined);
    const answer = known.get(url.origin) ?? { kind: 'unknown' };
    if (answer.kind === 'unknown') return proxyFor(url, manual);
    return answer.kind === 'proxies' ? firstProxy(answer.proxies) : undefined;
  };
}

const THIS_PC: ProxySources = {
  environment: () => rulesFromEnvironment(process.env),
  automatic: () => {
    const configuration = automaticConfiguration();
    // Where only the registry names the script, as a policy's template writes it.
    const { AutoConfigURL } = readRegistry('HKCU', INTERNET_SETTINGS);
    const scriptUrl = configuration.scriptUrl ?? (typeof AutoConfigURL === 'string' ? AutoConfigURL : '');
    return { detect: configuration.detect, ...(scriptUrl === '' ? {} : { scriptUrl }) };
  },
  ask: askAutomaticProxy,
  manual: () =>
    rulesFromWindows(readRegistry('HKCU', INTERNET_SETTINGS)) ??
    rulesFromWindows(readRegistry('HKLM', INTERNET_SETTINGS)) ??
    NO_PROXY_RULES,
};
