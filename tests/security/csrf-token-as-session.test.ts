/**
 * The token against cross-site writes stands in the page. One who reads it there makes it a session cookie that never
 * ends.
 */
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { onEachStoreKept } from '../support/on-each-store.ts';
import { onBothStores } from '../support/security/both-stores.ts';
import { KEYS, RelayApp, type Answer } from '../support/relay-app.ts';

interface SignedIn {
  readonly value: string;
  readonly csrf: string;
}

async function signIn(relay: RelayApp): Promise<SignedIn> {
  const { body, headers } = await relay.post('/admin/login', { key: KEYS.admin });
  const value = /counterqr_admin=([^;]+)/.exec(headers.get('set-cookie') ?? '')?.[1] ?? '';
  return { value, csrf: body.csrf_token as string };
}

const statusWith = async (relay: RelayApp, cookie: string): Promise<number> =>
  (await relay.call('GET', '/list', { headers: { cookie: `counterqr_admin=${cookie}` } })).status;

const signOut = (relay: RelayApp, { value, csrf }: SignedIn): Promise<Answer> =>
  relay.call('POST', '/admin/logout', {
    headers: { cookie: `counterqr_admin=${value}`, 'x-csrf-token': csrf },
    body: {},
  });
const formsOf = (value: string): string[] => [value, `${value} `, `"${value}"`, encodeURIComponent(value)];

onBothStores('a CSRF token as session', (relay) => {
  it('the token is no session, in any form that a cookie can have', async () => {
    const { value, csrf } = await signIn(relay());
    const [expiry = '', random = '', signature = ''] = value.split('.');
    expect(await statusWith(relay(), value)).toBe(200);
    for (const forged of [
      `csrf:${expiry}.${random}.${csrf}`,
      `${expiry}.${random}.${csrf}`,
      `session:${expiry}.${random}.${signature}`,
      csrf,
    ])
      expect(await statusWith(relay(), forged), forged).toBe(401);
  });

  it('the session is no token', async () => {
    const { value, csrf } = await signIn(relay());
    const send = (token: string): Promise<number> =>
      relay()
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
      const { value } = await signIn(relay());
      expect(await statusWith(relay(), changed(value))).toBe(401);
    });

    it('not with a signature of the key that 0.1 used', async () => {
      const { value } = await signIn(relay());
      const id = value.slice(0, value.lastIndexOf('.'));
      const secret = createHmac('sha256', `session:${KEYS.admin}`).update(id).digest('base64url');
      expect(await statusWith(relay(), `${id}.${secret}`)).toBe(401);
    });
  });

  it('a session that is signed out is dead in every form', async () => {
    const session = await signIn(relay());
    expect((await signOut(relay(), session)).status).toBe(200);
    for (const form of formsOf(session.value)) expect(await statusWith(relay(), form), form).toBe(401);
  });
});

onEachStoreKept('a session over a restart of the relay', (start) => {
  it('that was signed out stays dead in every form, and one that was not goes on', async () => {
    const before = await start();
    const [left, stayed] = [await signIn(before), await signIn(before)];
    expect((await signOut(before, left)).status).toBe(200);
    const after = await start();
    for (const form of formsOf(left.value)) expect(await statusWith(after, form), form).toBe(401);
    expect(await statusWith(after, stayed.value)).toBe(200);
  });

  it('ends with the admin key that opened it', async () => {
    const { value } = await signIn(await start());
    const after = await start({ ADMIN_KEYS: 'another-admin-key-0123456789' });
    expect(await statusWith(after, value)).toBe(401);
  });
});

it('a session is over after twelve hours', async () => {
  // With Redis the time is Redis's own, which no test moves on; the rule is the same there.
  const relay = await RelayApp.start();
  try {
    const { value } = await signIn(relay);
    expect(await statusWith(relay, value)).toBe(200);
    await relay.pass(12 * 3_600_000);
    expect(await statusWith(relay, value)).toBe(401);
  } finally {
    await relay.stop();
  }
});
