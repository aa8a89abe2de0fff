/** An address may come whole (`GET http://host/path`, as proxies are asked); from here on it begins with its path. */
import type { Middleware } from 'koa';
import type { Logger } from 'pino';
import { ApiError } from '../../shared/wire/errors.ts';
import { answerError } from './error-response.ts';

export function acceptAbsoluteForm(log: Logger): Middleware {
  return (ctx, next) => {
    const { url = '' } = ctx.req;
    if (url.startsWith('/')) return next();
    // Koa reads the path of `http://[` in a way that throws, and would call that the relay's mistake.
    if (!URL.canParse(url)) {
      answerError(ctx, new ApiError('bad_request', 'The address of this call cannot be read.'), log);
      return Promise.resolve();
    }
    const { pathname, search } = new URL(url);
    ctx.req.url = `${pathname.startsWith('/') ? '' : '/'}${pathname}${search}`;
    return next();
  };
}
