import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterEach, describe, expect, it } from 'vitest';
import { KEYS, RelayApp } from '../support/relay-app.ts';

let relay: RelayApp;
afterEach(() => relay.stop());
const start = async (env: Record<string, string> = {}): Promise<void> => {
  relay = await RelayApp.start({ env });
};

describe('keys', () => {
  it('may be several at once, so that they can be replaced one by one', async () => {
    await start({ APP_KEYS: 'old-app-key-0123456789, new-app-key-0123456789' });
    await relay.register('d1');
    for (const key of ['old-app-key-0123456789', 'new-app-key-0123456789'])
      expect((await relay.post('/link', { agent_id: '7', device_id: 'd1' }, key)).status).toBe(200);
    expect((await relay.post('/link', { agent_id: '7', device_id: 'd1' }, KEYS.app)).status).toBe(401);
  });

  it('are taken from either header, never from the address', async () => {
    await start();
    const list = (headers: Record<string, string>) => relay.call('GET', '/list', { headers });
    expect((await list({ 'x-api-key': KEYS.admin })).status).toBe(200);
    expect((await list({ authorization: `Bearer ${KEYS.admin}` })).status).toBe(200);
    expect((await list({ authorization: `Basic ${KEYS.admin}` })).status).toBe(401);
    expect((await relay.get(`/list?api_key=${KEYS.admin}&key=${KEYS.admin}`)).status).toBe(401);
  });

  it('carry their role and no other', async () => {
    await start();
    const token = await relay.register('d1');
    const calls = {
      app: () => relay.post.bind(undefined, '/unlink', { agent_id: 'x' }),
      admin: () => (key?: string) => relay.get('/list', key),
      enrol: () => relay.post.bind(undefined, '/register', { device_id: 'new', computer_name: 'n' }),
      device: () => (key?: string) => relay.get('/poll?device_id=d1', key),
    };
    const keys = { ...KEYS, device: token };
    for (const [needed, call] of Object.entries(calls))
      for (const [role, key] of Object.entries(keys)) {
        const { status } = await call()(key);
        const fits = role === needed || (needed === 'enrol' && role === 'admin');
        expect([401, 403].includes(status), `${role} calling for ${needed}: ${status}`).toBe(!fits);
      }
  });
});

describe('a display’s token', () => {
  it('opens its own display only', async () => {
    await start();
    const [one, other] = [await relay.counter('1', 'd1'), await relay.counter('2', 'd2')];
    const command = await relay.qr('1');
    expect((await relay.get('/poll?device_id=d1', other)).status).toBe(401);
    expect(await relay.poll('d1', one)).toHaveLength(1);
    expect((await relay.report('d2', other, command, 'success')).body.code).toBe('unknown_command');
    expect((await relay.report('d1', other, command, 'success')).status).toBe(401);
    expect((await relay.post('/pairing', { device_id: 'd1' }, other)).status).toBe(401);
  });

  it('is what a known id needs to register again, in either header or in the body', async () => {
    await start();
    const token = await relay.register('d1');
    const body = { device_id: 'd1', computer_name: 'd1' };
    const register = (headers: Record<string, string>, more: object = {}) =>
      relay.call('POST', '/register', { headers, body: { ...body, ...more } });
    const enrol = { authorization: `Bearer ${KEYS.enrol}` };
    expect((await register(enrol)).body).toMatchObject({ code: 'device_exists' });
    expect((await register(enrol, { device_token: 'wrong' })).status).toBe(409);
    for (const answer of [
      await register({ authorization: `Bearer ${token}` }),
      await register({ 'x-api-key': token }),
      await register({ ...enrol, 'x-api-key': token }),
      await register({ 'x-api-key': KEYS.enrol, authorization: `Bearer ${token}` }),
      await register(enrol, { device_token: token }),
    ])
      expect(answer.body).toEqual({ success: true, device_id: 'd1', device_token: token });
    const admins = await register({ authorization: `Bearer ${KEYS.admin}` });
    expect(admins.body.device_token).not.toBe(token);
    expect((await relay.get('/poll?device_id=d1', token)).status).toBe(401);
  });

  it('may be of its own making: then a display whose first answer was lost asks again and is itself', async () => {
    // A busy relay answered after the display had given up, and from then on took the display for somebody else under
    // its name.
    await start();
    const mine = 'a'.repeat(64);
    const register = (new_token: string, key: string | undefined = KEYS.enrol, more: object = {}) =>
      relay.post('/register', { device_id: 'd1', computer_name: 'd1', new_token, ...more }, key);
    for (const _ of ['lost', 'again'])
      expect((await register(mine)).body).toEqual({ success: true, device_id: 'd1', device_token: mine });
    expect((await relay.get('/poll?device_id=d1', mine)).status).toBe(200);
    expect((await register('b'.repeat(64))).body.code).toBe('device_exists');
    expect((await register('b'.repeat(64), mine)).body.device_token).toBe(mine);
    for (const bad of ['too short', '!'.repeat(32), 'a'.repeat(101)]) {
      const { status, body } = await register(bad);
      expect(status).toBe(400);
      expect(JSON.stringify(body)).not.toContain(bad);
    }

    // Revoked, what was its token before opens nothing.
    await relay.post('/device/d1/revoke', {}, KEYS.admin);
    expect((await register(mine)).body.code).toBe('device_exists');
    expect((await relay.get('/poll?device_id=d1', mine)).status).toBe(401);
  });

  it('is kept as a hash only', async () => {
    await start();
    const token = await relay.register('d1');
    const { dataDir } = relay.deps.config;
    const kept: string[] = [];
    for (const entry of await readdir(dataDir, { recursive: true, withFileTypes: true }))
      if (entry.isFile()) kept.push(await readFile(join(entry.parentPath, entry.name), 'utf8'));
    expect(kept.some((text) => text.includes(createHash('sha256').update(token).digest('hex')))).toBe(true);
    expect(kept.filter((text) => text.includes(token))).toEqual([]);
  });

  it('keeps link, name and counts when it registers again', async () => {
    await start();
    const token = await relay.counter('7', 'd1');
    await relay.qr('7');
    await relay.post('/register', { device_id: 'd1', computer_name: 'other', com_port: 'COM9' }, token);
    const { body } = await relay.get('/list', KEYS.admin);
    expect(body.devices[0]).toMatchObject({ computer_name: 'd1', agent_id: '7', qr_today: 1, com_port: 'COM9' });
  });

  it('of a display that the relay does not know gets 404, so that the kiosk registers anew', async () => {
    await start();
    expect((await relay.get('/poll?device_id=gone', 'any-token')).body.code).toBe('unknown_device');
    expect((await relay.get('/poll?device_id=gone')).status).toBe(401);
  });
});

