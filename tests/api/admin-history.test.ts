/** What has ended, for admins: as JSON, by the day, as a file. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AdminDays, AdminHistory } from '../../shared/wire/admin/history.ts';
import { eventually } from '../support/wait.ts';
import { KEYS, RelayApp } from '../support/relay-app.ts';

let relay: RelayApp;
beforeEach(async () => {
  relay = await RelayApp.start();
});
afterEach(() => relay.stop());

describe('history', () => {
  /** Only the web app knows of payments, so a QR that is not `paid` goes by its time. */
  async function shown(
    agentId: string,
    deviceId: string,
    token: string,
    more: object,
    end: 'paid' | 'timeout' = 'timeout',
  ): Promise<string> {
    const command = await relay.qr(agentId, more);
    await relay.poll(deviceId, token);
    await relay.report(deviceId, token, command, 'success');
    if (end === 'timeout') {
      await relay.report(deviceId, token, command, 'cleared', { reason: 'timeout' });
      return command;
    }
    await relay.post('/payment', { command_id: command, status: 'paid' }, KEYS.app);
    for (const { command_id } of await relay.poll(deviceId, token))
      await relay.report(deviceId, token, command_id, 'success');
    return command;
  }

  it('as JSON: newest first, with a filter and an end', async () => {
    const [one, two] = [await relay.counter('7', 'd1'), await relay.counter('8', 'd2')];
    const first = await shown('7', 'd1', one, { policy_number: 'P1' });
    const second = await shown('8', 'd2', two, {});
    const third = await shown('7', 'd1', one, {});
    const all = v.parse(AdminHistory, (await relay.admin('GET', '/history')).body);
    expect(all.commands.map(({ command_id }) => command_id)).toEqual([third, second, first]);
    expect(all.more).toBe(false);
    const page = v.parse(AdminHistory, (await relay.admin('GET', '/history?limit=2')).body);
    expect([page.commands.length, page.more]).toEqual([2, true]);
    const theirs = v.parse(AdminHistory, (await relay.admin('GET', '/history?agent_id=8')).body);
    expect(theirs.commands.map(({ command_id }) => command_id)).toEqual([second]);
    expect((await relay.admin('GET', '/history?from=yesterday')).body.code).toBe('bad_request');
    const later = new Date(Date.now() + 48 * 3_600_000).toISOString();
    expect((await relay.admin('GET', `/history?from=${later}`)).body.commands).toEqual([]);
  });

  it('is searched and read page by page, also as a file', async () => {
    const [one, two] = [await relay.counter('7', 'd1'), await relay.counter('8', 'd2')];
    const paid = await shown('7', 'd1', one, { reference: 'INV-77', amount: '1250.00', currency: 'MUR' }, 'paid');
    const timeout = await shown('8', 'd2', two, { policy_number: 'POL-8' });
    const cancelled = await relay.qr('8', {});
    await relay.post(`/command/${cancelled}/cancel`, {}, KEYS.app);
    const find = async (query: string): Promise<string[]> => {
      const { commands } = v.parse(AdminHistory, (await relay.admin('GET', `/history?${query}`)).body);
      return commands.map(({ command_id }) => command_id);
    };
    expect(await find('type=display_qr')).toEqual([cancelled, timeout, paid]);
    expect(await find('search=inv-77%20mur')).toEqual([paid]);
    expect(await find('search=D2%20pol')).toEqual([timeout]);
    expect(await find(`search=${cancelled}`)).toEqual([cancelled]);
    expect(await find('end=paid')).toEqual([paid]);
    expect(await find('end=not_paid&type=display_qr')).toEqual([timeout]);
    expect(await find('end=cancelled&agent_id=8')).toEqual([cancelled]);
    expect(await find(`type=display_qr&limit=1&before=${cancelled}`)).toEqual([timeout]);
    expect(await find(`type=display_qr&before=${paid}`)).toEqual([]);
    const { text } = await relay.admin('GET', '/history?format=csv&search=pol-8');
    expect(text.trim().split('\r\n').slice(1)).toEqual([expect.stringContaining(timeout)]);
    expect((await relay.admin('GET', '/history?end=lost')).body.code).toBe('bad_request');
  });

  it('per agent and day', async () => {
    const [one, two] = [await relay.counter('7', 'd1'), await relay.counter('8', 'd2')];
    for (let round = 0; round < 3; round++) await shown('7', 'd1', one, {}, 'paid');
    await shown('8', 'd2', two, {}, 'paid');
    await shown('8', 'd2', two, {});
    await relay.qr('8', { expires_in: 1 });
    await relay.pass(2_000);
    await relay.pass(24 * 3_600_000);
    await relay.post('/link', { agent_id: '8', device_id: 'd2' }, KEYS.app);
    await shown('8', 'd2', two, {}, 'paid');
    const { rows } = v.parse(AdminDays, (await relay.admin('GET', '/history/days')).body);
    const [yesterday, today] = [rows.at(-1)?.day, rows[0].day];
    expect(Date.parse(today) - Date.parse(yesterday ?? '')).toBe(24 * 3_600_000);
    expect(rows.map((row) => [row.day, row.agent_id, row.qr, row.shown, row.paid, row.not_paid, row.expired])).toEqual([
      [today, '8', 1, 1, 1, 0, 0],
      [yesterday, '7', 3, 3, 3, 0, 0],
      [yesterday, '8', 3, 2, 1, 1, 1],
    ]);
    // Ids are trimmed in filters as in bodies.
    const padded = await relay.admin('GET', `/history?agent_id=${encodeURIComponent(' 8 ')}&device_id=d2%20`);
    expect(new Set((padded.body.commands as { agent_id: string }[]).map(({ agent_id }) => agent_id))).toEqual(
      new Set(['8']),
    );
    expect((await relay.admin('GET', '/device/d1%20%20')).body.device.device_id).toBe('d1');
    for (const row of rows) {
      const { qr, paid, paid_reported, not_paid, replaced, failed, expired, superseded, cancelled } = row;
      expect(paid + paid_reported + not_paid + replaced + failed + expired + superseded + cancelled).toBe(qr);
    }
    const oneDay = await relay.admin('GET', `/history/days?from=${today}&to=${today}`);
    expect(oneDay.body.rows).toHaveLength(1);
  });

  it('as a file that a spreadsheet takes for text, not for formulas', async () => {
    const token = await relay.counter('=1+1', 'd1');
    await shown('=1+1', 'd1', token, { policy_number: 'a"b,c', reference: '@x' }, 'paid');
    const { headers, text } = await relay.admin('GET', '/history?format=csv');
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename="counterqr-history-[0-9-]+\.csv"$/);
    const [head, ...rows] = text.split('\r\n');
    const row = rows.find((line) => line.includes(',display_qr,'));
    const end = rows.at(-1);
    expect(head).toMatch(/^command_id,type,/);
    expect(row).toContain(`,'=1+1,"a""b,c",'@x,`);
    expect(end).toBe('');
    const days = await relay.admin('GET', '/history/days?format=csv');
    expect(days.text.split('\r\n')[1]).toMatch(/^\d{4}-\d\d-\d\d,'=1\+1,1,1,1,0,0,0,0,0,0,0,\d+,\d+$/);
    const audit = await relay.admin('GET', '/audit?format=csv');
    expect(audit.text.split('\r\n')[1]).toMatch(/,linked,d1,'=1\+1,app,device$/);
  });

  it('ends with HISTORY_DAYS', async () => {
    const token = await relay.counter('7', 'd1');
    await shown('7', 'd1', token, {});
    const files = () => readdir(join(relay.deps.config.dataDir, 'history'));
    // Ends lie in the journal until there are many, or until the next snapshot.
    await relay.pass(11 * 60_000);
    await eventually(async () => expect(await files()).toEqual(['000000000001.index', '000000000001.lines']));
    const before = await files();
    await relay.pass(9 * 24 * 3_600_000);
    expect((await relay.admin('GET', '/history')).body.commands).toEqual([]);
    await eventually(async () => expect((await files()).filter((name) => before.includes(name))).toEqual([]));
  });
});
