/** Spaces around an id, left by a form or a spreadsheet, or put there to be somebody else: they are not part of it. */
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { allRoutes } from '../../relay/app.ts';
import type { AdminList } from '../../shared/wire/admin/fleet.ts';
import { openCounter, postAs } from '../support/security/agent.ts';
import { onBothStores } from '../support/security/both-stores.ts';
import { KEYS } from '../support/relay-app.ts';

const IDS = ['agent_id', 'device_id', 'command_id'];
const PADDINGS = [
  [' ', ' '],
  ['', '   '],
  ['  ', ''],
] as const;

const idFields = allRoutes.flatMap(({ method, path, body, query }) =>
  [body, query].flatMap((schema) => {
    const { entries = {} } = (schema ?? {}) as { readonly entries?: Readonly<Record<string, v.GenericSchema>> };
    return IDS.flatMap((field) =>
      entries[field] ? [{ call: `${method.toUpperCase()} ${path}`, field, schema: entries[field] }] : [],
    );
  }),
);

describe('pads ids with spaces', () => {
  it.each(idFields)('$call reads $field without them', ({ schema }) => {
    expect(PADDINGS.map(([before, after]) => v.parse(schema, `${before}d 1${after}`))).toEqual(['d 1', 'd 1', 'd 1']);
  });
});

onBothStores('pads ids with spaces', (relay) => {
  it.each(PADDINGS)('%j before and %j after: the same agent, display and command as without', async (before, after) => {
    const padded = (id: string): string => `${before}${id}${after}`;
    /** In a path or query. */
    const inUrl = (id: string): string => encodeURIComponent(padded(id));
    const counter = await openCounter(relay());
    const { agentId, deviceId, deviceToken, token } = counter;
    const [agent_id, device_id] = [padded(agentId), padded(deviceId)];
    const must = async (method: string, path: string, key: string, body?: object): Promise<Record<string, unknown>> => {
      const answer = await relay().call(method, path, { key, body });
      expect(answer.status, `${method} ${path}: ${answer.text}`).toBe(200);
      return answer.body as Record<string, unknown>;
    };
    const showing = { device_id: deviceId };

    // The display, by itself: it stays one, and its token is its own.
    const again = { device_id, computer_name: deviceId, kind: 'kiosk', device_token: deviceToken };
    expect(await must('POST', '/register', KEYS.enrol, again)).toMatchObject(showing);
    const { devices } = (await relay().admin('GET', '/list')).body as AdminList;
    expect(devices.filter((one) => one.device_id.includes(deviceId)).map((one) => one.device_id)).toEqual([deviceId]);
    const system = 'version=0.1.0&platform=win32-x64';
    expect(await must('GET', `/update?device_id=${inUrl(deviceId)}&${system}`, deviceToken)).toEqual({ update: false });
    expect(await must('GET', `/linked?device_id=${inUrl(deviceId)}`, deviceToken)).toMatchObject({
      agent: { name: agentId },
    });
    const { pairing_code } = await must('POST', '/pairing', deviceToken, { device_id });

    // The agent, with a token of its own: padded, it is the one that the token speaks for.
    expect(await must('POST', '/link', token, { agent_id, pairing_code })).toMatchObject(showing);
    expect(await must('POST', '/link', token, { agent_id, device_id })).toMatchObject(showing);
    expect(await must('GET', `/link?agent_id=${inUrl(agentId)}`, token)).toMatchObject(showing);
    const once = { qr_text: 'pay', idempotency_key: `once-${agentId}` };
    const { command_id: commandId } = await must('POST', '/qr', token, { agent_id, ...once });
    expect(await must('POST', '/qr', token, { agent_id: agentId, ...once })).toMatchObject({ command_id: commandId });
    const id = commandId as string;

    const poll = await must('GET', `/poll?device_id=${inUrl(deviceId)}`, deviceToken);
    expect(poll).toMatchObject({ commands: [{ command_id: id }] });
    await must('POST', '/status', deviceToken, { device_id, command_id: padded(id), status: 'success' });
    for (const key of [token, KEYS.app, KEYS.admin])
      expect(await must('GET', `/command/${inUrl(id)}`, key)).toMatchObject({ command_id: id, state: 'displayed' });
    expect(await must('GET', `/qr/${inUrl(id)}`, KEYS.admin)).toMatchObject({ command: { command_id: id } });
    expect(await must('POST', '/rotation/start', token, { command_id: padded(id) })).toMatchObject(showing);
    expect(await must('POST', '/rotation/start', token, { agent_id })).toMatchObject(showing);
    expect(await must('POST', '/rotation/start', KEYS.app, { device_id })).toMatchObject(showing);

    const { body } = await postAs(relay(), counter);
    const cancelled = await must('POST', `/command/${inUrl(body.command_id as string)}/cancel`, token);
    expect(cancelled).toMatchObject({ command_id: body.command_id, state: 'cancelled' });
    expect(await must('POST', '/qr', KEYS.app, { device_id, qr_text: 'pay' })).toMatchObject(showing);

    // The admin, by the display's path.
    const page = `/device/${inUrl(deviceId)}`;
    expect(await must('GET', page, KEYS.admin)).toMatchObject({ device: showing });
    for (const action of ['test', 'identify', 'check', 'release'])
      expect([action, await must('POST', `${page}/${action}`, KEYS.admin)]).toMatchObject([action, showing]);
    await must('POST', `${page}/message`, KEYS.admin, { text: 'Back soon' });
    const renamed = await must('POST', `${page}/rename`, KEYS.admin, { computer_name: `${deviceId}-new` });
    expect(renamed).toMatchObject({ device: { ...showing, computer_name: `${deviceId}-new` } });
    await must('POST', `${page}/settings`, KEYS.admin, {});
    expect(await must('POST', '/unlink', token, { agent_id })).toMatchObject(showing);
    for (const action of ['unlink', 'revoke', 'allow_reenrol'])
      expect([action, await must('POST', `${page}/${action}`, KEYS.admin)]).toMatchObject([
        action,
        { device: showing },
      ]);
    expect(await must('DELETE', page, KEYS.admin)).toMatchObject(showing);
    expect((await relay().admin('GET', `/device/${deviceId}`)).status).toBe(404);
  });
});
