/**
 * What can be set, and how a text becomes a value. Every source speaks the same names: `--relay` on the command line,
 * `Relay` in the registry, `relay` in a file. Wrong values stop the program with a sentence that says what to change.
 */
import * as v from 'valibot';
import { parseNamedPort } from '../serial/found-ports.ts';

const httpUrl = v.pipe(
  v.string(),
  v.trim(),
  v.url('must be an address such as https://qr.example'),
  v.regex(/^https?:\/\//i, 'must begin with https:// or http://'),
);
const list = <T>(what: string, one: (text: string) => T) =>
  v.pipe(
    v.string(),
    v.transform((text) => text.split(/[\s,;]+/).filter((part) => part !== '')),
    v.check((parts) => parts.length > 0, `must be ${what}`),
    v.transform((parts) => parts.map(one)),
  );
const idOf16Bits = v.custom<number>(
  (value) => Number.isInteger(value) && Number(value) > 0 && Number(value) <= 0xffff,
  'must be hexadecimal vendor ids such as 303a,1a86',
);
/** 1200 reboots some boards into their bootloader (docs/protocol.md). */
const LOWEST_BAUD = 2_400;
const speed = v.custom<number>(
  (value) => Number.isInteger(value) && Number(value) >= LOWEST_BAUD,
  `must be speeds from ${LOWEST_BAUD} on, such as 9600,115200`,
);
const proxy = v.pipe(
  v.string(),
  v.trim(),
  v.check(
    (text) => /^(auto|none)$|^https?:\/\/[^/]/i.test(text) && (!text.includes('/') || URL.canParse(text)),
    'must be auto, none or an address',
  ),
);
const isWanted = (text: string): boolean => {
  try {
    return parseNamedPort(text).path !== '';
  } catch {
    return false;
  }
};

export const Settings = v.object({
  /** The relay's address. */
  relay: v.optional(httpUrl),
  /** Enrol key. */
  enrol: v.optional(v.pipe(v.string(), v.trim(), v.minLength(1, 'must not be empty'))),
  /** What IT calls this PC; default: the computer's name. */
  name: v.optional(v.pipe(v.string(), v.trim(), v.minLength(1, 'must not be empty'), v.maxLength(128))),
  /** One port instead of looking for the display: `COM5`, or `COM5@1a86:7523`. */
  port: v.optional(v.pipe(v.string(), v.check(isWanted, 'must be a port such as COM5'))),
  /** USB vendor ids of displays, in hex: `303a,1a86`. */
  vendor_ids: v.optional(
    v.pipe(
      list('hexadecimal vendor ids such as 303a,1a86', (text) => Number.parseInt(text, 16)),
      v.array(idOf16Bits),
    ),
  ),
  /** Speeds to try after the remembered one. */
  baud_rates: v.optional(
    v.pipe(
      list('speeds such as 9600,115200', (text) => Number(text)),
      v.array(speed),
    ),
  ),
  /** Modem lines after opening (docs/protocol.md). */
  signals: v.optional(v.picklist(['leave', 'assert', 'clear'], 'must be leave, assert or clear')),
  /** `on`: what crosses the display's cable is noted in a unit report beside the log. */
  record: v.optional(v.picklist(['on', 'off'], 'must be on or off')),
  language: v.optional(v.picklist(['auto', 'en', 'fr'], 'must be auto, en or fr')),
  /** `auto`: as this PC is set up; `none`; or a proxy's address. */
  proxy: v.optional(proxy),
  /** More trusted authorities, a PEM file. */
  ca_file: v.optional(v.string()),
  /** `auto` takes updates that the relay offers, `off` never. */
  update: v.optional(v.picklist(['auto', 'off'], 'must be auto or off')),
  /** Base64 of the ed25519 public key of updates, where the build brings none. */
  update_key: v.optional(
    v.pipe(v.string(), v.trim(), v.regex(/^[A-Za-z0-9+/]{43}=$/, 'must be the base64 of 32 bytes')),
  ),
  /** How often the relay is asked for updates. */
  update_minutes: v.optional(
    v.pipe(
      v.string(),
      v.transform(Number),
      v.custom<number>(
        (value) => Number(value) > 0 && Number(value) <= 10_080,
        'must be minutes, more than 0, at most a week',
      ),
    ),
  ),
});
export type Settings = v.InferOutput<typeof Settings>;
type SettingName = keyof Settings;
const SETTING_NAMES = Object.keys(Settings.entries) as readonly SettingName[];

/** Where a value came from, best first: each wins over those after it. */
const SOURCES = ['command line', 'policy', 'file', 'installer'] as const;
export type SourceName = (typeof SOURCES)[number];
export type RawSettings = Readonly<Record<string, string | number>>;

/** What stops the program at its start: exit code 2 and a sentence. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

export interface MergedSettings {
  readonly settings: Settings;
  /** Which source gave each value, for the log. */
  readonly origin: Readonly<Partial<Record<SettingName, SourceName>>>;
  /** Names that nobody knows, most likely typing errors; for the log. */
  readonly unknown: readonly string[];
}

/** Registry values may be written `VendorIds`, command lines `--vendor-ids`: letters alone count. */
const normal = (name: string): string => name.replace(/[^a-z]/gi, '').toLowerCase();
const BY_NORMAL_NAME = new Map(SETTING_NAMES.map((name) => [normal(name), name]));

/** @throws SettingsError */
export function mergeSettings(sources: Readonly<Partial<Record<SourceName, RawSettings>>>): MergedSettings {
  const chosen: Partial<Record<SettingName, string>> = {};
  const origin: Partial<Record<SettingName, SourceName>> = {};
  const unknown: string[] = [];
  for (const source of SOURCES)
    for (const [given, value] of Object.entries(sources[source] ?? {})) {
      const name = BY_NORMAL_NAME.get(normal(given));
      if (name === undefined) unknown.push(`${given} (${source})`);
      // An empty value, as an installer's unused property leaves it, is no value.
      else if (chosen[name] === undefined && String(value).trim() !== '') {
        chosen[name] = String(value);
        origin[name] = source;
      }
    }
  const result = v.safeParse(Settings, chosen);
  if (result.success) return { settings: result.output, origin, unknown };
  const [issue] = result.issues;
  const name = (v.getDotPath(issue) ?? '').split('.')[0] as SettingName;
  throw new SettingsError(`The setting "${name}" (from the ${origin[name] ?? 'settings'}) ${issue.message}.`);
}
