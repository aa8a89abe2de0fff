/** The relay's settings: read from the environment once, checked, and turned into units that the code uses. */
import * as v from 'valibot';
import { join, resolve } from 'node:path';
import { DEFAULT_PICTURE_SETTINGS, type PictureSettings } from '../shared/wire/picture.ts';
import type { AdminKey } from './core/named-key.ts';
import type { Rules } from './core/transaction.ts';
import type { OutageLimits } from './webhooks/outage-detector.ts';
import { parseSecret } from './webhooks/sign.ts';
import { Environment } from './environment.ts';

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
