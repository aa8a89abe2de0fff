/**
 * The token against cross-site writes stands in the page. Whoever reads it there makes it a session cookie that never
 * ends.
 */
import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KEYS, RelayApp } from '../support/relay-app.ts';

let relay: RelayApp;
beforeEach(async () => {
  relay = await RelayApp.start();
});
afterEach(() => relay.stop());

interface SignedIn {
  readonly value: string;
  readonly csrf: string;
}

async function signIn(): Promise<SignedIn> {
  const { body, headers } = await relay.post('/admin/login', { key: KEYS.admin });
  const value = /counterqr_admin=([^;]+)/.exec(headers.get('set-cookie') ?? '')?.[1] ?? '';
  return { value, csrf: body.csrf_token as string };
}

const statusWith = async (cookie: string): Promise<number> =>
  (await relay.call('GET', '/list', { headers: { cookie: `counterqr_admin=${cookie}` } })).status;

it('the token is no session, in any form that a cookie can have', async () => {
  const { value, csrf } = await signIn();
  const [expiry = '', random = '', signature = ''] = value.split('.');
  expect(await statusWith(value)).toBe(200);
  for (const forged of [
    `csrf:${expiry}.${random}.${csrf}`,
    `${expiry}.${random}.${csrf}`,
    `session:${expiry}.${random}.${signature}`,
    csrf,
  ])
    expect(await statusWith(forged), forged).toBe(401);
});

it('the session is no token', async () => {
  const { value, csrf } = await signIn();
  const send = (token: string): Promise<number> =>
    relay
      .call('POST', '/device/none/test', {
        headers: { cookie: `counterqr_admin=${value}`, 'x-csrf-token': token },
        body: {},
      })
      .then(({ status }) => status);
  expect(await send(value.split('.')[2] ?? '')).toBe(403);
  expect(await send(csrf)).toBe(404);
});

describe('a session has one form', () => {
  it.each([
    ['more before it', (value: string) => `x${value}`],
    ['a zero before its expiry', (value: string) => `0${value}`],
    ['more behind it', (value: string) => `${value}=`],
    ['a part more', (value: string) => `${value}.x`],
    ['an expiry that is no number', (value: string) => value.replace(/^\d+/, 'NaN')],
    ['an expiry far away', (value: string) => value.replace(/^\d+/, '9999999999999')],
    ['no expiry', (value: string) => value.replace(/^\d+/, '')],
  ])('not with %s', async (_what, changed) => {
    const { value } = await signIn();
    expect(await statusWith(changed(value))).toBe(401);
  });

  it('not with a signature of the key that 0.1 used', async () => {
    const { value } = await signIn();
    const id = value.slice(0, value.lastIndexOf('.'));
    const secret = createHmac('sha256', `session:${KEYS.admin}`).update(id).digest('base64url');
    expect(await statusWith(`${id}.${secret}`)).toBe(401);
  });
});

it('a session that is over or signed out is dead in every form', async () => {
  const { value, csrf } = await signIn();
  const cookie = `counterqr_admin=${value}`;
  const out = await relay.call('POST', '/admin/logout', { headers: { cookie, 'x-csrf-token': csrf }, body: {} });
  expect(out.status).toBe(200);
  for (const form of [value, `${value} `, `"${value}"`, encodeURIComponent(value)])
    expect(await statusWith(form), form).toBe(401);
  const other = await signIn();
  await relay.pass(12 * 3_600_000);
  expect(await statusWith(other.value)).toBe(401);
});
