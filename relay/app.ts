/** The relay as one function from request to answer; main.ts gives it a port, tests give it a request. */
import cors from '@koa/cors';
import Router from '@koa/router';
import Koa from 'koa';
import * as v from 'valibot';
import { ApiError } from '../shared/wire/errors.ts';
import { acceptAbsoluteForm } from './http/absolute-form.ts';
import { adminOrigin } from './http/admin-origin.ts';
import { answerError, requestIdOf } from './http/error-response.ts';
import { securityHeaders } from './http/security.ts';
import { adminActionRoutes } from './admin/actions.ts';
import { adminFleetRoutes } from './admin/fleet.ts';
import { adminHistoryRoutes } from './admin/history.ts';
import { adminQrRoutes } from './admin/qr-story.ts';
import { adminSessionRoutes } from './admin/sign-in.ts';
import { adminStoreRoutes } from './admin/store.ts';
import { deviceRoutes } from './routes/device/register-and-report.ts';
import { enrolmentRoutes } from './admin/enrolment.ts';
import { metricsRoutes } from './routes/metrics.ts';
import { demoRoutes, openRoutes } from './routes/health-and-demo.ts';
import { pages } from './routes/pages.ts';
import { pollFirst, pollRoute, wakeOnChange } from './routes/device/poll.ts';
import { openApi } from './routes/openapi.ts';
import { mount, route, type Deps, type Route } from './routes/route.ts';
import { updateRoutes } from './updates/routes.ts';
import { webAppRoutes } from './routes/web-app.ts';

export const allRoutes: readonly Route[] = [
  pollRoute(),
  ...deviceRoutes,
  ...webAppRoutes,
  ...openRoutes,
  ...updateRoutes,
  ...metricsRoutes,
  ...enrolmentRoutes,
  ...adminSessionRoutes,
  ...adminFleetRoutes,
  ...adminActionRoutes,
  ...adminHistoryRoutes,
  ...adminQrRoutes,
  ...adminStoreRoutes,
  ...demoRoutes,
];

export function createApp(deps: Deps, pagesDir: string): Koa {
  const { config, log } = deps;
  wakeOnChange(deps);
  const api = new Router({ prefix: `${config.basePath}/api/device` });
  const routes = config.demo ? allRoutes : allRoutes.filter((one) => !demoRoutes.includes(one));
  mount(api, [...routes, describing(routes, config.basePath)], deps);
  const refuse = (code: 'method_not_allowed') => () =>
    new ApiError(code, 'This call does not exist with this method; see docs/api.md.');

  const app = new Koa({ proxy: config.proxies > 0, maxIpsCount: config.proxies });
  app.use(acceptAbsoluteForm(log));
  app.use(pollFirst(deps));
  app.use(withProblems(deps));
  app.use(adminOrigin(config));
  app.use(securityHeaders());
  app.use(
    cors({
      origin: (ctx) => (config.allowedOrigins.includes(ctx.get('Origin')) ? ctx.get('Origin') : ''),
      allowHeaders: ['Authorization', 'Content-Type', 'Idempotency-Key', 'X-API-Key'],
      allowMethods: ['GET', 'POST', 'DELETE'],
      exposeHeaders: ['Retry-After', 'X-Request-Id'],
      maxAge: 600,
    }),
  );
  // Around the routes, so that the router can tell a wrong method from a wrong path first.
  app.use(async (ctx, next) => {
    await next();
    if (ctx.respond !== false && ctx.status === 404 && ctx.body === undefined)
      throw new ApiError('unknown_route', `There is nothing at ${ctx.path}; see docs/api.md.`);
  });
  app.use(api.routes());
  app.use(
    api.allowedMethods({
      throw: true,
      methodNotAllowed: refuse('method_not_allowed'),
      notImplemented: refuse('method_not_allowed'),
    }),
  );
  app.use(pages(config, pagesDir));
  // Only connections that break while an answer is on its way end here.
  app.on('error', (error: unknown) => log.debug({ err: error }, 'connection broke'));
  return app;
}

/** The API in OpenAPI, for generators of clients and for tests. */
export function describing(routes: readonly Route[], basePath: string): Route {
  const description = route({
    method: 'get',
    path: '/openapi.json',
    access: 'open',
    summary: 'This API in OpenAPI 3.1.',
    answer: v.looseObject({ openapi: v.string(), paths: v.record(v.string(), v.unknown()) }),
    handle({ ctx }) {
      ctx.type = 'json';
      ctx.body = document();
      return Promise.resolve(undefined);
    },
  });
  // As text: anybody may ask for it as often as they like, and writing 150 KB of JSON each time would cost others.
  let made: string | undefined;
  const document = (): string => (made ??= JSON.stringify(openApi([...routes, description], basePath)));
  return description;
}

/**
 * Every answer has a request id; every call that is not a poll leaves a line in the log, without query, body or
 * credentials.
 */
function withProblems({ log, metrics, passed }: Deps): Koa.Middleware {
  return async (ctx, next) => {
    const started = passed();
    ctx.set('X-Request-Id', requestIdOf(ctx));
    if (ctx.path.includes('/api/')) ctx.set('Cache-Control', 'no-store');
    try {
      await next();
    } catch (error) {
      metrics.refused(answerError(ctx, error, log));
    }
    const line = {
      requestId: requestIdOf(ctx),
      method: ctx.method,
      path: ctx.path,
      status: ctx.status,
      tookMs: Math.round(passed() - started),
    };
    metrics.request(ctx.method, ctx.status);
    if (ctx.status >= 500) log.warn(line, 'answered');
    else if (ctx.method === 'GET') log.debug(line, 'answered');
    else log.info(line, 'answered');
  };
}
