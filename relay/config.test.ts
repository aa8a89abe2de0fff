import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from './config.ts';
import { SETTINGS } from './environment.ts';

const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;

describe('settings', () => {
  it('have the defaults of the contract; an empty one is not set', () => {
    const config = readConfig({ PORT: '', APP_KEYS: '' });
    expect(config).toMatchObject({
      port: 5001,
      host: '127.0.0.1',
      basePath: '',
      demo: true,
      rateLimits: true,
      historyDays: 7,
      appKeys: undefined,
      allowedOrigins: [],
    });
    expect(config.rules).toEqual({
      commandTtlMs: 300_000,
      displayMs: 300_000,
      leaseMs: 15_000,
      linkMs: 12 * 3_600_000,
      queuePolicy: 'latest',
      maxQueuedPerDevice: 100,
      maxDisplays: 10_000,
      maxDisplaysPerName: 10,
    });
    expect(config.pictureSettings.draw).toBe('picture');
    expect(readConfig({ DRAW: 'native' }).pictureSettings.draw).toBe('native');
    expect(config.dataDir).toMatch(/\/data$/);
    expect(config.updateDir).toMatch(/\/data\/updates$/);
    expect(readConfig({ NODE_ENV: 'production' }).demo).toBe(false);
    expect(readConfig({ NODE_ENV: 'production', DEMO: 'on' }).demo).toBe(true);
  });

  it.each([
    ['PORT', 'http'],
    ['PORT', '70000'],
    ['PORT', '80.5'],
    ['DRAW', 'both'],
    ['STORE_URL', 'mysql://x'],
    ['STORE_URL', 'redis'],
    ['STORE_URL', 'redis+sentinel://a:26379'],
    ['REDIS_REPLICAS', '-1'],
    ['APP_KEYS', ','],
    ['ENROL_KEYS', 'short'],
    ['ADMIN_KEYS', 'long-enough-key-0123456789,short'],
    ['AGENT_JWT_SECRET', 'short'],
    ['AGENT_JWKS_URL', 'ftp://x/jwks'],
    ['LEGACY_API_KEY', 'x'.repeat(19)],
    ['APP_KEYS', 'x'.repeat(19)],
    ['AGENT_JWT_AUDIENCE', ','],
    ['ALLOWED_ORIGINS', 'app.example'],
    ['ALLOWED_ORIGINS', 'https://app.example/path'],
    ['ADMIN_ORIGIN', 'admin.pay.example'],
    ['ADMIN_ORIGIN', 'https://admin.pay.example/admin/'],
    ['BASE_PATH', 'counterqr'],
    ['BASE_PATH', '/a b'],
    ['DEMO', 'yes'],
    ['COMMAND_TTL_SECONDS', '0'],
    ['DISPLAY_SECONDS', '-1'],
    ['LEASE_SECONDS', 'NaN'],
    ['QUEUE_POLICY', 'lifo'],
    ['LINK_HOURS', '0'],
    ['RATE_LIMITS', 'true'],
    ['MAX_QUEUED_PER_DEVICE', '1.5'],
    ['MAX_HELD_POLLS', '0'],
    ['HISTORY_DAYS', '0'],
    ['TRUST_PROXY', 'yes'],
    ['TRUST_PROXY', '11'],
    ['WEBHOOK_URLS', 'hooks.example'],
    ['WEBHOOK_SECRETS', 'whsec_short'],
    ['WEBHOOK_ALLOW_PRIVATE', 'no'],
    ['ALERT_DOWN_SECONDS', 'soon'],
    ['LOG_LEVEL', 'loud'],
    ['LOG_MAX_MB', '0'],
    ['LOG_KEEP', '0'],
    ['TZ', 'Mars/Olympus'],
  ])('%s=%s is refused in a sentence that names it', (name, value) => {
    const refused = (): unknown => readConfig({ [name]: value });
    expect(refused).toThrow(ConfigError);
    expect(refused).toThrow(new RegExp(`^The setting ${name} must be .+[.]$|^The setting ${name} must hold .+[.]$`));
  });

  it('that do not go together are refused', () => {
    expect(() => readConfig({ AGENT_JWT_SECRET: 'x'.repeat(32), AGENT_JWKS_URL: 'https://x.example/jwks' })).toThrow(
      /either .* or/,
    );
    expect(() => readConfig({ WEBHOOK_URLS: 'https://hooks.example/' })).toThrow(/WEBHOOK_SECRETS/);
    expect(() => readConfig({ REDIS_REPLICAS: '1' })).toThrow(/set STORE_URL, too/);
    expect(readConfig({ REDIS_REPLICAS: '1', STORE_URL: 'redis://host' }).redisReplicas).toBe(1);
    expect(readConfig({ WEBHOOK_URLS: 'https://hooks.example/', WEBHOOK_SECRETS: secret }).webhooks.keys).toHaveLength(
      1,
    );
  });

  it('are all in docs/settings.md, and nothing else is', () => {
    const text = readFileSync(join(import.meta.dirname, '../docs/settings.md'), 'utf8');
    const told = [...text.matchAll(/^\| `([A-Z_]+)`/gm)].map(([, name]) => name);
    expect(told.sort()).toEqual([...SETTINGS].sort());
  });
});
