/**
 * Somebody reaches the demo page's call for its keys: through a proxy, by a name of their own, or after the developer.
 */
import { request } from 'node:http';
import { expect, it } from 'vitest';
import { onEachStoreKept } from '../support/on-each-store.ts';
import { onBothStores } from '../support/security/both-stores.ts';
import { KEYS, RelayApp } from '../support/relay-app.ts';

/** fetch writes the Host header by itself. */
const asHost = (relay: RelayApp, host: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const headers = { host, authorization: `Bearer ${relay.deps.demoKeys?.token ?? ''}` };
    request(`${relay.url}/api/device/demo`, { headers }, (answer) => resolve(answer.resume().statusCode))
      .on('error', reject)
      .end();
  });

onBothStores('takes the demo’s keys', (relay) => {
  const token = (): string => relay().deps.demoKeys?.token ?? '';

  it('without the printed token, or with a guess: refused, and told where the address is', async () => {
    for (const key of [undefined, '', 'guess', KEYS.app, KEYS.admin]) {
      const { status, body } = await relay().get('/demo', key);
      expect([status, body.code]).toEqual([401, 'unauthorized']);
      expect(body.error).toContain('the address that the relay printed');
    }
  });

  it('with the token, through any proxy or under another name: refused, and the token is not used up by it', async () => {
    for (const name of ['X-Forwarded-For', 'X-Forwarded-Host', 'X-Forwarded-Proto', 'Forwarded', 'Via', 'X-Real-IP']) {
      const headers = { [name]: '1.1 somewhere' };
      const { status } = await relay().call('GET', '/demo', { key: token(), headers });
      expect([name, status]).toEqual([name, 403]);
    }
    for (const host of ['evil.example', 'localhost.evil.example', '192.168.1.7:5001'])
      expect([host, await asHost(relay(), host)]).toEqual([host, 403]);
    const fromAPage = { key: token(), headers: { 'Sec-Fetch-Site': 'cross-site' } };
    expect((await relay().call('GET', '/demo', fromAPage)).status).toBe(403);
  });

  it('with the token: once; who has the keys gets them again, and they are nobody else’s keys', async () => {
    const { status, body } = await relay().get('/demo', token());
    expect(status).toBe(200);
    expect((await relay().get('/demo', token())).status).toBe(401);
    expect((await relay().get('/demo', body.app_key as string)).body).toEqual(body);
    expect([KEYS.app, KEYS.enrol]).not.toContain(body.app_key);
    expect([KEYS.app, KEYS.enrol]).not.toContain(body.enrol_key);
    // What they are for.
    const display = { device_id: 'demo', computer_name: 'DEMO' };
    expect((await relay().post('/register', display, body.enrol_key as string)).status).toBe(200);
    const link = { agent_id: 'demo', device_id: 'demo' };
    expect((await relay().post('/link', link, body.app_key as string)).status).toBe(200);
    expect((await relay().get('/list', body.app_key as string)).status).toBe(403);
  });
});

onEachStoreKept('takes the demo’s keys of the start before', (start) => {
  it('that are nobody’s at the next, though all that is stored stays', async () => {
    const first = await start();
    const before = first.deps.demoKeys;
    const { enrol, app, token } = { enrol: before?.enrol, app: before?.app, token: before?.token };
    const display = { device_id: 'demo', computer_name: 'DEMO', kind: 'kiosk' };
    const { body } = await first.post('/register', display, enrol);
    await first.post('/link', { agent_id: 'a', device_id: 'demo' }, app);
    expect((await first.post('/qr', { agent_id: 'a', qr_text: 'x' }, app)).status).toBe(200);
    const next = await start();
    for (const key of [app, token]) expect((await next.get('/demo', key)).status).toBe(401);
    expect((await next.post('/qr', { agent_id: 'a', qr_text: 'x' }, app)).status).toBe(401);
    expect(
      (await next.post('/register', { ...display, device_id: 'other', computer_name: 'OTHER' }, enrol)).status,
    ).toBe(401);
    // The display is no demo's key: it goes on.
    expect((await next.get('/poll?device_id=demo', body.device_token as string)).status).toBe(200);
  });
});

it('behind a proxy of ours there are none', async () => {
  const relay = await RelayApp.start({ env: { TRUST_PROXY: '1' } });
  try {
    expect(relay.deps.demoKeys).toBeUndefined();
    expect((await relay.get('/demo', 'any')).body).toMatchObject({ code: 'forbidden' });
  } finally {
    await relay.stop();
  }
});
