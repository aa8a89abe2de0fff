/** The package brings no types; this is what we use of it. */
declare module '@koa/cors' {
  import type { Context, Middleware } from 'koa';
  interface Options {
    readonly origin?: (ctx: Context) => string;
    readonly allowHeaders?: readonly string[];
    readonly allowMethods?: readonly string[];
    readonly exposeHeaders?: readonly string[];
    readonly maxAge?: number;
  }
  export default function cors(options: Options): Middleware;
}
