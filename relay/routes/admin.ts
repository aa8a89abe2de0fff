/** What the admin page calls. */
import { route, type Route } from './route.ts';
import { listView } from './views.ts';

const ADMIN = ['admin'] as const;

export const adminRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/list',
    access: ADMIN,
    summary: 'All displays with the figures of today.',
    async handle({ deps: { now, store } }) {
      return listView(await store.devices(), now());
    },
  }),
];
