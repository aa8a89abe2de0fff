/** How a browser signs in as an admin, and how that ends. */
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AdminSession } from '../../shared/wire/admin/session.ts';
import { KEYS, RelayApp } from '../support/relay-app.ts';

let relay: RelayApp;
beforeEach(async () => {
  relay = await RelayApp.start();
});
afterEach(() => relay.stop());

interface SignedIn {
  readonly cookie: string;
  readonly csrf: string;
}

async function signIn(): Promise<SignedIn> {
  const { body, headers, status } = await relay.post('/admin/login', { key: ` ${KEYS.admin} ` });
  expect(status).toBe(200);
  const set = headers.get('set-cookie') ?? '';
  expect(set).toMatch(/httponly/i);
  expect(set).toMatch(/samesite=strict/i);
  expect(set).toMatch(/path=\/api\/device/i);
  // Gone with the browser.
  expect(set).not.toMatch(/expires|max-age/i);
  return { cookie: set.split(';')[0], csrf: v.parse(AdminSession, body).csrf_token };
}

describe('the session', () => {
  it('signs in with an admin key and nothing else', async () => {
    expect((await relay.post('/admin/login', { key: KEYS.app })).body.code).toBe('unauthorized');
    expect((await relay.get('/admin/session')).status).toBe(401);
    const { cookie, csrf } = await signIn();
    const { body } = await relay.call('GET', '/admin/session', { headers: { cookie } });
    expect(v.parse(AdminSession, body).csrf_token).toBe(csrf);
    expect((await relay.call('GET', '/list', { headers: { cookie } })).status).toBe(200);
  });

  it('a call that changes something needs the token that only the page can read', async () => {
    const { cookie, csrf } = await signIn();
    await relay.register('d1');
    const rename = (headers: Record<string, string>) =>
      relay.call('POST', '/device/d1/rename', { headers: { cookie, ...headers }, body: { computer_name: 'NEW' } });
    expect((await rename({})).body.code).toBe('forbidden');
    expect((await rename({ 'x-csrf-token': `${csrf}x` })).body.code).toBe('forbidden');
    expect((await rename({ 'x-csrf-token': csrf })).status).toBe(200);
  });

  it('ends on signing out, for a copy of the cookie too', async () => {
    const { cookie, csrf } = await signIn();
    const out = await relay.call('POST', '/admin/logout', { headers: { cookie, 'x-csrf-token': csrf }, body: {} });
    expect(out.headers.get('set-cookie')).toMatch(/counterqr_admin=;/);
    expect((await relay.call('GET', '/list', { headers: { cookie } })).status).toBe(401);
  });

  it('ends after twelve hours, and by a changed cookie', async () => {
    const { cookie } = await signIn();
    const changed = cookie.replace('=', '=9');
    expect((await relay.call('GET', '/list', { headers: { cookie: changed } })).status).toBe(401);
    await relay.pass(12 * 3_600_000 + 1);
    expect((await relay.call('GET', '/list', { headers: { cookie } })).status).toBe(401);
  });

  it('does not get in the way of a kiosk or demo page in the same browser, which has a key of its own', async () => {
    const { cookie } = await signIn();
    const kiosk = { key: KEYS.enrol, headers: { cookie }, body: { device_id: 'd1', computer_name: 'D1' } };
    expect((await relay.call('POST', '/register', kiosk)).status).toBe(200);
    await relay.counter('7', 'd2');
    const command = await relay.qr('7');
    const cancel = await relay.call('POST', `/command/${command}/cancel`, { key: KEYS.app, headers: { cookie } });
    expect(cancel.status).toBe(200);
  });

  it('limits guesses', async () => {
    for (let guess = 0; guess < 10; guess++) await relay.post('/admin/login', { key: `guess ${guess}` });
    const { status, headers } = await relay.post('/admin/login', { key: 'wrong-again' });
    expect(status).toBe(429);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await relay.post('/admin/login', { key: KEYS.admin })).status).toBe(200);
  });
});
