import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  AdminAudit,
  AdminChanged,
  AdminDays,
  AdminDeviceDetail,
  AdminEnrolments,
  AdminHistory,
  AdminList,
  AdminQueued,
  AdminSession,
} from '../../../shared/admin.ts';
import { eventually } from '../../support/eventually.ts';
import { KEYS, RelayApp, type Answer } from '../../support/relay-app.ts';

let relay: RelayApp;
beforeEach(async () => {
  relay = await RelayApp.start();
});
afterEach(() => relay.stop());

const admin = (method: string, path: string, body?: unknown): Promise<Answer> =>
  relay.call(method, path, { key: KEYS.admin, ...(body === undefined ? {} : { body }) });

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
    const { status, headers } = await relay.post('/admin/login', { key: KEYS.admin });
    expect(status).toBe(429);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('a display’s page', () => {
  it('shows its day: commands with stages, latency, log', async () => {
    const token = await relay.counter('7', 'd1');
    const first = await relay.qr('7', { customer_name: 'Ada', policy_number: 'P1' });
    await relay.poll('d1', token);
    await relay.report('d1', token, first, 'received');
    await relay.pass(800);
    await relay.report('d1', token, first, 'success');
    await relay.report('d1', token, first, 'cleared', { reason: 'timeout' });
    const second = await relay.qr('7');
    await relay.poll('d1', token);
    await relay.report('d1', token, second, 'failed', { reason: 'display_failed', error: 'no ok' });
    const open = await relay.qr('7');

    const { body } = await admin('GET', '/device/d1');
    const detail = v.parse(AdminDeviceDetail, body);
    expect(detail.device).toMatchObject({ device_id: 'd1', agent_id: '7', online: true, qr_today: 3, queued: 1 });
    expect(detail.commands.map(({ command_id, state }) => [command_id, state])).toEqual([
      [open, 'pending'],
      [second, 'failed'],
      [first, 'cleared'],
    ]);
    expect(detail.commands[2]).toMatchObject({ policy_number: 'P1', reason: 'timeout' });
    expect(detail.commands[2]).toHaveProperty('displayed_at');
    expect(JSON.stringify(body)).not.toContain('Ada');
    expect(detail.latency.shown).toBe(1);
    expect(detail.latency.p50_ms).toBeGreaterThanOrEqual(800);
    expect(detail.latency.hours).toHaveLength(24);
    expect(detail.log.map((line) => (line.kind === 'audit' ? line.action : line.kind))).toEqual([
      'failure',
      'linked',
      'registered',
    ]);
    expect((await admin('GET', '/device/nobody')).body.code).toBe('unknown_device');
  });

  it('an id with characters of an address in it is found', async () => {
    await relay.register('d/1?ü');
    expect((await admin('GET', `/device/${encodeURIComponent('d/1?ü')}`)).body.device.device_id).toBe('d/1?ü');
  });
});

