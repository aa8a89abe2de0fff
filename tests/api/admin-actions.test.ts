/** What an admin does to one display, and what the display’s own page shows of it. */
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AdminAudit } from '../../shared/wire/admin/audit.ts';
import { AdminChanged, AdminQueued } from '../../shared/wire/admin/actions.ts';
import { AdminDeviceDetail } from '../../shared/wire/admin/display-page.ts';
import type { AdminDevice } from '../../shared/wire/admin/device.ts';
import { KEYS, RelayApp } from '../support/relay-app.ts';

let relay: RelayApp;
beforeEach(async () => {
  relay = await RelayApp.start();
});
afterEach(() => relay.stop());

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

    const { body } = await relay.admin('GET', '/device/d1');
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
    expect((await relay.admin('GET', '/device/nobody')).body.code).toBe('unknown_device');
  });

  it('an id with characters of an address in it is found', async () => {
    await relay.register('d/1?ü');
    expect((await relay.admin('GET', `/device/${encodeURIComponent('d/1?ü')}`)).body.device.device_id).toBe('d/1?ü');
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
      const answer = await relay.admin('POST', `/device/d1/${action}`, body);
      expect(v.parse(AdminQueued, answer.body).device_online).toBe(false);
    }
    const commands = await relay.poll('d1', token);
    expect(commands.map(({ type, text }) => [type, text])).toEqual([
      ['test_card', undefined],
      ['identify', 'PC-1'],
      ['show_message', 'Back in 5 minutes'],
    ]);
    expect((await relay.admin('POST', '/device/d1/message', { text: ' ' })).body.code).toBe('bad_request');
    expect((await relay.admin('POST', '/device/d1/message', { text: 'a\nb' })).body.code).toBe('bad_request');
    expect((await relay.admin('POST', '/device/nobody/test', {})).body.code).toBe('unknown_device');
  });

  it('a check has three minutes, and what the display found can be read in its command', async () => {
    const token = await relay.register('d1', 'PC-1');
    const { body } = await relay.admin('POST', '/device/d1/check', {});
    const [command] = await relay.poll('d1', token);
    expect(command).toMatchObject({ type: 'check_display', command_id: body.command_id });
    expect(command?.expires_in_ms).toBeGreaterThan(170_000);
    const check = {
      baud: 9_600,
      deaf_ms: 0,
      own_code: 'words',
      own_code_ms: 300,
      scanned: 'not_asked',
      advice: 'scan_first',
    };
    await relay.report('d1', token, body.command_id, 'success', { picture: { check } });
    const { body: detail } = await relay.admin('GET', '/device/d1');
    expect(v.parse(AdminDeviceDetail, detail).commands[0]).toMatchObject({ state: 'cleared', picture: { check } });
  });

  it('a message stays as long as its sender asked for, half a minute unless asked', async () => {
    const token = await relay.register('d1', 'PC-1');
    await relay.admin('POST', '/device/d1/message', { text: 'Back soon' });
    await relay.admin('POST', '/device/d1/message', { text: 'Closed', display_seconds: 300 });
    const commands = await relay.poll('d1', token);
    expect(commands.map(({ display_seconds }) => display_seconds)).toEqual([30, 300]);
    const tooShort = await relay.admin('POST', '/device/d1/message', { text: 'Closed', display_seconds: 1 });
    expect(tooShort.body.code).toBe('bad_request');
  });

  it('test cards and messages count in no figure of QR codes', async () => {
    const token = await relay.counter('7', 'd1');
    await relay.admin('POST', '/device/d1/test', {});
    await relay.admin('POST', '/device/d1/message', { text: 'Back soon' });
    const row = async (): Promise<AdminDevice> =>
      v.parse(AdminDeviceDetail, (await relay.admin('GET', '/device/d1')).body).device;
    expect(await row()).toMatchObject({ qr_today: 0, queued: 0, errors: 0 });
    for (const { command_id } of await relay.poll('d1', token))
      await relay.report('d1', token, command_id, 'failed', { reason: 'display_failed', error: 'no ok' });
    expect(await row()).toMatchObject({ qr_today: 0, queued: 0, errors: 0 });
    const code = await relay.qr('7');
    expect(await row()).toMatchObject({ qr_today: 1, queued: 1 });
    await relay.poll('d1', token);
    await relay.report('d1', token, code, 'failed', { reason: 'display_failed', error: 'no ok' });
    expect(await row()).toMatchObject({ qr_today: 1, queued: 0, errors: 1 });
  });

  it('release takes the QR off the screen and leaves the link', async () => {
    const token = await relay.counter('7', 'd1');
    const shown = await relay.qr('7');
    await relay.poll('d1', token);
    await relay.report('d1', token, shown, 'success');
    v.parse(AdminQueued, (await relay.admin('POST', '/device/d1/release', {})).body);
    const [clearing] = await relay.poll('d1', token);
    expect(clearing).toMatchObject({ type: 'start_rotation', clears: shown });
    expect((await relay.admin('GET', '/device/d1')).body.device.agent_id).toBe('7');
  });

  it('rename, settings and unlink answer the display as it is then', async () => {
    await relay.counter('7', 'd1');
    const renamed = v.parse(
      AdminChanged,
      (await relay.admin('POST', '/device/d1/rename', { computer_name: ' DESK 2 ' })).body,
    );
    expect(renamed.device.computer_name).toBe('DESK 2');
    const set = v.parse(AdminChanged, (await relay.admin('POST', '/device/d1/settings', { ecc: 'H' })).body);
    expect(set.device.settings).toMatchObject({ ecc: 'H', size: 'auto' });
    expect((await relay.admin('POST', '/device/d1/settings', { ecc: 'Z' })).body.code).toBe('bad_request');
    expect(v.parse(AdminChanged, (await relay.admin('POST', '/device/d1/unlink', {})).body).device.agent_id).toBeNull();
    const { entries } = v.parse(AdminAudit, (await relay.admin('GET', '/audit?device_id=d1')).body);
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
    const set = v.parse(AdminChanged, (await relay.admin('POST', '/device/d1/settings', { idle_logo })).body);
    expect(set.device.settings.idle_logo).toBe(idle_logo);
    expect((await relay.admin('GET', '/device/d1')).body.device.settings.idle_logo).toBe(idle_logo);
    expect((await relay.admin('GET', '/list')).text).not.toContain(idle_logo);
  });

  it('a revoked display stays away until it may enrol again', async () => {
    const token = await relay.register('d1');
    expect(v.parse(AdminChanged, (await relay.admin('POST', '/device/d1/revoke', {})).body).device.enrolled).toBe(
      false,
    );
    expect((await relay.get('/poll?device_id=d1', token)).status).toBe(401);
    const again = { device_id: 'd1', computer_name: 'd1' };
    expect((await relay.post('/register', again, KEYS.enrol)).body.code).toBe('device_exists');
    await relay.admin('POST', '/device/d1/allow_reenrol', {});
    const { body } = await relay.post('/register', again, KEYS.enrol);
    expect((await relay.get('/poll?device_id=d1', body.device_token as string)).status).toBe(200);
  });

  it('a removed display is forgotten, its open commands fail, the history stays', async () => {
    const token = await relay.counter('7', 'd1');
    const command = await relay.qr('7');
    expect((await relay.admin('DELETE', '/device/d1')).body).toEqual({ success: true, device_id: 'd1' });
    expect((await relay.get('/poll?device_id=d1', token)).body.code).toBe('unknown_device');
    expect((await relay.get(`/command/${command}`, KEYS.app)).body).toMatchObject({
      state: 'failed',
      reason: 'device_removed',
    });
    expect((await relay.admin('DELETE', '/device/d1')).status).toBe(404);
  });

  it('retry hands a command out at once; an ended one cannot be', async () => {
    const token = await relay.counter('7', 'd1');
    const command = await relay.qr('7');
    await relay.poll('d1', token);
    expect(await relay.poll('d1', token)).toEqual([]);
    expect((await relay.admin('POST', `/command/${command}/retry`)).body.state).toBe('pending');
    expect((await relay.poll('d1', token))[0]).toMatchObject({ command_id: command, retry_count: 1 });
    expect((await relay.admin('POST', `/command/${command}/cancel`)).status).toBe(200);
    await relay.report('d1', token, command, 'cleared');
    expect((await relay.admin('POST', `/command/${command}/retry`)).body.code).toBe('command_ended');
    expect((await relay.admin('POST', '/command/nothing/retry')).body.code).toBe('unknown_command');
  });

  it('are for admins', async () => {
    await relay.register('d1');
    for (const path of ['/device/d1/test', '/device/d1/revoke', '/device/d1/rename'])
      expect((await relay.post(path, { computer_name: 'x' }, KEYS.app)).status).toBe(403);
    expect((await relay.get('/device/d1', KEYS.app)).status).toBe(403);
    expect((await relay.get('/history')).status).toBe(401);
  });
});
