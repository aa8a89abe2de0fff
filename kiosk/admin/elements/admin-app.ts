/** The displays and how they are, for IT: signed in with an admin key, refreshed every few seconds. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { messageOf } from '../../../shared/errors.ts';
import { shared } from '../../styles/shared.ts';

interface DeviceRow {
  readonly device_id: string;
  readonly computer_name: string;
  readonly online?: boolean;
  readonly agent_id?: string | null;
}

const REFRESH_MS = 3_000;
const KEPT_AS = 'counterqr.admin_key';

@customElement('admin-app')
export class AdminApp extends LitElement {
  static override styles = [
    shared,
    css`
      main {
        max-width: 1100px;
        margin: 0 auto;
        padding: 24px;
      }

      form {
        display: flex;
        gap: 10px;
        margin: 16px 0;
      }

      input {
        min-height: 44px;
        padding: 8px 12px;
        border: 1px solid var(--muted);
        border-radius: 10px;
        background: var(--surface);
      }

      table {
        width: 100%;
        border-collapse: collapse;
      }

      th,
      td {
        padding: 10px 14px;
        border-bottom: 1px solid var(--line);
        text-align: left;
      }
    `,
  ];

  @state() private key = sessionStorage.getItem(KEPT_AS) ?? '';
  @state() private devices: readonly DeviceRow[] = [];
  @state() private problem = '';
  #timer: ReturnType<typeof setInterval> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#refresh();
    this.#timer = setInterval(() => void this.#refresh(), REFRESH_MS);
  }

  override disconnectedCallback(): void {
    clearInterval(this.#timer);
    super.disconnectedCallback();
  }

  override render() {
    return html`
      <main>
        <h1>Displays</h1>
        ${this.problem ? html`<p role="alert">${this.problem}</p>` : nothing}
        ${this.key ? this.#renderTable() : this.#renderSignIn()}
      </main>
    `;
  }

  #renderSignIn() {
    return html`
      <form @submit=${this.#signIn}>
        <input name="key" type="password" aria-label="Admin key" placeholder="Admin key" required autocomplete="off" />
        <button class="primary">Sign in</button>
      </form>
    `;
  }

  #renderTable() {
    return html`
      <table>
        <thead>
          <tr>
            <th>PC</th>
            <th>Device</th>
            <th>State</th>
            <th>Agent</th>
          </tr>
        </thead>
        <tbody>
          ${this.devices.map(
            (device) => html`
              <tr data-device=${device.device_id}>
                <td>${device.computer_name}</td>
                <td>${device.device_id}</td>
                <td>${device.online ? 'online' : 'offline'}</td>
                <td>${device.agent_id ?? '–'}</td>
              </tr>
            `,
          )}
        </tbody>
      </table>
    `;
  }

  #signIn(event: SubmitEvent): void {
    event.preventDefault();
    const key = new FormData(event.target as HTMLFormElement).get('key');
    this.key = typeof key === 'string' ? key.trim() : '';
    sessionStorage.setItem(KEPT_AS, this.key);
    void this.#refresh();
  }

  async #refresh(): Promise<void> {
    if (!this.key) return;
    try {
      const response = await fetch('../api/device/list', {
        headers: { Authorization: `Bearer ${this.key}` },
        signal: AbortSignal.timeout(10_000),
      });
      const body = (await response.json()) as { devices?: readonly DeviceRow[]; error?: string };
      if (response.status === 401 || response.status === 403) {
        this.key = '';
        sessionStorage.removeItem(KEPT_AS);
      }
      this.problem = response.ok ? '' : (body.error ?? `The relay answered ${response.status}.`);
      this.devices = body.devices ?? this.devices;
    } catch (error) {
      this.problem = `The relay does not answer: ${messageOf(error)}`;
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'admin-app': AdminApp;
  }
}
