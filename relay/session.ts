/**
 * The admin page's session: an HttpOnly cookie that only this site sends, signed with what follows from the admin keys, so that every
 * relay with the same keys knows it and a rotated key ends it. Calls that change something also carry a token that another site cannot read.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Context } from 'koa';
import { ApiError } from '../shared/errors.ts';
import { sha256, type Caller } from './auth.ts';
import type { Config } from './config.ts';

const COOKIE = 'counterqr_admin';
/** A working day. The cookie itself is gone with the browser. */
const SESSION_MS = 12 * 3_600_000;
export const CSRF_HEADER = 'X-CSRF-Token';

export interface OpenSession {
  readonly csrf: string;
  readonly expiresAt: number;
}

export class Session {
  private readonly secret: string;
  /** Signed out before their time, with that time. */
  private readonly ended = new Map<string, number>();

  constructor(
    adminKeys: readonly string[],
    private readonly config: Pick<Config, 'basePath'>,
    private readonly now: () => number,
  ) {
    this.secret = sha256(`session:${adminKeys.join(',')}`);
  }

  private sign(text: string): string {
    return createHmac('sha256', this.secret).update(text).digest('base64url');
  }

  /** Sets the cookie. */
  open(ctx: Context): OpenSession {
    const expiresAt = this.now() + SESSION_MS;
    const body = `${expiresAt}.${randomBytes(12).toString('base64url')}`;
    this.setCookie(ctx, `${body}.${this.sign(body)}`);
    return { csrf: this.csrfOf(body), expiresAt };
  }

  close(ctx: Context): void {
    const body = this.bodyOf(ctx);
    for (const [other, expiresAt] of this.ended) if (expiresAt <= this.now()) this.ended.delete(other);
    if (body !== undefined) this.ended.set(body, Number.parseInt(body, 10));
    this.setCookie(ctx, null);
  }

  private setCookie(ctx: Context, value: string | null): void {
    ctx.cookies.set(COOKIE, value, {
      httpOnly: true,
      sameSite: 'strict',
      secure: ctx.secure,
      path: `${this.config.basePath}/api/device`,
      overwrite: true,
    });
  }

  private csrfOf = (body: string): string => this.sign(`csrf:${body}`);

  private bodyOf(ctx: Context): string | undefined {
    const value = ctx.cookies.get(COOKIE);
    const at = value?.lastIndexOf('.') ?? -1;
    if (value === undefined || at < 0) return undefined;
    const body = value.slice(0, at);
    if (!isSame(value.slice(at + 1), this.sign(body))) return undefined;
    return Number.parseInt(body, 10) > this.now() && !this.ended.has(body) ? body : undefined;
  }

  /** A living session, so that a reloaded page goes on. */
  current(ctx: Context): OpenSession | undefined {
    const body = this.bodyOf(ctx);
    return body === undefined ? undefined : { csrf: this.csrfOf(body), expiresAt: Number.parseInt(body, 10) };
  }

  callerOf(ctx: Context, method: string): Caller | undefined {
    const body = this.bodyOf(ctx);
    if (body === undefined) return undefined;
    if (method !== 'get' && !isSame(ctx.get(CSRF_HEADER), this.csrfOf(body)))
      throw new ApiError('forbidden', `Send the session's token in the header ${CSRF_HEADER}.`);
    return { role: 'admin', agentId: undefined, id: 'admin session' };
  }
}

function isSame(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(sha256(one)), Buffer.from(sha256(other)));
}
