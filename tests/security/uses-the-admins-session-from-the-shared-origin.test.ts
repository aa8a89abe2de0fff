/**
 * A script in the web app, which shares its origin with the relay's pages, uses the session of the admin who is signed
 * in.
 */
import { request } from 'node:http';
import { expect, it } from 'vitest';
import { onEachStore } from '../support/on-each-store.ts';
import { KEYS, type RelayApp } from '../support/relay-app.ts';

const ADMIN_HOST = 'admin.pay.example';
const SHARED_HOST = 'pay.example';

interface Told {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** fetch does not let a test choose its Host. */
function ask(
  relay: RelayApp,
  host: string,
  path: string,
  more: Record<string, string> = {},
  body?: object,
): Promise<Told> {
  return new Promise((resolve, reject) => {
    const headers = { host, ...(body ? { 'content-type': 'application/json' } : {}), ...more };
    const call = request(relay.url + path, { method: body ? 'POST' : 'GET', headers, timeout: 10_000 }, (res) => {
      let text = '';
      res.setEncoding('utf8').on('data', (part: string) => (text += part));
      res.on('end', () => resolve({ status: res.statusCode ?? 0, headers: res.headers, text }));
    });
    call.on('error', reject);
    call.end(body && JSON.stringify(body));
  });
}

onEachStore('the admin’s session', (start) => {
  const started = () => start({ ADMIN_ORIGIN: `https://${ADMIN_HOST}` });
  const signIn = async (relay: RelayApp): Promise<string> => {
    const { headers, status } = await ask(relay, ADMIN_HOST, '/api/device/admin/login', {}, { key: KEYS.admin });
    expect(status).toBe(200);
    return String(headers['set-cookie']).split(';')[0] ?? '';
  };

  it('is good at its own host, and nowhere else even if its cookie were sent there', async () => {
    const relay = await started();
    const cookie = await signIn(relay);
    expect((await ask(relay, ADMIN_HOST, '/api/device/list', { cookie })).status).toBe(200);
    for (const path of ['/api/device/list', '/api/device/admin/session', '/API/device/admin/session'])
      expect((await ask(relay, SHARED_HOST, path, { cookie })).status, path).toBeGreaterThanOrEqual(401);
  });

  it('is not used by a page of another host of the same domain', async () => {
    const relay = await started();
    const cookie = await signIn(relay);
    const from = (site: string) => ask(relay, ADMIN_HOST, '/api/device/list', { cookie, 'sec-fetch-site': site });
    expect((await from('same-origin')).status).toBe(200);
    for (const site of ['same-site', 'cross-site']) expect((await from(site)).status, site).toBe(401);
  });

  it('cannot be opened at the shared host, whose admin address leads to the other', async () => {
    const relay = await started();
    const login = await ask(relay, SHARED_HOST, '/api/device/admin/login', {}, { key: KEYS.admin });
    expect(login.status).toBe(403);
    expect(login.headers['set-cookie']).toBeUndefined();
    for (const path of ['/admin', '/admin/', '/admin/index.html', '/%61dmin/', '/a%64min/index.html']) {
      const { status, headers } = await ask(relay, SHARED_HOST, path);
      expect([status, headers['location']]).toEqual([302, `https://${ADMIN_HOST}/admin/`]);
    }
  });

  it('shares its host with no other page, and keys go on at both', async () => {
    const relay = await started();
    for (const path of ['/kiosk/', '/demo/', '/sdk/device-service.js', '/%6biosk/', '/%73dk/device-service.js'])
      expect((await ask(relay, ADMIN_HOST, path)).status, path).toBe(404);
    for (const host of [ADMIN_HOST, SHARED_HOST])
      expect((await ask(relay, host, '/api/device/list', { authorization: `Bearer ${KEYS.admin}` })).status).toBe(200);
  });
});
