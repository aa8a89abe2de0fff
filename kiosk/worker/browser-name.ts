/**
 * Which browser this is, and on what it runs: `Chrome 150 · Windows 11`. For the admin page; nothing is decided by it.
 */
import { systemName } from '../../shared/wire/system-name.ts';

interface Brand {
  readonly brand: string;
  readonly version: string;
}

/** User-Agent Client Hints, which Chrome and Edge have and others do not (wicg.github.io/ua-client-hints). */
export interface ClientHints {
  readonly brands: readonly Brand[];
  readonly platform: string;
  getHighEntropyValues(hints: readonly string[]): Promise<{ readonly platformVersion?: string }>;
}

export interface BrowserFacts {
  readonly userAgent: string;
  readonly userAgentData?: ClientHints;
}

/** Undefined where the browser says nothing of itself. Never rejects. */
export async function browserName({ userAgent, userAgentData }: BrowserFacts): Promise<string | undefined> {
  const hints = userAgentData?.brands.length ? userAgentData : undefined;
  const parts = hints
    ? [brandOf(hints.brands), await platformOf(hints)]
    : [firstOf(BROWSERS, userAgent), firstOf(SYSTEMS, userAgent)];
  return systemName(parts.filter((part) => part !== '').join(' · '));
}

/** Each list holds a brand that does not exist, so that nobody relies on its order. */
const MADE_UP = /^.?not.{0,2}a.{0,2}brand/i;
const SHORT_NAMES: Readonly<Record<string, string>> = { 'Google Chrome': 'Chrome', 'Microsoft Edge': 'Edge' };

/** The product where it has a name, else the engine that all of them share. */
function brandOf(brands: readonly Brand[]): string {
  const real = brands.filter(({ brand }) => !MADE_UP.test(brand.trim()));
  const best = real.find(({ brand }) => brand !== 'Chromium') ?? real[0];
  return best ? `${SHORT_NAMES[best.brand] ?? best.brand} ${best.version.split('.')[0] ?? ''}` : '';
}

/** What Windows 11 says of itself begins at 13, Windows 10 at 1 (learn.microsoft.com: detect Windows 11). */
const FIRST_WINDOWS_11 = 13;

async function platformOf(hints: ClientHints): Promise<string> {
  const { platform } = hints;
  const { platformVersion = '' } = await finerHints(hints);
  const [major = '', minor = '0'] = platformVersion.split('.');
  if (major === '') return platform;
  if (platform !== 'Windows') return `${platform} ${minor === '0' ? major : `${major}.${minor}`}`;
  const number = Number(major);
  return number >= FIRST_WINDOWS_11 ? 'Windows 11' : number > 0 ? 'Windows 10' : 'Windows';
}

async function finerHints(hints: ClientHints): Promise<{ readonly platformVersion?: string }> {
  try {
    return await hints.getHighEntropyValues(['platformVersion']);
  } catch {
    // A policy may forbid it.
    return {};
  }
}

/** In this order: Edge says that it is Chrome, and Chrome that it is Safari. */
const BROWSERS = [
  [/\bEdg\/(\d+)/, 'Edge'],
  [/\bOPR\/(\d+)/, 'Opera'],
  [/\bFirefox\/(\d+)/, 'Firefox'],
  [/\bChrome\/(\d+)/, 'Chrome'],
  [/\bVersion\/(\d+).*Safari/, 'Safari'],
] as const;
/** Browsers say “Windows NT 10.0” on 11 as well. */
const SYSTEMS = [
  [/Windows/, 'Windows'],
  [/Android/, 'Android'],
  [/CrOS/, 'ChromeOS'],
  [/Mac OS X/, 'macOS'],
  [/Linux/, 'Linux'],
] as const;

function firstOf(known: readonly (readonly [RegExp, string])[], userAgent: string): string {
  for (const [pattern, name] of known) {
    const found = pattern.exec(userAgent);
    if (found) return found[1] === undefined ? name : `${name} ${found[1]}`;
  }
  return '';
}
