/** What a display's PC runs, and how much of the day it was heard: told at registration, kept, and in list and file. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { AdminDevice } from '../../shared/wire/admin/device.ts';
import { MAX_SYSTEM_CHARS } from '../../shared/wire/system-name.ts';
import { SLOT_MS } from '../../relay/fleet/heartbeats.ts';
import { KEYS, RelayApp } from '../support/relay-app.ts';

let relay: RelayApp;
beforeEach(async () => {
  relay = await RelayApp.start({ env: { RATE_LIMITS: 'off' } });
});
afterEach(() => relay.stop());

const register = (more: object) =>
  relay.post(
    '/register',
    { device_id: 'd1', computer_name: 'DESK', kind: 'kiosk', version: '1.0.0', ...more },
    KEYS.admin,
  );
const listed = async (): Promise<AdminDevice | undefined> =>
  ((await relay.get('/list', KEYS.admin)).body as { devices: AdminDevice[] }).devices[0];

it('is kept, changes with the next registration, and stays when a client does not say it', async () => {
  await register({});
  expect(await listed()).toMatchObject({ version: '1.0.0', system: null });
  await register({ system: 'Chrome 150 · Windows 11' });
  expect(await listed()).toMatchObject({ system: 'Chrome 150 · Windows 11' });
  await register({ system: 'Chrome 151 · Windows 11' });
  await register({ version: '1.1.0' });
  expect(await listed()).toMatchObject({ version: '1.1.0', system: 'Chrome 151 · Windows 11' });
  const { body } = await relay.get('/device/d1', KEYS.admin);
  expect(body.device.system).toBe('Chrome 151 · Windows 11');
});

it.each([
  'x'.repeat(MAX_SYSTEM_CHARS + 1),
  '=HYPERLINK("https://evil.example")',
  '@SUM(1)',
  '-1+1',
  '<img src=x onerror=alert(1)>',
  'Chrome 150\r\nX-Evil: 1',
  'Chrome \u202e150',
  'a;b',
  '',
  ' Chrome',
])('is a short name and nothing else: %j is refused', async (system) => {
  const { status, body } = await register({ system });
  expect([status, body.code, body.field]).toEqual([400, 'bad_request', 'system']);
  expect(await listed()).toBeUndefined();
});

it('is per cent of the time that is known', async () => {
  await register({});
  await relay.deps.fleet.lookNow();
  await relay.pass(SLOT_MS);
  expect((await listed())?.uptime).toBe(0);
  const { body } = await register({});
  await relay.poll('d1', body.device_token as string);
  await relay.deps.fleet.lookNow();
  await relay.pass(SLOT_MS);
  // One slot of two, and of that a part at least.
  expect((await listed())?.uptime).toBeGreaterThan(10);
  expect((await listed())?.uptime).toBeLessThanOrEqual(50);
});

it('is in the file of all displays, a line each', async () => {
  await register({ system: 'Chrome 150 · Windows 11', com_port: '=1+1' });
  const { headers, text } = await relay.get('/list?format=csv', KEYS.admin);
  expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(headers.get('content-disposition')).toMatch(
    /^attachment; filename="counterqr-displays-\d{4}-\d\d-\d\d\.csv"$/,
  );
  const [head = '', line = '', end] = text.replace('\uFEFF', '').split('\r\n');
  expect(head).toMatch(/^computer_name,device_id,kind,version,system,com_port,.*,uptime,/);
  expect(line).toMatch(/^DESK,d1,kiosk,1\.0\.0,Chrome 150 · Windows 11,'=1\+1,/);
  expect(line.split(',')).toHaveLength(head.split(',').length);
  expect(end).toBe('');
  expect((await relay.get('/list?format=csv', KEYS.app)).status).toBe(403);
});
