/** Headers that the pages run under. Tests open the real pages under them. */
import helmet from 'koa-helmet';
import type { Middleware } from 'koa';

const SELF = ["'self'"];

export function securityHeaders(): Middleware {
  const headers = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: SELF,
        // zxing compiles WebAssembly.
        scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
        workerSrc: ["'self'", 'blob:'],
        imgSrc: ["'self'", 'data:', 'blob:'],
        styleSrc: SELF,
        connectSrc: SELF,
        frameAncestors: SELF,
        objectSrc: ["'none'"],
        baseUri: SELF,
        formAction: SELF,
      },
    },
    // The site may be reached by plain http on loopback; anyone who serves it by TLS sets this (deploy/nginx.conf).
    strictTransportSecurity: false,
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'sameorigin' },
  });
  return async (ctx, next) => {
    ctx.set('Permissions-Policy', 'serial=(self)');
    await headers(ctx, next);
  };
}
