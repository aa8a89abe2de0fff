/** Calls without credentials: health, and the keys of the demo page. */
import type { Context } from 'koa';
import { ApiError } from '../../shared/wire/errors.ts';
import { credentialOf } from '../auth/auth.ts';
import { iso } from '../core/iso-time.ts';
import { clientAddress } from '../http/client-address.ts';
import { version } from '../version.ts';
import { DemoAnswer, HealthAnswer } from './response-schemas.ts';
import { countFailedAuth, route, type Route } from './route.ts';

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;
const LOCAL_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/** What proxies add to the calls that they pass on. */
const PROXY_HEADERS = /^(x-forwarded-.*|forwarded|via|x-real-ip|x-original-.*)$/;

/** Behind a proxy everybody comes from loopback, and a hostile page could point a name of its own to it. */
function isLocal({ headers, req }: Context): boolean {
  return (
    LOOPBACK.test(req.socket.remoteAddress ?? '') &&
    LOCAL_HOST.test(headers.host ?? '') &&
    !Object.keys(headers).some((name) => PROXY_HEADERS.test(name)) &&
    headers.origin === undefined &&
    ['same-origin', 'none', undefined].includes(headers['sec-fetch-site'])
  );
}

export const openRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/health',
    access: 'open',
    answer: HealthAnswer,
    summary: 'Whether the relay works; 503 when its store takes no writes.',
    async handle({ ctx, deps: { longPolls, notices, now, store } }) {
      const { writable, damage, emptied } = await store.health();
      const known = notices.list(now());
      const trouble = emptied === undefined ? 'store_unavailable' : 'store_emptied';
      const status = longPolls.isStopping ? 'stopping' : writable ? 'online' : trouble;
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
          : { error: emptied ?? 'The relay takes no writes at the moment.', code: 'store_unavailable' }),
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
    summary: 'Keys for the demo page: for the printed address, once, in a browser on the same machine; with DEMO=on.',
    errors: ['unauthorized', 'forbidden'],
    async handle({ ctx, deps: { demoKeys, limits } }) {
      if (!demoKeys) throw new ApiError('forbidden', 'Behind a proxy (TRUST_PROXY) the demo hands out no keys.');
      if (!isLocal(ctx))
        throw new ApiError('forbidden', 'The demo hands out its keys only on the machine that it runs on.');
      await limits.check('stranger', clientAddress(ctx));
      if (!demoKeys.mayHave(credentialOf(ctx.headers) ?? '')) {
        const refusal = new ApiError(
          'unauthorized',
          'Open the demo by the address that the relay printed when it started. It works once, in one browser; a restart prints a new one.',
        );
        await countFailedAuth(refusal, ctx, limits);
        throw refusal;
      }
      return { app_key: demoKeys.app, enrol_key: demoKeys.enrol };
    },
  }),
];
