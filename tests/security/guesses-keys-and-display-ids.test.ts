/** Somebody without a key tries many keys and ids of displays, at calls that might tell a good guess from a bad one. */
import { expect, it } from 'vitest';
import { ConfigError, readConfig } from '../../relay/config.ts';
import { SECRET, signWithSecret } from '../support/agent-token.ts';
import { onEachStore } from '../support/on-each-store.ts';
import { KEYS, type Answer, type RelayApp } from '../support/relay-app.ts';

/** As limits.ts counts refused calls of one address in ten seconds. */
const ALLOWED = 60;
/** And wrong admin keys of the log-in page in a minute. */
const ALLOWED_LOGINS = 10;

const GUESSES: readonly (readonly [string, (relay: RelayApp, key: string) => Promise<Answer>])[] = [
  ['poll', (relay, key) => relay.get('/poll?device_id=nobody', key)],
  [
    'poll of a page of another origin',
    (relay, key) => relay.call('GET', '/poll?device_id=nobody', { key, headers: { origin: 'https://evil.example' } }),
  ],
  ['status', (relay, key) => relay.post('/status', { device_id: 'nobody', command_id: 'c', status: 'success' }, key)],
  ['pairing', (relay, key) => relay.post('/pairing', { device_id: 'nobody' }, key)],
];

onEachStore('guessed keys', (start) => {
  it.each(GUESSES)(
    'a right key gets the same answer as a wrong one from %s of an unknown display',
    async (_what, guess) => {
      const relay = await start({ RATE_LIMITS: 'off' });
      const told = async (key: string) => {
        const { status, body } = await guess(relay, key);
        return { status, body: body as unknown };
      };
      const wrong = await told('guess-0123456789abcdef');
      expect(wrong.status).toBe(404);
      for (const right of Object.values(KEYS)) expect(await told(right)).toEqual(wrong);
    },
  );

  it('each guess is counted, whatever it names', async () => {
    const relay = await start();
    const statuses: number[] = [];
    for (let guess = 0; guess < ALLOWED + 10; guess++) {
      const [, send] = GUESSES[guess % GUESSES.length];
      statuses.push((await send(relay, `guess-${guess}-0123456789abcdef`)).status);
    }
    expect(statuses.slice(0, ALLOWED)).toEqual(Array<number>(ALLOWED).fill(404));
    expect(statuses.slice(ALLOWED)).toEqual(Array<number>(10).fill(429));
  });
});

onEachStore('a guesser behind the address of an office', (start) => {
  it('shuts out nobody who has the right key or token, at any call that takes one', async () => {
    const relay = await start({ AGENT_JWT_SECRET: SECRET, DEMO: 'off' });
    const token = await relay.counter('office', 'd-office');
    const agent = await signWithSecret({ sub: 'office' });
    const statuses = new Set<number>();
    for (let guess = 0; guess < ALLOWED + 10; guess++)
      statuses.add((await relay.get('/list', `guess-${guess}-0123456789abcdef`)).status);
    for (let guess = 0; guess < ALLOWED_LOGINS + 10; guess++)
      statuses.add((await relay.post('/admin/login', { key: `guess-${guess}-0123456789abcdef` })).status);
    expect(statuses).toEqual(new Set([401, 429]));
    const display = { device_id: 'd-office', computer_name: 'd-office', kind: 'kiosk' };
    const fresh = { device_id: 'd-new', computer_name: 'd-new', kind: 'kiosk' };
    const right = {
      'an admin signs in': () => relay.post('/admin/login', { key: KEYS.admin }),
      'an admin key': () => relay.get('/list', KEYS.admin),
      'an app key': () => relay.get('/link?agent_id=office', KEYS.app),
      'an agent’s token': () => relay.post('/qr', { agent_id: 'office', qr_text: 'pay' }, agent),
      'a display polls': () => relay.get('/poll?device_id=d-office', token),
      'a display comes back with its token': () => relay.post('/register', display, token),
      'a new display with the enrol key': () => relay.post('/register', fresh, KEYS.enrol),
    };
    for (const [who, call] of Object.entries(right)) expect([who, (await call()).status]).toEqual([who, 200]);
    // And the guesses themselves are refused still.
    expect((await relay.post('/register', display, 'guess-0123456789abcdef')).status).toBe(429);
    expect((await relay.post('/admin/login', { key: 'guess-0123456789abcdef' })).status).toBe(429);
  });
});

it.each(['APP_KEYS', 'ENROL_KEYS', 'ADMIN_KEYS', 'LEGACY_API_KEY'])(
  'a key of %s that is short enough to be guessed keeps the relay from starting',
  (name) => {
    expect(() => readConfig({ [name]: 'x'.repeat(19) })).toThrow(ConfigError);
    expect(() => readConfig({ [name]: 'x'.repeat(19) })).toThrow(/20 characters/);
    expect(() => readConfig({ [name]: 'x'.repeat(20) })).not.toThrow();
    if (name !== 'LEGACY_API_KEY') expect(() => readConfig({ [name]: `${'x'.repeat(20)},short` })).toThrow(ConfigError);
  },
);
