/** The settings as the operator writes them: a schema for each, with the sentence for a wrong value. */
import * as v from 'valibot';
import { parseAdminKey } from './core/named-key.ts';
import { storeAddress } from './store-address.ts';
import { parseSecret } from './webhooks/sign.ts';

const number = (what: string, min: number, max: number, whole = false) =>
  v.pipe(
    v.string(),
    v.trim(),
    v.regex(/^\d+(\.\d+)?$/, `must be ${what}`),
    v.transform(Number),
    v.minValue(min, `must be ${what} from ${min} to ${max}`),
    v.maxValue(max, `must be ${what} from ${min} to ${max}`),
    v.check((value) => !whole || Number.isInteger(value), `must be a whole number`),
  );
const orDefault = <S extends v.GenericSchema<string, unknown>>(schema: S, value: string) =>
  v.optional(schema, value as v.InferInput<S>);
const seconds = (max: number, value: string) => orDefault(number('a number of seconds', 0.05, max), value);
const MAX_PROXIES = 10;
/** `on` and `off` are what 0.1 had. */
const proxies = v.pipe(
  v.string(),
  v.transform((text) => ({ on: 1, off: 0 })[text] ?? (/^\d{1,2}$/.test(text) ? Number(text) : -1)),
  v.check(
    (count) => count >= 0 && count <= MAX_PROXIES,
    `must be the number of proxies before the relay, from 0 to ${MAX_PROXIES}`,
  ),
);
const onOff = v.picklist(['on', 'off'], 'must be "on" or "off"');
const url = (protocols: readonly string[], hint: string) =>
  v.pipe(
    v.string(),
    v.check((value) => {
      try {
        return protocols.includes(new URL(value).protocol);
      } catch {
        return false;
      }
    }, hint),
  );
const list = (text: string): string[] =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
/** What nobody guesses, if it is random. */
const MIN_KEY_CHARS = 20;
const keys = v.pipe(
  v.string(),
  v.transform((text) =>
    text
      .split(',')
      .map((key) => key.trim())
      .filter((key) => key !== ''),
  ),
  v.check((list) => list.length > 0, 'must hold at least one key'),
  v.check(
    (list) => list.every((key) => key.length >= MIN_KEY_CHARS),
    `must hold keys of at least ${MIN_KEY_CHARS} characters, separated by commas`,
  ),
);
/** As `keys`, each with the name of an admin before it or without. */
const adminKeys = v.pipe(
  v.string(),
  v.transform((text) => list(text).map(parseAdminKey)),
  v.check((all) => all.length > 0, 'must hold at least one key'),
  v.check(
    (all) => all.every(({ key }) => key.length >= MIN_KEY_CHARS),
    `must hold keys of at least ${MIN_KEY_CHARS} characters, as KEY or NAME:KEY, separated by commas`,
  ),
);
const origins = v.pipe(
  v.string(),
  v.transform((text) =>
    text
      .split(',')
      .map((origin) => origin.trim().replace(/\/$/, ''))
      .filter((origin) => origin !== ''),
  ),
  v.check(
    (list) => list.every((origin) => /^https?:\/\/[^/\s]+$/.test(origin)),
    'must be origins such as https://app.example, separated by commas',
  ),
);

const names = v.pipe(
  v.string(),
  v.transform(list),
  v.check((entries) => entries.length > 0, 'must hold at least one name'),
);
const webhookUrls = v.pipe(
  v.string(),
  v.transform(list),
  v.check(
    (urls) => urls.every((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)),
    'must be http(s) addresses, separated by commas',
  ),
);
const webhookSecrets = v.pipe(
  v.string(),
  v.transform(list),
  v.check(
    (secrets) => secrets.every((secret) => 'key' in parseSecret(secret)),
    'must be secrets such as whsec_ followed by 24 to 64 random bytes in base64, separated by commas; make one with: echo whsec_$(openssl rand -base64 32)',
  ),
);

