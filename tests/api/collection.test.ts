/**
 * The collection for Postman: what its script writes, every call of the API, and requests that the relay takes as they
 * stand.
 */
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { allRoutes } from '../../relay/app.ts';
import { collection, collectionFile, type CollectionRequest } from '../../scripts/collection.mjs';
import { KEYS } from '../support/relay-app.ts';
import { relayForThisTest } from '../support/for-this-test.ts';

const shipped = JSON.parse(readFileSync(collectionFile, 'utf8')) as ReturnType<typeof collection>;
const requests = shipped.item.flatMap(({ item }) => item.map(({ request }) => request));

/** As Postman puts a collection's variables into a request. */
const filled = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replace(/\{\{(\w+)\}\}/g, (_all, name: string) => values[name] ?? '');
const pathOf = ({ url }: CollectionRequest): string => `/${url.path.slice(2).join('/')}`;
/** `:name` and `{{name}}` are places for a name alike. */
const shape = (path: string): string => path.replace(/\{\{\w+\}\}|:\w+/g, ':name');

describe('the Postman collection', () => {
  it('is what scripts/collection.mjs makes of the document that the relay serves', async () => {
    const relay = await relayForThisTest();
    const { body } = await relay.get('/openapi.json');
    expect(shipped).toEqual(collection(body as object));
  });

  it('has every call once', () => {
    const calls = requests.map((one) => `${one.method} ${shape(pathOf(one))}`);
    const routes = allRoutes.map(({ method, path }) => `${method.toUpperCase()} ${shape(path)}`);
    expect(calls.sort()).toEqual([...routes, 'GET /openapi.json'].sort());
  });

  it('uses no variable that it does not have', () => {
    const used = [...JSON.stringify(shipped.item).matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name);
    expect(shipped.variable.map(({ key }) => key)).toEqual(expect.arrayContaining(used));
  });

  const withBody = requests.filter(({ body }) => body !== undefined);
  it.each(withBody.map((one) => [`${one.method} ${pathOf(one)}`, one] as const))(
    'has a body for %s that the call takes',
    (_name, one) => {
      const route = allRoutes.find(
        ({ method, path }) => method.toUpperCase() === one.method && shape(path) === shape(pathOf(one)),
      );
      const values = { agent_id: '42', device_id: 'device_PC_0a1b2c', command_id: '1', admin_key: KEYS.admin };
      const body: unknown = JSON.parse(filled(one.body?.raw ?? '', values));
      expect(v.safeParse(route?.body ?? v.never(), body)).toMatchObject({ success: true });
    },
  );

  it('shows a QR and has it paid, as its requests stand', async () => {
    const relay = await relayForThisTest();
    const values: Record<string, string> = {
      ...Object.fromEntries(shipped.variable.map(({ key, value }) => [key, value])),
      relay: relay.url,
      app_key: KEYS.app,
      enrol_key: KEYS.enrol,
      admin_key: KEYS.admin,
      device_id: 'device_MY-PC_0a1b2c',
    };
    const send = async (name: string): Promise<Record<string, unknown>> => {
      const one = requests.find((each) => `${each.method} ${pathOf(each)}` === name);
      if (!one) throw new Error(`The collection has no ${name}.`);
      const { auth, body, method, url } = one;
      const response = await fetch(filled(url.raw, values), {
        method,
        headers: {
          ...(auth.type === 'bearer' ? { authorization: `Bearer ${filled(auth.bearer[0]?.value ?? '', values)}` } : {}),
          ...(body ? { 'content-type': 'application/json' } : {}),
        },
        ...(body ? { body: filled(body.raw, values) } : {}),
      });
      const answer = (await response.json()) as Record<string, unknown>;
      expect([name, response.status, answer['error'] ?? null]).toEqual([name, 200, null]);
      return answer;
    };
    values['device_token'] = String((await send('POST /register'))['device_token']);
    await send('POST /link');
    values['command_id'] = String((await send('POST /qr'))['command_id']);
    expect(await send('GET /poll')).toMatchObject({ has_commands: true });
    await send('POST /status');
    await send('POST /payment');
    expect(await send('GET /command/{{command_id}}')).toMatchObject({ command_id: values['command_id'] });
    expect(await send('GET /list')).toMatchObject({ stats: { total_devices: 1 } });
  });
});