describe('an agent’s token', () => {
  const secret = 'a-secret-of-at-least-32-characters!';
  const sign = (claims: Record<string, unknown>, { alg = 'HS256', key = secret, exp = '5m' } = {}) =>
    new SignJWT(claims).setProtectedHeader({ alg }).setExpirationTime(exp).sign(new TextEncoder().encode(key));

  it('speaks for the agent whom it names, and for nobody else', async () => {
    await start({ AGENT_JWT_SECRET: secret });
    await relay.counter('7', 'd7');
    await relay.counter('8', 'd8');
    const theirs = await relay.qr('8');
    const token = await sign({ sub: '7' });
    const { body } = await relay.post('/qr', { agent_id: 7, qr_text: 'x' }, token);
    expect(body).toMatchObject({ success: true, device_id: 'd7' });
    expect((await relay.get(`/command/${body.command_id}`, token)).status).toBe(200);
    expect((await relay.post('/qr', { device_id: 'd7', qr_text: 'x' }, token)).status).toBe(200);
    for (const [path, input] of [
      ['/qr', { agent_id: '8', qr_text: 'x' }],
      ['/qr', { device_id: 'd8', qr_text: 'x' }],
      ['/link', { agent_id: '8', device_id: 'd7' }],
      ['/unlink', { agent_id: '8' }],
      ['/rotation/start', { agent_id: '8' }],
      ['/rotation/start', { device_id: 'd8' }],
      ['/payment', { command_id: theirs, status: 'paid' }],
    ] as const)
      expect((await relay.post(path, input, token)).status, `${path} ${JSON.stringify(input)}`).toBe(403);
    for (const answer of [
      await relay.get(`/command/${theirs}`, token),
      await relay.post(`/command/${theirs}/cancel`, {}, token),
      await relay.post('/rotation/start', { command_id: theirs }, token),
    ])
      expect(answer.body.code).toBe('unknown_command');
    expect((await relay.get('/list', token)).status).toBe(403);
    expect((await relay.get('/link?agent_id=8', token)).status).toBe(403);
  });

  it('is refused when it is over, of another key, unsigned, without an end or without a name, or good for more than a day', async () => {
    await start({ AGENT_JWT_SECRET: secret });
    await relay.counter('7', 'd7');
    const unsigned = `${btoa('{"alg":"none"}')}.${btoa('{"sub":"7","exp":99999999999}')}.`.replaceAll('=', '');
    const endless = await new SignJWT({ sub: '7' })
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new TextEncoder().encode(secret));
    for (const token of [
      await sign({ sub: '7' }, { exp: '-1m' }),
      await sign({ sub: '7' }, { key: 'another-secret-of-at-least-32-chars!' }),
      await sign({ sub: '7' }, { alg: 'HS512' }),
      await sign({}),
      await sign({ sub: '' }),
      unsigned,
      endless,
      await sign({ sub: '7' }, { exp: '25h' }),
    ])
      expect((await relay.post('/qr', { agent_id: '7', qr_text: 'x' }, token)).status).toBe(401);
    const aDay = await sign({ sub: '7' }, { exp: '23h' });
    expect((await relay.post('/qr', { agent_id: '7', qr_text: 'x' }, aDay)).status).toBe(200);
  });

  it('may be checked by published keys, several of them while they are replaced', async () => {
    const [old, current, foreign] = await Promise.all([1, 2, 3].map(() => generateKeyPair('ES256')));
    const jwk = async ({ publicKey }: typeof old, kid: string) => ({
      ...(await exportJWK(publicKey)),
      kid,
      alg: 'ES256',
    });
    const keySet = JSON.stringify({ keys: [await jwk(old, 'old'), await jwk(current, 'current')] });
    const server: Server = createServer((_req, res) => res.setHeader('content-type', 'application/json').end(keySet));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;
    await start({ AGENT_JWKS_URL: url, AGENT_JWT_AUDIENCE: 'counter' });
    await relay.counter('7', 'd7');
    const signWith = ({ privateKey }: typeof old, kid: string) =>
      new SignJWT({ sub: '7', aud: 'counter' })
        .setProtectedHeader({ alg: 'ES256', kid })
        .setExpirationTime('5m')
        .sign(privateKey);
    const qr = async (token: string) => (await relay.post('/qr', { agent_id: '7', qr_text: 'x' }, token)).status;
    expect(await qr(await signWith(old, 'old'))).toBe(200);
    expect(await qr(await signWith(current, 'current'))).toBe(200);
    expect(await qr(await signWith(foreign, 'current'))).toBe(401);
    await new Promise((resolve) => server.close(resolve));
  });
});

