/**
 * The relay's calls for the admin page. The admin key is sent once, to sign in; after that an HttpOnly cookie speaks for the page,
 * and each call that changes something carries the session's CSRF token, which another site cannot read.
 */
import { messageOf } from '../../../shared/errors.ts';
import type { Device, Stats } from './device.ts';

export interface List {
  readonly devices: readonly Device[];
  readonly stats: Stats;
}

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

export class AdminApi {
  #csrf = '';

  /** @param root absolute URL of `/api/device` */
  constructor(readonly root: string) {}

  /** True when the browser still has a living session. */
  async resume(): Promise<boolean> {
    try {
      const { csrf_token } = await this.get<{ csrf_token: string }>('/admin/session');
      this.#csrf = csrf_token;
      return true;
    } catch (error) {
      if (error instanceof AdminError && error.code === 'signed_out') return false;
      throw error;
    }
  }

  async signIn(key: string): Promise<void> {
    const { csrf_token } = await this.#call<{ csrf_token: string }>('POST', '/admin/login', { key });
    this.#csrf = csrf_token;
  }

  async signOut(): Promise<void> {
    await this.post('/admin/logout');
    this.#csrf = '';
  }

  get<T>(path: string): Promise<T> {
    return this.#call<T>('GET', path);
  }

  post<T>(path: string, body: Readonly<Record<string, unknown>> = {}): Promise<T> {
    return this.#call<T>('POST', path, body);
  }

  delete<T>(path: string): Promise<T> {
    return this.#call<T>('DELETE', path);
  }

  /** Calls about one display. */
  act(deviceId: string, action: string, body: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    const path = `/device/${encodeURIComponent(deviceId)}`;
    return action === 'remove' ? this.delete(path) : this.post(`${path}/${action}`, body);
  }

  async #call<T>(method: string, path: string, body?: Readonly<Record<string, unknown>>): Promise<T> {
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
        signal: AbortSignal.timeout(DEADLINE_MS),
      });
    } catch (error) {
      throw new AdminError('no_answer', messageOf(error));
    }
    const answer = (await response.json().catch(() => ({}))) as { error?: string; code?: string };
    if (response.ok) return answer as T;
    const code = response.status === 401 ? 'signed_out' : (answer.code ?? 'relay_error');
    throw new AdminError(code, answer.error ?? `The relay answered ${response.status}.`);
  }
}
