/** A field that a call does not know is refused with the nearest name, in every call that takes a body. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allRoutes } from '../../relay/app.ts';
import { KEYS, RelayApp } from '../support/relay-app.ts';

/** A kiosk or tray may be newer than its relay, and older clients send more: what they send is passed over. */
const OF_DISPLAYS = ['/register', '/status', '/pairing', '/enrol'];

const LEGACY = 'the-one-key-of-all-clients';

const camelCase = (name: string): string => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());

const withBody = allRoutes.flatMap(({ method, path, access, body }) => {
  const fields = Object.keys((body as { entries?: object } | undefined)?.entries ?? {});
  const key = Array.isArray(access) ? KEYS[access.includes('app') ? 'app' : 'admin'] : undefined;
  return body ? [{ call: `${method.toUpperCase()} ${path}`, method, path, fields, key }] : [];
});

describe('a field that is not known', () => {
  let relay: RelayApp;
  let token: string;
  beforeAll(async () => {
    relay = await RelayApp.start({ env: { RATE_LIMITS: 'off', LEGACY_API_KEY: LEGACY } });
    token = await relay.counter('7', 'd7');
  });
  afterAll(() => relay.stop());

  const strict = withBody.filter(({ path }) => !OF_DISPLAYS.includes(path));

  it('is looked for in all calls with a body', () => {
    expect(withBody.length - strict.length).toBe(OF_DISPLAYS.length);
    expect(strict.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['/qr', '/link', '/payment', '/admin/login']),
    );
  });

  it.each(strict)('$call names the field that was meant', async ({ method, path, fields, key }) => {
    const address = path.replace(':device_id', 'd7');
    for (const field of fields) {
      for (const written of [camelCase(field), field.toUpperCase(), `${field}_`]) {
        if (written === field) continue;
        const { status, body } = await relay.call(method, address, { key, body: { [written]: 'x' } });
        expect([status, body.code, body.field], written).toEqual([400, 'bad_request', written]);
        expect(body.error).toBe(`This call takes no field “${written}”. Did you mean ${field}?`);
      }
    }
    const { status, body } = await relay.call(method, address, { key, body: { zzzz: 1 } });
    expect([status, body.error]).toEqual([400, 'This call takes no field “zzzz”. See docs/api.md.']);
  });

  it.each([
    [{ agent_id: '7', qr_text: 'x', customername: 'A' }, 'customer_name'],
    [{ agent_id: '7', qr_text: 'x', amuont: '1' }, 'amount'],
    [{ agent_id: '7', qr_text: 'x', name: 'A' }, 'customer_name'],
    [{ agent_id: '7', qr_text: 'x', policyNo: 'A' }, undefined],
    [{ agentId: '7', qr_text: 'x' }, 'agent_id'],
  ])('POST /qr with %j', async (body, meant) => {
    const { status, body: told } = await relay.post('/qr', body, KEYS.app);
    expect(status).toBe(400);
    expect(told.error).toContain(meant === undefined ? 'See docs/api.md.' : `Did you mean ${meant}?`);
  });

  it('counts as not given when it is null, and is shown cut when it is long', async () => {
    const more = { customerName: null };
    expect((await relay.post('/qr', { agent_id: '7', qr_text: 'x', ...more }, KEYS.app)).status).toBe(200);
    const { body } = await relay.post('/qr', { agent_id: '7', qr_text: 'x', ['y'.repeat(5_000)]: 1 }, KEYS.app);
    expect(body.error).toBe(`This call takes no field “${'y'.repeat(64)}”. See docs/api.md.`);
  });

  // The page of 0.1 is replaced after the relay, and sends what it always sent (docs/migration.md).
  it.each([
    ['/link', { agent_id: 7, device_id: 'd7', agentName: 'Asha', session: 'x' }],
    ['/qr', { agent_id: 7, qr_text: 'x', customerName: 'A', branch: { id: 3 } }],
    ['/rotation/start', { agent_id: 7, screen: 'idle' }],
    ['/payment', { reference: 'R-1', status: 'pending', event_id: 'e', gateway: { fee: 1 } }],
    ['/unlink', { agent_id: 7, logout: true }],
  ])('is passed over in %s with the legacy key, as in 0.1, and with an app key it is not', async (path, body) => {
    if (path === '/payment') await relay.post('/qr', { agent_id: '7', qr_text: 'x', reference: 'R-1' }, KEYS.app);
    expect((await relay.post(path, body, KEYS.app)).body).toMatchObject({ code: 'bad_request' });
    const { status, body: told } = await relay.post(path, body, LEGACY);
    expect([status, told.success]).toEqual([200, true]);
    await relay.post('/link', { agent_id: '7', device_id: 'd7' }, KEYS.app);
  });

  it('does not stand for the one that was meant with the legacy key, which is missing all the same', async () => {
    const { status, body } = await relay.post('/qr', { agent_id: 7, qrText: 'x' }, LEGACY);
    expect([status, body.error]).toEqual([400, 'The body needs either qr_image or qr_text.']);
  });

  it('refuses a payment provider’s own body on POST /payment: a body of the call is asked for', async () => {
    const webhook = { event_id: 'evt_1', type: 'payment.succeeded', reference: 'R-1', status: 'paid', amount: 1250 };
    const { status, body } = await relay.post('/payment', webhook, KEYS.app);
    expect([status, body.error]).toEqual([400, 'This call takes no field “event_id”. See docs/api.md.']);
  });

  it('is passed over in what displays send', async () => {
    const known = { device_id: 'd7', computer_name: 'd7', device_token: token, kind: 'kiosk' };
    expect((await relay.post('/register', { ...known, computerName: 'x', newer: 1 }, token)).status).toBe(200);
    expect((await relay.post('/pairing', { device_id: 'd7', newer: 1 }, token)).status).toBe(200);
    const asked = { device_id: 'd8', computer_name: 'd8', newer: 1 };
    expect((await relay.post('/enrol', asked)).status).toBe(200);
    const commandId = await relay.qr('7');
    await relay.poll('d7', token);
    expect((await relay.report('d7', token, commandId, 'received', { newer: 1 })).status).toBe(200);
  });
});
