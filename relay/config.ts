/** The relay's settings: read from the environment once, checked, and turned into units that the code uses. */
import { join, resolve } from 'node:path';
import * as v from 'valibot';
import { DEFAULT_PICTURE_SETTINGS, type PictureSettings } from '../shared/wire/picture.ts';
import { parseAdminKey, type AdminKey } from './core/named-key.ts';
import type { Rules } from './core/transaction.ts';
import { storeAddress } from './store-address.ts';
import type { OutageLimits } from './webhooks/outage-detector.ts';
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

const Environment = v.object({
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

export interface Config {
  readonly port: number;
  readonly host: string;
  readonly dataDir: string;
  readonly storeUrl: string | undefined;
  /** What is acknowledged is on so many replicas of the Redis, too. */
  readonly redisReplicas: number;
  readonly appKeys: readonly string[] | undefined;
  readonly enrolKeys: readonly string[] | undefined;
  readonly adminKeys: readonly AdminKey[] | undefined;
  readonly agentJwtSecret: string | undefined;
  readonly agentJwksUrl: string | undefined;
  /** One of them must be the token's `aud`; undefined: it is not looked at. */
  readonly agentJwtAudience: readonly string[] | undefined;
  /** One of them must be the token's `iss`; undefined: it is not looked at. */
  readonly agentJwtIssuer: readonly string[] | undefined;
  readonly legacyApiKey: string | undefined;
  readonly allowedOrigins: readonly string[];
  /** Where alone the admin page and its session are; undefined: at every host. */
  readonly adminOrigin: string | undefined;
  readonly basePath: string;
  readonly demo: boolean;
  readonly rules: Rules;
  /** Of displays that have no settings of their own. */
  readonly pictureSettings: PictureSettings;
  readonly rateLimits: boolean;
  /** New displays, by each enrol key. */
  readonly maxDisplaysPerHour: number;
  /** QR codes posted by all callers together: each is remembered for a day. */
  readonly maxPostsPerDay: number;
  readonly maxHeldPolls: number;
  readonly historyDays: number;
  /** How many proxies of ours stand before the relay and append to `X-Forwarded-For`; 0: it is not looked at. */
  readonly proxies: number;
  /** Where signed updates for the tray are. */
  readonly updateDir: string;
  readonly webhooks: {
    readonly urls: readonly string[];
    /** All of them sign, so that a secret can be replaced. */
    readonly keys: readonly Buffer[];
    readonly allowPrivate: boolean;
    readonly outages: OutageLimits;
  };
  readonly log: {
    readonly level: string;
    readonly file: string | undefined;
    readonly maxBytes: number;
    readonly keep: number;
  };
}

/** A setting that cannot be used; its message is the sentence for the operator. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Reads the settings; an empty variable counts as unset. Throws ConfigError. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = v.safeParse(Environment, given);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new ConfigError(`The setting ${v.getDotPath(issue) ?? ''} ${issue.message}.`);
  }
  const set = parsed.output;
  if (set.AGENT_JWT_SECRET !== undefined && set.AGENT_JWKS_URL !== undefined)
    throw new ConfigError('Set either AGENT_JWT_SECRET or AGENT_JWKS_URL, not both.');
  if (set.AGENT_JWKS_URL !== undefined && set.AGENT_JWT_AUDIENCE === undefined)
    throw new ConfigError(
      'AGENT_JWKS_URL needs AGENT_JWT_AUDIENCE, the name of your app at the provider; without it a token for any other app of the provider would pass.',
    );
  if (set.REDIS_REPLICAS > 0 && set.STORE_URL === undefined)
    throw new ConfigError('REDIS_REPLICAS is for a Redis: set STORE_URL, too.');
  if (set.WEBHOOK_URLS && !set.WEBHOOK_SECRETS)
    throw new ConfigError(
      'WEBHOOK_URLS needs WEBHOOK_SECRETS, by which receivers know the relay; make one with: echo whsec_$(openssl rand -base64 32)',
    );
  return {
    port: set.PORT,
    host: set.HOST,
    dataDir: resolve(set.DATA_DIR),
    storeUrl: set.STORE_URL,
    redisReplicas: set.REDIS_REPLICAS,
    appKeys: set.APP_KEYS,
    enrolKeys: set.ENROL_KEYS,
    adminKeys: set.ADMIN_KEYS,
    agentJwtSecret: set.AGENT_JWT_SECRET,
    agentJwksUrl: set.AGENT_JWKS_URL,
    agentJwtAudience: set.AGENT_JWT_AUDIENCE,
    agentJwtIssuer: set.AGENT_JWT_ISSUER,
    legacyApiKey: set.LEGACY_API_KEY,
    allowedOrigins: set.ALLOWED_ORIGINS ?? [],
    adminOrigin: set.ADMIN_ORIGIN,
    basePath: set.BASE_PATH,
    demo: (set.DEMO ?? (set.NODE_ENV === 'production' ? 'off' : 'on')) === 'on',
    rules: {
      commandTtlMs: set.COMMAND_TTL_SECONDS * 1000,
      displayMs: set.DISPLAY_SECONDS * 1000,
      leaseMs: set.LEASE_SECONDS * 1000,
      linkMs: set.LINK_HOURS * 3_600_000,
      queuePolicy: set.QUEUE_POLICY,
      maxQueuedPerDevice: set.MAX_QUEUED_PER_DEVICE,
      maxDisplays: set.MAX_DISPLAYS,
      maxDisplaysPerName: set.MAX_DISPLAYS_PER_NAME,
    },
    pictureSettings: { ...DEFAULT_PICTURE_SETTINGS, draw: set.DRAW },
    rateLimits: set.RATE_LIMITS === 'on',
    maxDisplaysPerHour: set.MAX_DISPLAYS_PER_HOUR,
    maxPostsPerDay: set.MAX_POSTS_PER_DAY,
    maxHeldPolls: set.MAX_HELD_POLLS,
    historyDays: set.HISTORY_DAYS,
    proxies: set.TRUST_PROXY,
    updateDir: set.UPDATE_DIR === undefined ? join(resolve(set.DATA_DIR), 'updates') : resolve(set.UPDATE_DIR),
    webhooks: {
      urls: set.WEBHOOK_URLS ?? [],
      keys: (set.WEBHOOK_SECRETS ?? []).flatMap((secret) => {
        const parsed = parseSecret(secret);
        return 'key' in parsed ? [parsed.key] : [];
      }),
      allowPrivate: set.WEBHOOK_ALLOW_PRIVATE === 'on',
      outages: { downAfterMs: set.ALERT_DOWN_SECONDS * 1000, upAfterMs: set.ALERT_UP_SECONDS * 1000 },
    },
    log: {
      level: set.LOG_LEVEL,
      file: set.LOG_FILE === undefined ? undefined : resolve(set.LOG_FILE),
      maxBytes: set.LOG_MAX_MB * 1024 * 1024,
      keep: set.LOG_KEEP,
    },
  };
}
