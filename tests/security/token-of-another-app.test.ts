/** A user of the same sign-in provider sends the relay the token that the provider made for another app. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ConfigError, readConfig } from '../../relay/config.ts';
import { Provider, SECRET, signWithSecret } from '../support/agent-token.ts';
import { onEachStore } from '../support/on-each-store.ts';

let provider: Provider;
beforeEach(async () => {
  provider = await Provider.start();
});
afterEach(() => provider.stop());

onEachStore('a token of another app', (start) => {
  it('of the same provider is refused; that of this app passes', async () => {
    const relay = await start({
      AGENT_JWKS_URL: provider.url,
      AGENT_JWT_AUDIENCE: 'counter, counter-test',
      AGENT_JWT_ISSUER: 'https://login.example/',
    });
    await relay.counter('7', 'd7');
    const send = async (claims: Record<string, unknown>) =>
      relay.post('/qr', { agent_id: '7', qr_text: 'x' }, await provider.sign({ sub: '7', ...claims }));
    const iss = 'https://login.example/';
    for (const aud of ['counter', ['wiki', 'counter-test']]) expect((await send({ aud, iss })).status).toBe(200);
    for (const aud of ['wiki', ['wiki'], [], undefined, 'counter,counter-test']) {
      const { status, body } = await send({ aud, iss });
      expect([status, body.code]).toEqual([401, 'unauthorized']);
      expect(body.error).toContain('AGENT_JWT_AUDIENCE');
    }
    for (const other of ['https://login.example', undefined]) {
      const { status, body } = await send({ aud: 'counter', iss: other });
      expect(status).toBe(401);
      expect(body.error).toContain('AGENT_JWT_ISSUER');
    }
  });
});

onEachStore('a token of another app, signed with the shared secret', (start) => {
  it('is refused too, once an audience is set', async () => {
    const relay = await start({ AGENT_JWT_SECRET: SECRET, AGENT_JWT_AUDIENCE: 'counter' });
    await relay.counter('8', 'd8');
    const send = async (aud: string) =>
      relay.post('/qr', { agent_id: '8', qr_text: 'x' }, await signWithSecret({ sub: '8', aud }));
    expect((await send('counter')).status).toBe(200);
    expect((await send('wiki')).status).toBe(401);
  });
});

it('cannot pass by a forgotten setting: with AGENT_JWKS_URL the relay does not start without an audience', () => {
  const AGENT_JWKS_URL = 'https://login.example/jwks';
  expect(() => readConfig({ AGENT_JWKS_URL })).toThrow(ConfigError);
  expect(() => readConfig({ AGENT_JWKS_URL })).toThrow(/AGENT_JWT_AUDIENCE/);
  expect(() => readConfig({ AGENT_JWKS_URL, AGENT_JWT_AUDIENCE: ' , ' })).toThrow(/AGENT_JWT_AUDIENCE/);
  expect(readConfig({ AGENT_JWKS_URL, AGENT_JWT_AUDIENCE: 'a, b' }).agentJwtAudience).toEqual(['a', 'b']);
});
