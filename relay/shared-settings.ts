/**
 * The settings that the relays of one store must have alike, and how they are compared without telling one another what
 * they are.
 */
import { createHash } from 'node:crypto';
import type { Config } from './config.ts';

const SHARED: Readonly<Record<string, (config: Config) => unknown>> = {
  DRAW: ({ pictureSettings }) => pictureSettings.draw,
  APP_KEYS: ({ appKeys }) => appKeys,
  ENROL_KEYS: ({ enrolKeys }) => enrolKeys,
  // In their order: sessions are signed by it.
  ADMIN_KEYS: ({ adminKeys }) => adminKeys?.map(({ key, name }) => [key, name]),
  AGENT_JWT_SECRET: ({ agentJwtSecret }) => agentJwtSecret,
  AGENT_JWKS_URL: ({ agentJwksUrl }) => agentJwksUrl,
  AGENT_JWT_AUDIENCE: ({ agentJwtAudience }) => agentJwtAudience,
  AGENT_JWT_ISSUER: ({ agentJwtIssuer }) => agentJwtIssuer,
  LEGACY_API_KEY: ({ legacyApiKey }) => legacyApiKey,
  ALLOWED_ORIGINS: ({ allowedOrigins }) => allowedOrigins,
  ADMIN_ORIGIN: ({ adminOrigin }) => adminOrigin,
  BASE_PATH: ({ basePath }) => basePath,
  COMMAND_TTL_SECONDS: ({ rules }) => rules.commandTtlMs,
  DISPLAY_SECONDS: ({ rules }) => rules.displayMs,
  LEASE_SECONDS: ({ rules }) => rules.leaseMs,
  QUEUE_POLICY: ({ rules }) => rules.queuePolicy,
  LINK_HOURS: ({ rules }) => rules.linkMs,
  RATE_LIMITS: ({ rateLimits }) => rateLimits,
  MAX_QUEUED_PER_DEVICE: ({ rules }) => rules.maxQueuedPerDevice,
  MAX_DISPLAYS: ({ rules }) => rules.maxDisplays,
  MAX_DISPLAYS_PER_NAME: ({ rules }) => rules.maxDisplaysPerName,
  MAX_DISPLAYS_PER_HOUR: ({ maxDisplaysPerHour }) => maxDisplaysPerHour,
  MAX_POSTS_PER_DAY: ({ maxPostsPerDay }) => maxPostsPerDay,
  // How safe an acknowledged command is.
  REDIS_REPLICAS: ({ redisReplicas }) => redisReplicas,
  HISTORY_DAYS: ({ historyDays }) => historyDays,
  WEBHOOK_URLS: ({ webhooks }) => webhooks.urls,
  WEBHOOK_SECRETS: ({ webhooks }) => webhooks.keys.map((key) => key.toString('base64')),
  WEBHOOK_ALLOW_PRIVATE: ({ webhooks }) => webhooks.allowPrivate,
  ALERT_DOWN_SECONDS: ({ webhooks }) => webhooks.outages.downAfterMs,
  ALERT_UP_SECONDS: ({ webhooks }) => webhooks.outages.upAfterMs,
  // Days begin and end by it.
  TZ: () => new Intl.DateTimeFormat().resolvedOptions().timeZone,
};

/** Enough to tell two values apart, and too little to tell a guessed key from millions of others. */
const DIGEST_CHARS = 8;

/** Per setting. */
export type Digests = Readonly<Record<string, string>>;

export function digestsOf(config: Config): Digests {
  return Object.fromEntries(
    Object.entries(SHARED).map(([name, valueOf]) => {
      const text = `counterqr ${name} ${JSON.stringify(valueOf(config) ?? null)}`;
      return [name, createHash('sha256').update(text).digest('hex').slice(0, DIGEST_CHARS)];
    }),
  );
}

/** Settings that both know and have differently. A relay of another version may know others. */
export function differing(one: Digests, other: Digests): string[] {
  return Object.keys(one).filter((name) => other[name] !== undefined && other[name] !== one[name]);
}
