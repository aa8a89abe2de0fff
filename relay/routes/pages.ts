/** The built pages, as files. */
import { existsSync } from 'node:fs';
import type { Middleware } from 'koa';
import sirv from 'sirv';
import type { Config } from '../config.ts';
import { decodedPath } from '../http/decoded-path.ts';

const PAGES = ['/kiosk', '/admin', '/demo'];

export function pages({ basePath, demo }: Pick<Config, 'basePath' | 'demo'>, dir: string): Middleware {
  const serve = existsSync(dir)
    ? sirv(dir, {
        etag: true,
        setHeaders: (res, path) => {
          // Vite puts a hash into the names below /assets; everything else must be asked for again.
          res.setHeader(
            'Cache-Control',
            path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
          );
        },
      })
    : undefined;
  return async (ctx, next): Promise<void> => {
    if ((ctx.method !== 'GET' && ctx.method !== 'HEAD') || !ctx.path.startsWith(basePath)) {
      await next();
      return;
    }
    const path = decodedPath(ctx.path.slice(basePath.length));
    if (path === '' || path === '/') {
      ctx.redirect(`${basePath}${demo ? '/demo/' : '/kiosk/'}`);
      return;
    }
    if (!demo && (path === '/demo' || path.startsWith('/demo/'))) {
      await next();
      return;
    }
    // Relative addresses in a page need the slash; its query (?name=) goes along, its fragment stays with the browser.
    if (PAGES.includes(path)) {
      ctx.redirect(`${basePath}${path}/${ctx.search}`);
      return;
    }
    if (!serve) {
      await next();
      return;
    }
    const { req, res } = ctx;
    const url = req.url;
    req.url = (url ?? '').slice(basePath.length);
    const isServed = await new Promise<boolean>((resolve) => {
      res.once('close', () => resolve(true));
      res.statusCode = 200;
      serve(req, res, () => resolve(false));
    });
    req.url = url;
    if (isServed) {
      ctx.respond = false;
      return;
    }
    res.statusCode = 404;
    {
      await next();
      return;
    }
  };
}
