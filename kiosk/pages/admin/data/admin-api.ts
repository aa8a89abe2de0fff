/**
 * The relay's API for the admin page. The admin key is sent once, to sign in. Later calls carry an HttpOnly cookie, and
 * each call that changes something carries the session's CSRF token, which another site cannot read.
 */
import type { AdminSession } from '../../../../shared/wire/admin/session.ts';
import { messageOf } from '../../../../shared/wire/errors.ts';

/** A refusal with the relay's own sentence; `signed_out` when the session is over. */
export class AdminError extends Error {
  override readonly name = 'AdminError';
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

const DEADLINE_MS = 15_000;

/** Any 401 ends the session for the page. A proxy that refuses in the relay's place sends no code. */
const codeOf = (status: number, code: string | undefined): string =>
  status === 401 ? 'signed_out' : (code ?? (status === 429 ? 'rate_limited' : 'relay_error'));

export class AdminApi {
  #csrf = '';
  /** Of the relay that the session is with. */
  relayVersion = '';
  /** The name of the admin who is signed in; empty where the key has none. */
  adminName = '';
  /** Whether the kiosk page is on this page's host, too. */
  hasKiosk = true;

  /** @param root absolute URL of `/api/device` */
  constructor(readonly root: string) {}

  /** True when the browser still has a living session. */
  async resume(): Promise<boolean> {
    try {
      this.#begin(await this.get<AdminSession>('/admin/session'));
      return true;
    } catch (error) {
      if (error instanceof AdminError && error.code === 'signed_out') return false;
      throw error;
    }
  }

  async signIn(key: string): Promise<void> {
    this.#begin(await this.#call<AdminSession>('POST', '/admin/login', { key }));
  }

  #begin({ admin, csrf_token, has_kiosk, relay_version }: AdminSession): void {
    this.hasKiosk = has_kiosk;
    this.adminName = admin ?? '';
    this.#csrf = csrf_token;
    this.relayVersion = relay_version;
  }

  async signOut(): Promise<void> {
    await this.post('/admin/logout');
    this.#csrf = '';
  }

  get<T>(path: string, signal?: AbortSignal): Promise<T> {
    return this.#call<T>('GET', path, undefined, signal);
  }

  post<T>(path: string, body: Readonly<Record<string, unknown>> = {}): Promise<T> {
    return this.#call<T>('POST', path, body);
  }

  delete<T>(path: string): Promise<T> {
    return this.#call<T>('DELETE', path);
  }

  /** Calls about one display: an action of actions.ts, or `settings`. */
  act(deviceId: string, action: string, body: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    const path = `/device/${encodeURIComponent(deviceId)}`;
    return action === 'remove' ? this.delete(path) : this.post(`${path}/${action}`, body);
  }

  async #call<T>(
    method: string,
    path: string,
    body?: Readonly<Record<string, unknown>>,
    signal?: AbortSignal,
  ): Promise<T> {
    let response: Response;
    try {
      response = await fetch(this.root + path, {
        method,
        cache: 'no-store',
        headers: {
          ...(body ? { 'Content-Type': 'application/json' } : {}),
          ...(this.#csrf ? { 'X-CSRF-Token': this.#csrf } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
        signal: AbortSignal.any([AbortSignal.timeout(DEADLINE_MS), ...(signal ? [signal] : [])]),
      });
    } catch (error) {
      throw new AdminError('no_answer', messageOf(error));
    }
    const answer = (await response.json().catch(() => ({}))) as { error?: string; code?: string };
    if (response.ok) return answer as T;
    throw new AdminError(
      codeOf(response.status, answer.code),
      answer.error ?? `The relay answered ${response.status}.`,
    );
  }
}