describe('actions', () => {
  it('put their command into the display’s queue', async () => {
    const token = await relay.register('d1', 'PC-1');
    for (const [action, body] of [
      ['test', {}],
      ['identify', {}],
      ['message', { text: ' Back in 5 minutes ' }],
    ] as const) {
      const answer = await admin('POST', `/device/d1/${action}`, body);
      expect(v.parse(AdminQueued, answer.body).device_online).toBe(false);
    }
    const commands = await relay.poll('d1', token);
    expect(commands.map(({ type, text }) => [type, text])).toEqual([
      ['test_card', undefined],
      ['identify', 'PC-1'],
      ['show_message', 'Back in 5 minutes'],
    ]);
    expect((await admin('POST', '/device/d1/message', { text: ' ' })).body.code).toBe('bad_request');
    expect((await admin('POST', '/device/d1/message', { text: 'a\nb' })).body.code).toBe('bad_request');
    expect((await admin('POST', '/device/nobody/test', {})).body.code).toBe('unknown_device');
  });

  it('release takes the QR off the glass and leaves the link', async () => {
    const token = await relay.counter('7', 'd1');
    const shown = await relay.qr('7');
    await relay.poll('d1', token);
    await relay.report('d1', token, shown, 'success');
    v.parse(AdminQueued, (await admin('POST', '/device/d1/release', {})).body);
    const [clearing] = await relay.poll('d1', token);
    expect(clearing).toMatchObject({ type: 'start_rotation', clears: shown });
    expect((await admin('GET', '/device/d1')).body.device.agent_id).toBe('7');
  });

  it('rename, settings and unlink answer the display as it is then', async () => {
    await relay.counter('7', 'd1');
    const renamed = v.parse(
      AdminChanged,
      (await admin('POST', '/device/d1/rename', { computer_name: ' DESK 2 ' })).body,
    );
    expect(renamed.device.computer_name).toBe('DESK 2');
    const set = v.parse(AdminChanged, (await admin('POST', '/device/d1/settings', { ecc: 'H' })).body);
    expect(set.device.settings).toMatchObject({ ecc: 'H', size: 'auto' });
    expect((await admin('POST', '/device/d1/settings', { ecc: 'Z' })).body.code).toBe('bad_request');
    expect(v.parse(AdminChanged, (await admin('POST', '/device/d1/unlink', {})).body).device.agent_id).toBeNull();
    const { entries } = v.parse(AdminAudit, (await admin('GET', '/audit?device_id=d1')).body);
    expect(entries.map(({ action, by }) => `${action} by ${by}`)).toEqual([
      'unlinked by admin',
      'settings_changed by admin',
      'renamed by admin',
      'linked by app',
      'registered by device',
    ]);
  });

  it('a logo is told with its display and not in the list of all', async () => {
    await relay.register('d1');
    const idle_logo = 'data:image/png;base64,AAAA';
    const set = v.parse(AdminChanged, (await admin('POST', '/device/d1/settings', { idle_logo })).body);
    expect(set.device.settings.idle_logo).toBe(idle_logo);
    expect((await admin('GET', '/device/d1')).body.device.settings.idle_logo).toBe(idle_logo);
    expect((await admin('GET', '/list')).text).not.toContain(idle_logo);
  });

  it('a revoked display stays away until it may enrol again', async () => {
    const token = await relay.register('d1');
    expect(v.parse(AdminChanged, (await admin('POST', '/device/d1/revoke', {})).body).device.enrolled).toBe(false);
    expect((await relay.get('/poll?device_id=d1', token)).status).toBe(401);
    const again = { device_id: 'd1', computer_name: 'd1' };
    expect((await relay.post('/register', again, KEYS.enrol)).body.code).toBe('device_exists');
    await admin('POST', '/device/d1/allow_reenrol', {});
    const { body } = await relay.post('/register', again, KEYS.enrol);
    expect((await relay.get('/poll?device_id=d1', body.device_token as string)).status).toBe(200);
  });

  it('a removed display is forgotten, its open commands fail, the history stays', async () => {
    const token = await relay.counter('7', 'd1');
    const command = await relay.qr('7');
    expect((await admin('DELETE', '/device/d1')).body).toEqual({ success: true, device_id: 'd1' });
    expect((await relay.get('/poll?device_id=d1', token)).body.code).toBe('unknown_device');
    expect((await relay.get(`/command/${command}`, KEYS.app)).body).toMatchObject({
      state: 'failed',
      reason: 'device_removed',
    });
    expect((await admin('DELETE', '/device/d1')).status).toBe(404);
  });

  it('retry hands a command out at once; an ended one cannot be', async () => {
    const token = await relay.counter('7', 'd1');
    const command = await relay.qr('7');
    await relay.poll('d1', token);
    expect(await relay.poll('d1', token)).toEqual([]);
    expect((await admin('POST', `/command/${command}/retry`)).body.state).toBe('pending');
    expect((await relay.poll('d1', token))[0]).toMatchObject({ command_id: command, retry_count: 1 });
    expect((await admin('POST', `/command/${command}/cancel`)).status).toBe(200);
    await relay.report('d1', token, command, 'cleared');
    expect((await admin('POST', `/command/${command}/retry`)).body.code).toBe('command_ended');
    expect((await admin('POST', '/command/nothing/retry')).body.code).toBe('unknown_command');
  });

  it('are for admins', async () => {
    await relay.register('d1');
    for (const path of ['/device/d1/test', '/device/d1/revoke', '/device/d1/rename'])
      expect((await relay.post(path, { computer_name: 'x' }, KEYS.app)).status).toBe(403);
    expect((await relay.get('/device/d1', KEYS.app)).status).toBe(403);
    expect((await relay.get('/history')).status).toBe(401);
  });
});

