/**
 * The admin page's session: an HttpOnly cookie that only this site sends, signed with what follows from the admin keys, so that every
 * relay with the same keys knows it and a rotated key ends it. That one was signed out, the store knows. Calls that change something also carry a token that another site cannot read.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Context } from 'koa';
import { ApiError } from '../../shared/wire/errors.ts';
import { sha256, type Caller } from './auth.ts';
import type { Config } from '../config.ts';
import type { Store } from '../store/store.ts';

const COOKIE = 'counterqr_admin';
/** A working day. The cookie itself is gone with the browser. */
const SESSION_MS = 12 * 3_600_000;
export const CSRF_HEADER = 'X-CSRF-Token';

export interface OpenSession {
  readonly csrf: string;
  readonly expiresAt: number;
}

export class AdminSession {
  private readonly secret: string;

  constructor(
    adminKeys: readonly string[],
    private readonly config: Pick<Config, 'basePath'>,
    private readonly store: Pick<Store, 'signOut' | 'isSignedOut'>,
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

  async close(ctx: Context): Promise<void> {
    const body = await this.bodyOf(ctx);
    if (body !== undefined) await this.store.signOut(sha256(body), Number.parseInt(body, 10));
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

  private async bodyOf(ctx: Context): Promise<string | undefined> {
    const value = ctx.cookies.get(COOKIE);
    const at = value?.lastIndexOf('.') ?? -1;
    if (value === undefined || at < 0) return undefined;
    const body = value.slice(0, at);
    if (!isSame(value.slice(at + 1), this.sign(body))) return undefined;
    if (Number.parseInt(body, 10) <= this.now()) return undefined;
    return (await this.store.isSignedOut(sha256(body))) ? undefined : body;
  }

  /** A living session, so that a reloaded page goes on. */
  async current(ctx: Context): Promise<OpenSession | undefined> {
    const body = await this.bodyOf(ctx);
    return body === undefined ? undefined : { csrf: this.csrfOf(body), expiresAt: Number.parseInt(body, 10) };
  }

  async callerOf(ctx: Context, method: string): Promise<Caller | undefined> {
    const body = await this.bodyOf(ctx);
    if (body === undefined) return undefined;
    if (method !== 'get' && !isSame(ctx.get(CSRF_HEADER), this.csrfOf(body)))
      throw new ApiError('forbidden', `Send the session's token in the header ${CSRF_HEADER}.`);
    return { role: 'admin', agentId: undefined, id: 'admin session' };
  }
}

function isSame(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(sha256(one)), Buffer.from(sha256(other)));
}
