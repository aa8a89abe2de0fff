/** The provider's keys cannot be had, by mishap or because somebody saw to it; agents are not to pay for it. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Provider } from '../support/agent-token.ts';
import { RelayApp } from '../support/relay-app.ts';
import { eventually } from '../support/wait.ts';

const TEN_MINUTES_MS = 10 * 60_000;
const MOMENT_MS = 6_000;

let provider: Provider;
let relay: RelayApp;
beforeEach(async () => {
  provider = await Provider.start();
  relay = await RelayApp.start({ env: { AGENT_JWKS_URL: provider.url, AGENT_JWT_AUDIENCE: 'counter' } });
  await relay.counter('7', 'd7');
});
afterEach(async () => {
  await relay.stop();
  await provider.stop();
});

const send = async (kid = 'first') =>
  relay.post('/qr', { agent_id: '7', qr_text: 'x' }, await provider.sign({ sub: '7', aud: 'counter' }, kid));
const causes = () =>
  relay.logged.filter(({ msg }) => msg === 'an agent token could not be checked').map(({ cause }) => cause);

it.each([
  ['an error', 'error', /status 500/],
  ['something that is no key set', 'nonsense', /JSON/],
] as const)('answers 503 with the cause in the log when the provider sends %s', async (_what, answers, cause) => {
  provider.answers = answers;
  const { status, body, headers } = await send();
  expect([status, body.code]).toEqual([503, 'token_keys_unavailable']);
  expect(headers.get('retry-after')).toBe('5');
  expect(causes()).toEqual([expect.stringMatching(cause)]);
});

it('answers 503 with the network’s own words in the log when nobody is there', async () => {
  await provider.stop();
  expect((await send()).status).toBe(503);
  expect(causes()).toEqual([expect.stringContaining('ECONNREFUSED')]);
});

it('counts nothing against the address, asks the provider once a moment, and works as soon as the keys are there', async () => {
  provider.answers = 'error';
  const statuses = await Promise.all(Array.from({ length: 100 }, () => send().then(({ status }) => status)));
  expect(new Set(statuses)).toEqual(new Set([503]));
  expect(provider.asked).toBe(1);
  provider.answers = 'keys';
  await relay.pass(MOMENT_MS);
  expect((await send()).status).toBe(200);
});

it('goes on with the last good keys for as long as it takes, and tells the log', async () => {
  expect((await send()).status).toBe(200);
  provider.answers = 'error';
  for (let hours = 0; hours < 3; hours++) {
    await relay.pass(3_600_000);
    // Of another second, so that each counter’s QR is one of its own.
    expect((await send()).status).toBe(200);
  }
  expect(relay.logged.map(({ msg }) => msg)).toContain('the keys of agent tokens could not be fetched');
});

it('a key that the provider took back ends after ten minutes; a new one is taken at once', async () => {
  expect((await send()).status).toBe(200);
  await provider.publish('second');
  await relay.pass(MOMENT_MS);
  expect((await send('second')).status).toBe(200);
  expect((await send('first')).status).toBe(401);
  await provider.publish('third');
  await relay.pass(TEN_MINUTES_MS);
  await eventually(async () => expect((await send('second')).status).toBe(401));
});

it('a token of a key that nobody has is 401 while the provider answers, and 503 while it does not', async () => {
  expect((await send()).status).toBe(200);
  await relay.pass(MOMENT_MS);
  expect((await send('forged')).status).toBe(401);
  provider.answers = 'error';
  await relay.pass(MOMENT_MS);
  expect((await send('forged')).body.code).toBe('token_keys_unavailable');
  expect((await send()).status).toBe(200);
});
