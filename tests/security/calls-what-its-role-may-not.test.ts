/**
 * One who has a key tries every call there is: each route of the table with each credential, so that a new route is
 * tried as soon as it is in the table.
 */
import { beforeAll, expect, it } from 'vitest';
import { allRoutes } from '../../relay/app.ts';
import type { Route } from '../../relay/routes/route.ts';
import { openCounter, type Counter } from '../support/security/agent.ts';
import { onBothStores } from '../support/security/both-stores.ts';
import { callOf, type CallToMake } from '../support/security/each-call.ts';
import { KEYS, type RelayApp } from '../support/relay-app.ts';

/** What needs no credential at all, or looks at it by itself; one more is a decision, and stands here then. */
const OPEN: Readonly<Record<string, 'anybody' | 'looks itself'>> = {
  'get /health': 'anybody',
  'post /enrol': 'anybody',
  'get /enrol/:request_id': 'anybody',
  'post /register': 'looks itself',
  'post /admin/login': 'looks itself',
  'get /admin/session': 'looks itself',
  'get /demo': 'looks itself',
};
const nameOf = ({ method, path }: Route): string => `${method} ${path}`;
const REFUSED = [401, 403];

type Headers = Readonly<Record<string, string>>;
interface Credentials {
  readonly nobody: Headers;
  readonly app: Headers;
  readonly enrol: Headers;
  readonly admin: Headers;
  readonly agent: Headers;
  readonly device: Headers;
  readonly 'another display': Headers;
}
const bearer = (token: string): Headers => ({ authorization: `Bearer ${token}` });

/** The status only: some answers are streams without an end. */
async function statusOf(relay: RelayApp, { method, path, body }: CallToMake, headers: Headers): Promise<number> {
  const response = await fetch(`${relay.url}/api/device${path}`, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body }),
  });
  await response.body?.cancel();
  return response.status;
}

onBothStores(
  'calls what its role may not',
  (relay) => {
    let own: Counter;
    let credentials: Credentials;
    beforeAll(async () => {
      own = await openCounter(relay());
      const other = await openCounter(relay());
      credentials = {
        nobody: {},
        app: bearer(KEYS.app),
        enrol: bearer(KEYS.enrol),
        admin: bearer(KEYS.admin),
        agent: bearer(own.token),
        device: bearer(own.deviceToken),
        'another display': bearer(other.deviceToken),
      };
    });

    const known = () => ({ device_id: own.deviceId, agent_id: own.agentId, version: '1.0.0' });

    it('open calls are these', () => {
      expect(
        allRoutes
          .filter(({ access }) => access === 'open')
          .map(nameOf)
          .sort(),
      ).toEqual(Object.keys(OPEN).sort());
    });

    it.each(allRoutes.map((route) => [nameOf(route), route] as const))('%s', async (name, route) => {
      const { access } = route;
      const call = callOf(route, known());
      if (OPEN[name] === 'looks itself') {
        // What a registration lets in: `takes-a-computers-name.test.ts`.
        expect(REFUSED).toContain(await statusOf(relay(), call, {}));
        return;
      }
      const refused = Object.fromEntries(
        await Promise.all(
          Object.entries(credentials).map(async ([who, headers]: [string, Headers]) => [
            who,
            REFUSED.includes(await statusOf(relay(), call, headers)),
          ]),
        ),
      ) as Record<keyof Credentials, boolean>;
      const all = Object.keys(credentials) as (keyof Credentials)[];
      const may = (who: keyof Credentials): boolean => {
        if (access === 'open') return true;
        if (access === 'device') return who === 'device';
        return (access as readonly string[]).includes(who) && who !== 'device';
      };
      expect(refused).toEqual(Object.fromEntries(all.map((who) => [who, !may(who)])));
    });

    it.each(allRoutes.filter(({ access }) => access !== 'open').map((route) => [nameOf(route), route] as const))(
      '%s, however its path and method are written',
      async (_name, route) => {
        const { method, path, body } = callOf(route, known());
        const [way = '', query = ''] = path.split('?');
        const search = query === '' ? '' : `?${query}`;
        const ways = [
          ...[`${way}/`, way.toUpperCase(), `/${way}`, `/.${way}`, `${way}%2f`, `${way};x=1`, `${way}%00`],
          way.replace(/[a-z]/, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
        ];
        for (const other of ways)
          expect([other, await statusOf(relay(), { method, path: other + search, body }, {})]).toEqual([
            other,
            expect.toSatisfy((status: number) => [400, 401, 403, 404, 405].includes(status)),
          ]);
        const head = await statusOf(relay(), { method: 'HEAD', path, body: undefined }, {});
        expect([401, 404, 405]).toContain(head);
        // Names of other methods that some frameworks obey.
        const override = { 'x-http-method-override': method, 'x-http-method': method };
        const asPost = await statusOf(relay(), { method: 'POST', path, body: body ?? '{}' }, override);
        expect([400, 401, 403, 404, 405]).toContain(asPost);
      },
    );

    it('an admin’s session changes nothing without its token, at any call', async () => {
      const login = await relay().post('/admin/login', { key: KEYS.admin });
      const cookie = (login.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
      const changing = allRoutes.filter(
        ({ access, method }) => method !== 'get' && Array.isArray(access) && access.includes('admin'),
      );
      expect(changing.length).toBeGreaterThan(10);
      for (const route of changing) {
        const call = callOf(route, known());
        for (const token of [{}, { 'x-csrf-token': '' }, { 'x-csrf-token': 'x'.repeat(43) }] as Headers[])
          expect([nameOf(route), await statusOf(relay(), call, { cookie, ...token })]).toEqual([nameOf(route), 403]);
      }
      expect(await statusOf(relay(), { method: 'GET', path: '/list', body: undefined }, { cookie })).toBe(200);
    });
  },
  { RATE_LIMITS: 'off' },
);