/** The first bytes of a PNG: nobody decodes it here. */
const PICTURE = `data:image/png;base64,${btoa('\x89PNG\r\n\x1a\nx')}`;

it('the legacy key does everything that the clients of the original design do', async () => {
  await start({ LEGACY_API_KEY: 'the-one-key-of-all-clients' });
  const legacy = 'the-one-key-of-all-clients';
  const send = (method: string, path: string, body?: unknown) =>
    relay.call(method, path, { headers: { 'x-api-key': legacy }, ...(body === undefined ? {} : { body }) });
  const display = { device_id: 'd1', computer_name: 'DESK', com_port: 'COM3' };
  expect((await send('POST', '/register', display)).status).toBe(200);
  expect((await send('POST', '/register', display)).status).toBe(200);
  expect((await send('POST', '/link', { agent_id: 7, computer_name: 'DESK' })).status).toBe(200);
  const { body } = await send('POST', '/qr', { agent_id: 7, qr_image: PICTURE, customer_name: null });
  const poll = await send('GET', '/poll?device_id=d1');
  expect(poll.body.commands[0]).toMatchObject({ command_id: body.command_id });
  const report = { device_id: 'd1', command_id: body.command_id as string, status: 'success', execution_time: 2.1 };
  expect((await send('POST', '/status', report)).status).toBe(200);
  expect((await send('GET', '/list')).body.stats.shown_today).toBe(1);
  expect((await send('GET', '/poll?device_id=unknown')).status).toBe(404);
});

// docs/migration.md, section 5 and its way back; each start of the relay is what a restart after the setting was
// changed is.
it('without LEGACY_API_KEY a client of the original design gets 401, and with it in again it works', async () => {
  const headers = { 'x-api-key': 'the-one-key-of-all-clients' };
  const body = { device_id: 'd1', computer_name: 'DESK', com_port: 'COM3' };
  const oldClient = () => relay.call('POST', '/register', { headers, body });
  await start();
  expect((await oldClient()).status).toBe(401);
  await relay.stop();
  await start({ LEGACY_API_KEY: 'the-one-key-of-all-clients' });
  expect((await oldClient()).status).toBe(200);
});
