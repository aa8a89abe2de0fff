/**
 * The admin page's session: an HttpOnly cookie that only this site sends. It is signed with what follows from the admin
 * keys, so every relay with the same keys knows it and a rotated key ends it. The store knows which sessions were
 * signed out. Calls that change something also carry a token that another site cannot read.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Context } from 'koa';
import { ApiError } from '../../shared/wire/errors.ts';
import { sha256, type Caller } from './auth.ts';
import type { Config } from '../config.ts';
import { adminWords, type AdminKey } from '../core/named-key.ts';
import type { Store } from '../store/store.ts';

const COOKIE = 'counterqr_admin';
/** A working day. The cookie itself is gone with the browser. */
const SESSION_MS = 12 * 3_600_000;
const CSRF_HEADER = 'X-CSRF-Token';

export interface OpenSession {
  readonly csrf: string;
  readonly expiresAt: number;
  /** Of the admin whose key opened it. */
  readonly name: string | undefined;
}

/**
 * Expiry in milliseconds, 12 random bytes, the admin's name if there is one, HMAC-SHA-256 over all; all but the first
 * in base64url. One session has one such text.
 */
const FORM = /^((\d{13})\.[A-Za-z0-9_-]{16}(?:\.([A-Za-z0-9_-]{1,400}))?)\.([A-Za-z0-9_-]{43})$/;

interface LiveSession {
  /** What the cookie's signature is over. */
  readonly id: string;
  readonly expiresAt: number;
  readonly name: string | undefined;
}

export class AdminSession {
  readonly #config: Pick<Config, 'basePath'>;
  readonly #store: Pick<Store, 'signOut' | 'isSignedOut'>;
  readonly #now: () => number;
  /** A signature made for one purpose must not pass for the other, so each has a key of its own. */
  readonly #cookieKey: Buffer;
  readonly #csrfKey: Buffer;

  constructor(
    adminKeys: readonly AdminKey[],
    config: Pick<Config, 'basePath'>,
    store: Pick<Store, 'signOut' | 'isSignedOut'>,
    now: () => number,
  ) {
    this.#config = config;
    this.#store = store;
    this.#now = now;

    const secret = `session:${adminKeys.map(({ key, name = '' }) => (name === '' ? key : `${name}:${key}`)).join(',')}`;
    this.#cookieKey = createHmac('sha256', secret).update('cookie').digest();
    this.#csrfKey = createHmac('sha256', secret).update('csrf').digest();
  }

  /** Sets the cookie. */
  open(ctx: Context, name: string | undefined): OpenSession {
    const expiresAt = this.#now() + SESSION_MS;
    const encoded = name === undefined ? [] : [Buffer.from(name).toString('base64url')];
    const id = [expiresAt, randomBytes(12).toString('base64url'), ...encoded].join('.');
    this.#setCookie(ctx, `${id}.${sign(this.#cookieKey, id)}`);
    return { csrf: sign(this.#csrfKey, id), expiresAt, name };
  }

  async close(ctx: Context): Promise<void> {
    const live = await this.#live(ctx);
    if (live !== undefined) await this.#store.signOut(sha256(live.id), live.expiresAt);
    this.#setCookie(ctx, null);
  }

  #setCookie(ctx: Context, value: string | null): void {
    ctx.cookies.set(COOKIE, value, {
      httpOnly: true,
      sameSite: 'strict',
      secure: ctx.secure,
      path: `${this.#config.basePath}/api/device`,
      overwrite: true,
    });
  }

  async #live(ctx: Context): Promise<LiveSession | undefined> {
    const [, id, expiry, encoded, signature] = FORM.exec(ctx.cookies.get(COOKIE) ?? '') ?? [];
    if (id === undefined || signature === undefined) return undefined;
    if (!isSame(signature, sign(this.#cookieKey, id))) return undefined;
    const expiresAt = Number(expiry);
    // Said so that a number that is none is over, too.
    if (!(expiresAt > this.#now())) return undefined;
    const name = encoded === undefined ? undefined : Buffer.from(encoded, 'base64url').toString();
    return (await this.#store.isSignedOut(sha256(id))) ? undefined : { id, expiresAt, name };
  }

  /** A living session, so that a reloaded page goes on. */
  async current(ctx: Context): Promise<OpenSession | undefined> {
    const live = await this.#live(ctx);
    return live && { csrf: sign(this.#csrfKey, live.id), expiresAt: live.expiresAt, name: live.name };
  }

  async callerOf(ctx: Context, method: string): Promise<Caller | undefined> {
    const live = await this.#live(ctx);
    if (live === undefined) return undefined;
    if (method !== 'get' && !isSame(ctx.get(CSRF_HEADER), sign(this.#csrfKey, live.id)))
      throw new ApiError('forbidden', `Send the session's token in the header ${CSRF_HEADER}.`);
    return { role: 'admin', agentId: undefined, id: 'admin session', by: adminWords(live.name), isLegacy: false };
  }
}

const sign = (key: Buffer, text: string): string => createHmac('sha256', key).update(text).digest('base64url');

function isSame(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(sha256(one)), Buffer.from(sha256(other)));
}
