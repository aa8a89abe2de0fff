import { expect, it } from 'vitest';
import { readConfig } from './config.ts';
import { SETTINGS } from './environment.ts';
import { differing, digestsOf } from './shared-settings.ts';

/** What each relay may have as it likes. */
const OWN = [
  ...['PORT', 'HOST', 'DATA_DIR', 'STORE_URL', 'UPDATE_DIR', 'NODE_ENV', 'TRUST_PROXY', 'MAX_HELD_POLLS'],
  // The demo's keys are made at each start.
  'DEMO',
  ...['LOG_LEVEL', 'LOG_FILE', 'LOG_MAX_MB', 'LOG_KEEP'],
];

const digests = (env: Record<string, string> = {}) => digestsOf(readConfig(env));

it('each setting is either the same at all relays or a relay’s own', () => {
  expect([...Object.keys(digests()), ...OWN].sort()).toEqual([...SETTINGS].sort());
});

it('names the settings that differ', () => {
  const key = (letter: string): string => letter.repeat(24);
  const mine = digests({ APP_KEYS: key('a'), LEASE_SECONDS: '15', PORT: '5001' });
  expect(differing(mine, digests({ APP_KEYS: key('a'), PORT: '5002' }))).toEqual([]);
  expect(differing(mine, digests({ APP_KEYS: key('b'), QUEUE_POLICY: 'fifo' }))).toEqual(['APP_KEYS', 'QUEUE_POLICY']);
  expect(differing(mine, digests())).toEqual(['APP_KEYS']);
});

it('a setting that only a newer relay knows is no difference', () => {
  const mine = digests();
  expect(differing({ ...mine, NEWER: '12345678' }, mine)).toEqual([]);
  expect(differing(mine, { ...mine, NEWER: '12345678' })).toEqual([]);
});
