/** The calls that a web app makes, as the demo makes them: link the display, post a QR, watch the command, end it. */
import type { RotationReason } from '../../../../shared/wire/commands.ts';
import type { CommandView, QrAnswer } from '../../../../shared/wire/web-app.ts';

export interface DemoKeys {
  readonly app_key: string;
  readonly enrol_key: string;
}

export interface QrOrder {
  readonly customer_name: string;
  readonly policy_number: string;
  readonly amount: string;
  readonly currency: string;
  readonly qr_text?: string;
  readonly qr_image?: string;
}

/** A refusal by the relay, with its sentence and its closed code. */
export class RelayRefusal extends Error {
  override readonly name = 'RelayRefusal';
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** The relay holds `GET /command/:id?wait=` at most this long, in seconds. */
const WATCH_SECONDS = 25;
const CALL_DEADLINE_MS = 10_000;

export class RelayApi {
  readonly #root: string;
  readonly #appKey: string;

  /** @param root absolute URL of `/api/device` */
  constructor(root: string, appKey: string) {
    this.#root = root;
    this.#appKey = appKey;
  }

  /** @param bearer the token of the printed address, or the app key that it gave */
  static keys(root: string, bearer: string): Promise<DemoKeys> {
    return call<DemoKeys>(`${root}/demo`, { method: 'GET', headers: { Authorization: `Bearer ${bearer}` } });
  }

  link(agentId: string, deviceId: string): Promise<unknown> {
    return this.#post('/link', { agent_id: agentId, agent_name: 'Demo agent', device_id: deviceId, takeover: true });
  }

  postQr(agentId: string, order: QrOrder): Promise<QrAnswer> {
    return this.#post('/qr', { agent_id: agentId, ...order, idempotency_key: crypto.randomUUID() });
  }

  command(id: string, query = '', signal?: AbortSignal): Promise<CommandView> {
    return this.#call(`/command/${encodeURIComponent(id)}${query}`, {
      method: 'GET',
      ...(signal ? { signal } : {}),
    });
  }

  /**
   * Calls back with the command's state now, at every change and when something covers its QR or no longer does, until
   * it has ended or the signal fires.
   */
  async watch(id: string, onView: (view: CommandView) => boolean, signal: AbortSignal): Promise<void> {
    let seen = '';
    let query = '';
    while (!signal.aborted) {
      const deadline = AbortSignal.any([signal, AbortSignal.timeout((WATCH_SECONDS + 5) * 1000)]);
      const view = await this.command(id, query, deadline);
      const now = JSON.stringify(view);
      if (now !== seen && !onView(view)) return;
      seen = now;
      query = `?wait=${WATCH_SECONDS}&state=${view.state}&covered=${view.covered_at === undefined ? 0 : 1}`;
    }
  }

  paid(commandId: string): Promise<unknown> {
    return this.#post('/payment', { command_id: commandId, status: 'paid' });
  }

  clear(commandId: string, reason: RotationReason): Promise<unknown> {
    return this.#post('/rotation/start', { command_id: commandId, reason });
  }

  cancel(commandId: string): Promise<unknown> {
    return this.#post(`/command/${encodeURIComponent(commandId)}/cancel`, {});
  }

  #post<T>(path: string, body: unknown): Promise<T> {
    return this.#call(path, { method: 'POST', body: JSON.stringify(body) });
  }

  #call<T>(path: string, init: RequestInit): Promise<T> {
    return call<T>(this.#root + path, {
      ...init,
      headers: { Authorization: `Bearer ${this.#appKey}`, 'Content-Type': 'application/json' },
    });
  }
}

async function call<T>(url: string, init: RequestInit): Promise<T> {
  const response = await fetch(url, {
    cache: 'no-store',
    ...init,
    signal: init.signal ?? AbortSignal.timeout(CALL_DEADLINE_MS),
  });
  const body = (await response.json().catch(() => ({}))) as { error?: string; code?: string };
  if (!response.ok)
    throw new RelayRefusal(body.code ?? 'no_code', body.error ?? `The relay answered ${response.status}.`);
  return body as T;
}