export const Environment = v.object({
  PORT: orDefault(number('a port', 0, 65_535, true), '5001'),
  HOST: v.optional(v.pipe(v.string(), v.minLength(1)), '127.0.0.1'),
  DATA_DIR: v.optional(v.pipe(v.string(), v.minLength(1)), './data'),
  STORE_URL: v.optional(
    v.pipe(
      v.string(),
      v.check(
        (text) => storeAddress(text) !== undefined,
        'must be redis://HOST:PORT, rediss://HOST:PORT or redis+sentinel://HOST:PORT,HOST:PORT/NAME',
      ),
    ),
  ),
  REDIS_REPLICAS: orDefault(number('a number of replicas', 0, 8, true), '0'),
  APP_KEYS: v.optional(keys),
  ENROL_KEYS: v.optional(keys),
  ADMIN_KEYS: v.optional(adminKeys),
  AGENT_JWT_SECRET: v.optional(v.pipe(v.string(), v.minLength(32, 'must be at least 32 characters long'))),
  AGENT_JWKS_URL: v.optional(url(['https:', 'http:'], 'must be an http(s) address')),
  AGENT_JWT_AUDIENCE: v.optional(names),
  AGENT_JWT_ISSUER: v.optional(names),
  LEGACY_API_KEY: v.optional(
    v.pipe(v.string(), v.minLength(MIN_KEY_CHARS, `must be at least ${MIN_KEY_CHARS} characters long`)),
  ),
  ALLOWED_ORIGINS: v.optional(origins),
  ADMIN_ORIGIN: v.optional(
    v.pipe(
      v.string(),
      v.trim(),
      v.transform((origin) => origin.replace(/\/$/, '')),
      v.check(
        (origin) =>
          URL.canParse(origin) && /^https?:$/.test(new URL(origin).protocol) && new URL(origin).origin === origin,
        'must be one origin in lower case such as https://admin.pay.example',
      ),
    ),
  ),
  BASE_PATH: v.optional(
    v.pipe(
      v.string(),
      v.transform((path) => path.replace(/\/+$/, '')),
      v.regex(/^(\/[A-Za-z0-9._~-]+)*$/, 'must be empty or a path such as /counterqr'),
    ),
    '',
  ),
  NODE_ENV: v.optional(v.string()),
  DEMO: v.optional(onOff),
  DRAW: v.optional(v.picklist(['picture', 'native'], 'must be "picture" or "native"'), 'picture'),
  COMMAND_TTL_SECONDS: seconds(86_400, '300'),
  DISPLAY_SECONDS: seconds(86_400, '300'),
  LEASE_SECONDS: seconds(3_600, '15'),
  QUEUE_POLICY: v.optional(v.picklist(['latest', 'fifo'], 'must be "latest" or "fifo"'), 'latest'),
  LINK_HOURS: orDefault(number('a number of hours', 0.0001, 24 * 366), '12'),
  RATE_LIMITS: v.optional(onOff, 'on'),
  MAX_QUEUED_PER_DEVICE: orDefault(number('a number', 1, 100_000, true), '100'),
  MAX_DISPLAYS: orDefault(number('a number', 1, 1_000_000, true), '10000'),
  MAX_DISPLAYS_PER_NAME: orDefault(number('a number', 1, 1_000, true), '10'),
  MAX_DISPLAYS_PER_HOUR: orDefault(number('a number', 1, 1_000_000, true), '1000'),
  MAX_POSTS_PER_DAY: orDefault(number('a number', 1, 100_000_000, true), '200000'),
  MAX_HELD_POLLS: orDefault(number('a number', 1, 1_000_000, true), '20000'),
  HISTORY_DAYS: orDefault(number('a number of days', 1, 3_660), '7'),
  TRUST_PROXY: orDefault(proxies, '0'),
  UPDATE_DIR: v.optional(v.pipe(v.string(), v.minLength(1))),
  WEBHOOK_URLS: v.optional(webhookUrls),
  WEBHOOK_SECRETS: v.optional(webhookSecrets),
  WEBHOOK_ALLOW_PRIVATE: v.optional(onOff, 'off'),
  ALERT_DOWN_SECONDS: seconds(86_400, '60'),
  ALERT_UP_SECONDS: seconds(86_400, '10'),
  LOG_LEVEL: v.optional(
    v.picklist(
      ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
      'must be fatal, error, warn, info, debug, trace or silent',
    ),
    'info',
  ),
  LOG_FILE: v.optional(v.pipe(v.string(), v.minLength(1))),
  LOG_MAX_MB: orDefault(number('a number of megabytes', 1, 10_000), '20'),
  LOG_KEEP: orDefault(number('a number of files', 1, 1_000, true), '5'),
  TZ: v.optional(
    v.pipe(
      v.string(),
      v.check((zone) => {
        try {
          new Intl.DateTimeFormat('en', { timeZone: zone });
          return true;
        } catch {
          return false;
        }
      }, 'must be a time zone such as Indian/Mauritius'),
    ),
  ),
});

/** Names of all settings; docs/settings.md has each. */
export const SETTINGS: readonly string[] = Object.keys(Environment.entries);
