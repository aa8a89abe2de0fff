/** Admins with names in ADMIN_KEYS: by key and by session the audit says which of them it was. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AdminAudit } from '../../shared/wire/admin/audit.ts';
import { KEYS, RelayApp } from '../support/relay-app.ts';

const ASHA = 'asha-key-0123456789abcdef';
const RAVI = 'ravi-key-0123456789abcdef';
const ADMIN_KEYS = `Asha:${ASHA}, Ravi Ô:${RAVI},${KEYS.admin}`;

describe('an admin with a name', () => {
  let relay: RelayApp;
  beforeEach(async () => {
    relay = await RelayApp.start({ env: { ADMIN_KEYS } });
    await relay.register('d1');
  });
  afterEach(() => relay.stop());

  const rename = (name: string, asked: { key?: string; headers?: Record<string, string> }) =>
    relay.call('POST', '/device/d1/rename', { ...asked, body: { computer_name: name } });
  async function sessionOf(key: string): Promise<{ admin: unknown; headers: Record<string, string> }> {
    const { body, headers } = await relay.post('/admin/login', { key });
    const cookie = (headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    return { admin: body.admin, headers: { cookie, 'x-csrf-token': body.csrf_token as string } };
  }
  async function audited(): Promise<[action: string, by: string][]> {
    const { body } = await relay.get('/audit', KEYS.admin);
    return (body as AdminAudit).entries.map(({ action, by }) => [action, by]);
  }

  it('is named by the audit, whether by key or by session', async () => {
    expect((await rename('A', { key: ASHA })).status).toBe(200);
    const session = await sessionOf(RAVI);
    expect(session.admin).toBe('Ravi Ô');
    expect((await rename('B', session)).status).toBe(200);
    expect((await relay.call('GET', '/admin/session', session)).body.admin).toBe('Ravi Ô');
    expect((await rename('C', { key: KEYS.admin })).status).toBe(200);
    await relay.call('POST', '/device/d1/unlink', { key: ASHA });
    await relay.counter('7', 'd7');
    await relay.call('POST', '/device/d7/unlink', { key: ASHA });
    await relay.call('DELETE', '/device/d7', session);
    expect((await audited()).filter(([, by]) => by.startsWith('admin'))).toEqual([
      ['removed', 'admin Ravi Ô'],
      ['unlinked', 'admin Asha'],
      ['renamed', 'admin'],
      ['renamed', 'admin Ravi Ô'],
      ['renamed', 'admin Asha'],
    ]);
  });

  it('signs in with the key, also pasted with the name; a name changed in the cookie is no session', async () => {
    expect((await sessionOf(`Asha:${ASHA}`)).admin).toBe('Asha');
    const { headers } = await sessionOf(ASHA);
    const forged = headers['cookie']?.replace(/\.QXNoYQ\./, `.${Buffer.from('Ravi').toString('base64url')}.`);
    expect(forged).not.toBe(headers['cookie']);
    expect((await relay.call('GET', '/admin/session', { headers: { cookie: forged ?? '' } })).status).toBe(401);
    expect((await sessionOf(KEYS.admin)).admin).toBeNull();
  });

  it('lets a kiosk in under its name', async () => {
    const { body } = await relay.post('/enrol', { device_id: 'd2', computer_name: 'd2' });
    await relay.call('POST', `/enrolments/${body.request_id}/approve`, { key: ASHA });
    expect(await audited()).toContainEqual(['enrolment_approved', 'admin Asha']);
  });
});
