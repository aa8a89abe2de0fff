/** Calls without credentials: health, and the keys of the demo page. */
import { ApiError } from '../../shared/wire/errors.ts';
import { iso } from '../core/iso-time.ts';
import { version } from '../version.ts';
import { DemoAnswer, HealthAnswer } from './response-schemas.ts';
import { route, type Route } from './route.ts';

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;
const LOCAL_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

export const openRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/health',
    access: 'open',
    answer: HealthAnswer,
    summary: 'Whether the relay works; 503 when its store takes no writes.',
    async handle({ ctx, deps: { longPolls, notices, now, store } }) {
      const { writable, damage } = await store.health();
      const known = notices.list(now());
      const status = longPolls.isStopping ? 'stopping' : writable ? 'online' : 'store_unavailable';
      if (status !== 'online') ctx.status = 503;
      return {
        status,
        service: 'counterqr',
        version,
        timestamp: iso(now()),
        ...(damage.length === 0 ? {} : { damaged_files: damage.map((file) => file.split('/').slice(-2).join('/')) }),
        ...(known.length === 0 ? {} : { notices: known }),
        ...(status === 'online'
          ? {}
          : { error: 'The relay takes no writes at the moment.', code: 'store_unavailable' }),
      };
    },
  }),
];

export const demoRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/demo',
    access: 'open',
    answer: DemoAnswer,
    summary: 'Keys for the demo page; only with DEMO=on, and only for a browser on the same machine.',
    errors: ['forbidden'],
    async handle({ ctx, deps: { demoKeys } }) {
      const { headers } = ctx;
      // Behind a proxy everybody comes from loopback, and a hostile page could point a name of its own to it.
      const isLocal =
        LOOPBACK.test(ctx.req.socket.remoteAddress ?? '') &&
        LOCAL_HOST.test(headers.host ?? '') &&
        headers['x-forwarded-for'] === undefined &&
        headers.forwarded === undefined &&
        headers.origin === undefined &&
        ['same-origin', 'none', undefined].includes(headers['sec-fetch-site']);
      if (!isLocal) throw new ApiError('forbidden', 'The demo hands out its keys only on the machine that it runs on.');
      return { app_key: demoKeys.app, enrol_key: demoKeys.enrol };
    },
  }),
];