describe('history', () => {
  async function shown(agentId: string, deviceId: string, token: string, more: object): Promise<string> {
    const command = await relay.qr(agentId, more);
    await relay.poll(deviceId, token);
    await relay.report(deviceId, token, command, 'success');
    await relay.report(deviceId, token, command, 'cleared', { reason: 'paid' });
    return command;
  }

  it('as JSON: newest first, with a filter and an end', async () => {
    const [one, two] = [await relay.counter('7', 'd1'), await relay.counter('8', 'd2')];
    const first = await shown('7', 'd1', one, { policy_number: 'P1' });
    const second = await shown('8', 'd2', two, {});
    const third = await shown('7', 'd1', one, {});
    const all = v.parse(AdminHistory, (await admin('GET', '/history')).body);
    expect(all.commands.map(({ command_id }) => command_id)).toEqual([third, second, first]);
    expect(all.more).toBe(false);
    const page = v.parse(AdminHistory, (await admin('GET', '/history?limit=2')).body);
    expect([page.commands.length, page.more]).toEqual([2, true]);
    const theirs = v.parse(AdminHistory, (await admin('GET', '/history?agent_id=8')).body);
    expect(theirs.commands.map(({ command_id }) => command_id)).toEqual([second]);
    expect((await admin('GET', '/history?from=yesterday')).body.code).toBe('bad_request');
    const later = new Date(Date.now() + 48 * 3_600_000).toISOString();
    expect((await admin('GET', `/history?from=${later}`)).body.commands).toEqual([]);
  });

  it('per agent and day', async () => {
    const [one, two] = [await relay.counter('7', 'd1'), await relay.counter('8', 'd2')];
    for (let round = 0; round < 3; round++) await shown('7', 'd1', one, {});
    await shown('8', 'd2', two, {});
    await relay.qr('8', { expires_in: 1 });
    await relay.pass(2_000);
    await relay.pass(24 * 3_600_000);
    await relay.post('/link', { agent_id: '8', device_id: 'd2' }, KEYS.app);
    await shown('8', 'd2', two, {});
    const { rows } = v.parse(AdminDays, (await admin('GET', '/history/days')).body);
    const [yesterday, today] = [rows.at(-1)?.day, rows[0].day];
    expect(Date.parse(today) - Date.parse(yesterday ?? '')).toBe(24 * 3_600_000);
    expect(
      rows.map(({ day, agent_id, qr, shown: count, paid, expired }) => [day, agent_id, qr, count, paid, expired]),
    ).toEqual([
      [today, '8', 1, 1, 1, 0],
      [yesterday, '7', 3, 3, 3, 0],
      [yesterday, '8', 2, 1, 1, 1],
    ]);
    const oneDay = await admin('GET', `/history/days?from=${today}&to=${today}`);
    expect(oneDay.body.rows).toHaveLength(1);
  });

  it('as a file that a spreadsheet takes for text, not for formulas', async () => {
    const token = await relay.counter('=1+1', 'd1');
    await shown('=1+1', 'd1', token, { policy_number: 'a"b,c', reference: '@x' });
    const { headers, text } = await admin('GET', '/history?format=csv');
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename="counterqr-history-[0-9-]+\.csv"$/);
    const [head, row, end] = text.split('\r\n');
    expect(head).toMatch(/^command_id,type,/);
    expect(row).toContain(`,'=1+1,"a""b,c",'@x,`);
    expect(end).toBe('');
    const days = await admin('GET', '/history/days?format=csv');
    expect(days.text.split('\r\n')[1]).toMatch(/^\d{4}-\d\d-\d\d,'=1\+1,1,1,1,0,0,0,0,\d+,\d+$/);
    const audit = await admin('GET', '/audit?format=csv');
    expect(audit.text.split('\r\n')[1]).toMatch(/,linked,d1,'=1\+1,app,device$/);
  });

  it('ends with HISTORY_DAYS', async () => {
    const token = await relay.counter('7', 'd1');
    await shown('7', 'd1', token, {});
    const files = () => readdir(join(relay.deps.config.dataDir, 'history'));
    await eventually(async () => expect(await files()).toHaveLength(2));
    const before = await files();
    await relay.pass(9 * 24 * 3_600_000);
    expect((await admin('GET', '/history')).body.commands).toEqual([]);
    await eventually(async () => expect((await files()).filter((name) => before.includes(name))).toEqual([]));
  });
});

describe('enrolment by approval', () => {
  const asked = { device_id: 'd1', computer_name: 'FRONT-1' };

  it('lets a kiosk in whose code an admin approves, once', async () => {
    const { body: request } = await relay.post('/enrol', asked);
    const { request_id, secret, code } = request as Record<'request_id' | 'secret' | 'code', string>;
    const waiting = v.parse(AdminEnrolments, (await admin('GET', '/enrolments')).body).enrolments;
    expect(waiting).toMatchObject([
      { request_id, code, computer_name: 'FRONT-1', device_id: 'd1', known: false, verdict: 'waiting' },
    ]);
    expect(v.parse(AdminList, (await admin('GET', '/list')).body).stats.waiting_enrolments).toBe(1);
    const register = (key: string, deviceId = 'd1') =>
      relay.post('/register', { ...asked, device_id: deviceId, request_id }, key);
    expect((await register(secret)).status).toBe(401);

    const verdict = relay.get(`/enrol/${request_id}?wait=20`, secret);
    await eventually(() => expect(relay.deps.held.size).toBe(1));
    expect((await admin('POST', `/enrolments/${request_id}/approve`)).body.enrolment.verdict).toBe('approved');
    expect((await verdict).body.verdict).toBe('approved');

    expect((await register(secret, 'd2')).status).toBe(401);
    expect((await register('other-secret')).status).toBe(401);
    const { body } = await register(secret);
    expect((await relay.get('/poll?device_id=d1', body.device_token as string)).status).toBe(200);
    expect((await register(secret)).status).toBe(401);
    expect((await relay.get(`/enrol/${request_id}`, secret)).body.code).toBe('unknown_request');
    expect((await admin('GET', '/enrolments')).body.enrolments).toEqual([]);
  });

  it('sends away, and runs out', async () => {
    const { body: one } = await relay.post('/enrol', asked);
    expect((await relay.get(`/enrol/${one.request_id}`, 'wrong')).body.code).toBe('unknown_request');
    await admin('POST', `/enrolments/${one.request_id}/deny`);
    expect((await relay.get(`/enrol/${one.request_id}`, one.secret as string)).body.verdict).toBe('denied');
    expect((await relay.post('/register', { ...asked, request_id: one.request_id }, one.secret as string)).status).toBe(
      401,
    );
    const { body: two } = await relay.post('/enrol', asked);
    await relay.pass(15 * 60_000 + 1);
    expect((await admin('POST', `/enrolments/${two.request_id}/approve`)).body.code).toBe('unknown_request');
  });

  it('never takes the place of a display that works, only of one that was revoked', async () => {
    await relay.register('d1');
    const approved = async () => {
      const { body } = await relay.post('/enrol', asked);
      await admin('POST', `/enrolments/${body.request_id}/approve`);
      return relay.post('/register', { ...asked, request_id: body.request_id }, body.secret as string);
    };
    expect((await approved()).body.code).toBe('device_exists');
    await admin('POST', '/device/d1/revoke', {});
    expect((await approved()).status).toBe(200);
  });

  it('is limited per address', async () => {
    const answers = await Promise.all(Array.from({ length: 31 }, () => relay.post('/enrol', asked)));
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(1);
  });
});
