/** Displays that have no enrol key and ask an admin. */
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AdminEnrolments } from '../../shared/wire/admin/enrolment.ts';
import { AdminList } from '../../shared/wire/admin/fleet.ts';
import { eventually } from '../support/wait.ts';
import { RelayApp } from '../support/relay-app.ts';

let relay: RelayApp;
beforeEach(async () => {
  relay = await RelayApp.start();
});
afterEach(() => relay.stop());

describe('enrolment by approval', () => {
  const asked = { device_id: 'd1', computer_name: 'FRONT-1' };

  it('lets a kiosk in whose code an admin approves, once', async () => {
    const { body: request } = await relay.post('/enrol', asked);
    const { request_id, secret, code } = request as Record<'request_id' | 'secret' | 'code', string>;
    const waiting = v.parse(AdminEnrolments, (await relay.admin('GET', '/enrolments')).body).enrolments;
    expect(waiting).toMatchObject([
      {
        request_id,
        code,
        computer_name: 'FRONT-1',
        device_id: 'd1',
        known: false,
        name_taken: false,
        verdict: 'waiting',
      },
    ]);
    expect(v.parse(AdminList, (await relay.admin('GET', '/list')).body).stats.waiting_enrolments).toBe(1);
    const register = (key: string, deviceId = 'd1') =>
      relay.post('/register', { ...asked, device_id: deviceId, request_id }, key);
    expect((await register(secret)).status).toBe(401);

    const verdict = relay.get(`/enrol/${request_id}?wait=20`, secret);
    await eventually(() => expect(relay.deps.longPolls.size).toBe(1));
    expect((await relay.admin('POST', `/enrolments/${request_id}/approve`)).body.enrolment.verdict).toBe('approved');
    expect((await verdict).body.verdict).toBe('approved');

    expect((await register(secret, 'd2')).status).toBe(401);
    expect((await register('other-secret')).status).toBe(401);
    const { body } = await register(secret);
    expect((await relay.get('/poll?device_id=d1', body.device_token as string)).status).toBe(200);
    expect((await register(secret)).status).toBe(401);
    expect((await relay.get(`/enrol/${request_id}`, secret)).body.code).toBe('unknown_request');
    expect((await relay.admin('GET', '/enrolments')).body.enrolments).toEqual([]);
  });

  it('sends away, and runs out', async () => {
    const { body: one } = await relay.post('/enrol', asked);
    expect((await relay.get(`/enrol/${one.request_id}`, 'wrong')).body.code).toBe('unknown_request');
    await relay.admin('POST', `/enrolments/${one.request_id}/deny`);
    expect((await relay.get(`/enrol/${one.request_id}`, one.secret as string)).body.verdict).toBe('denied');
    expect((await relay.post('/register', { ...asked, request_id: one.request_id }, one.secret as string)).status).toBe(
      401,
    );
    const { body: two } = await relay.post('/enrol', asked);
    await relay.pass(15 * 60_000 + 1);
    expect((await relay.admin('POST', `/enrolments/${two.request_id}/approve`)).body.code).toBe('unknown_request');
  });

  it('never takes the place of a display that works, only of one that was revoked', async () => {
    await relay.register('d1');
    const approved = async () => {
      const { body } = await relay.post('/enrol', asked);
      await relay.admin('POST', `/enrolments/${body.request_id}/approve`);
      return relay.post('/register', { ...asked, request_id: body.request_id }, body.secret as string);
    };
    expect((await approved()).body.code).toBe('device_exists');
    await relay.admin('POST', '/device/d1/revoke', {});
    expect((await approved()).status).toBe(200);
  });

  it('whose answer was lost: the token that was asked for is enough to be itself, and lets no other display in', async () => {
    const new_token = 'ab'.repeat(32);
    const { body: request } = await relay.post('/enrol', asked);
    await relay.admin('POST', `/enrolments/${request.request_id}/approve`);
    const lost = await relay.post(
      '/register',
      { ...asked, request_id: request.request_id, new_token },
      request.secret as string,
    );
    expect(lost.status).toBe(200);
    expect(
      (await relay.post('/register', { ...asked, device_id: 'd2', computer_name: 'FRONT-2' }, new_token)).status,
    ).toBe(401);
    const again = await relay.post('/register', asked, new_token);
    expect([again.status, again.body.device_token]).toEqual([200, new_token]);
    expect((await relay.get('/poll?device_id=d1', new_token)).status).toBe(200);
    expect(v.parse(AdminList, (await relay.admin('GET', '/list')).body).devices).toHaveLength(1);
  });

  it('is limited per address', async () => {
    const answers = await Promise.all(Array.from({ length: 31 }, () => relay.post('/enrol', asked)));
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(1);
  });
});
