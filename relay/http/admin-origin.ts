/**
 * ADMIN_ORIGIN: a host of its own for the admin page and its session. A page of another host then finds neither the
 * page, nor a cookie, nor a way to sign in. Without it they share the origin of everything else, and any page of that
 * origin can act as the admin who is signed in.
 */
import type { Middleware } from 'koa';
import { ApiError } from '../../shared/wire/errors.ts';
import type { Config } from '../config.ts';
import { decodedPath } from './decoded-path.ts';

/** What browsers say of a call that a page of the same origin makes, or a person by the address bar. */
const OWN_CALLS: readonly string[] = ['same-origin', 'none', ''];

export function adminOrigin({ adminOrigin: origin, basePath }: Pick<Config, 'adminOrigin' | 'basePath'>): Middleware {
  if (origin === undefined) return (_ctx, next) => next();
  const { host } = new URL(origin);
  const page = `${basePath}/admin`;
  const sessions = `${basePath}/api/device/admin/`;
  const others = ['kiosk', 'demo', 'sdk'].map((name) => `${basePath}/${name}`);
  const isAt = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);
  return async (ctx, next) => {
    const path = decodedPath(ctx.path).toLowerCase();
    if (ctx.get('Host').toLowerCase() === host) {
      if (others.some((folder) => isAt(path, folder.toLowerCase())))
        throw new ApiError('unknown_route', `${origin} serves the admin page only.`);
      // Hosts of one domain are one site: its pages send the cookie along, although they may not read the answer.
      if (!OWN_CALLS.includes(ctx.get('Sec-Fetch-Site'))) delete ctx.req.headers.cookie;
      await next();
      return;
    }
    if (isAt(path, page.toLowerCase())) {
      ctx.redirect(`${origin}${page}/`);
      return;
    }
    if (path.startsWith(sessions.toLowerCase()))
      throw new ApiError('forbidden', `Sign in at ${origin}${page}/, the host of the admin page.`);
    // A session that was opened here before ADMIN_ORIGIN was set.
    delete ctx.req.headers.cookie;
    await next();
  };
}
