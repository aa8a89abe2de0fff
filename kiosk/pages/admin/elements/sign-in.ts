/** Takes the admin key, once. It goes to the relay and is kept nowhere in the page. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { localized, msg } from '@lit/localize';
import { shared } from '../../../common/styles.ts';
import { AdminError, type AdminApi } from '../data/admin-api.ts';
import { adminStyles } from '../styles.ts';
import './admin-language.ts';

@localized()
@customElement('sign-in')
export class SignIn extends LitElement {
  static override styles = [
    shared,
    adminStyles,
    css`
      .card {
        max-width: 480px;
        margin: clamp(16px, 10vh, 120px) auto;
        padding: clamp(20px, 5vw, 40px);
      }

      .top {
        display: flex;
        flex-wrap: wrap;
        align-items: start;
        justify-content: space-between;
        gap: 8px 16px;
      }

      h1 {
        font-size: 1.6rem;
        line-height: 1.2;
      }

      form {
        display: grid;
        gap: 14px;
        margin-top: 20px;
      }

      label {
        display: grid;
        gap: 4px;
      }

      input {
        min-height: 48px;
        font-size: 1.1rem;
      }

      .hint {
        color: var(--muted);
        font-size: 0.95rem;
        font-weight: 400;
      }
    `,
  ];

  @property({ attribute: false }) api!: AdminApi;
  /** Why the form is there again, e.g. because the session has ended. */
  @property() reason = '';
  @state() private problem: unknown;
  @state() private busy = false;
  @query('input') private input!: HTMLInputElement;

  override firstUpdated(): void {
    this.input.focus();
  }

  override render() {
    const problem = this.problem === undefined ? '' : problemOf(this.problem);
    return html`
      <main class="card">
        <div class="top">
          <h1>${msg('Counter QR admin', { id: 'admin.signin.title' })}</h1>
          <admin-language></admin-language>
        </div>
        ${this.reason ? html`<p class="muted">${this.reason}</p>` : nothing}
        <form @submit=${(event: SubmitEvent) => void this.#submit(event)}>
          <label>
            ${msg('Admin key', { id: 'admin.signin.key' })}
            <span class="hint">
              ${msg('The relay printed it at its first start; it is one of ADMIN_KEYS.', { id: 'admin.signin.hint' })}
            </span>
            <input
              name="key"
              type="password"
              required
              maxlength="512"
              autocomplete="current-password"
              spellcheck="false"
            />
          </label>
          <p role="alert" class=${problem ? 'problem' : ''}>${problem}</p>
          <button class="primary big" ?disabled=${this.busy}>${msg('Sign in', { id: 'admin.signin.go' })}</button>
        </form>
      </main>
    `;
  }

  async #submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    this.busy = true;
    this.problem = undefined;
    try {
      await this.api.signIn(this.input.value.trim());
      this.dispatchEvent(new CustomEvent('signed-in'));
    } catch (error) {
      this.problem = error;
      this.input.select();
    } finally {
      this.busy = false;
    }
  }
}

function problemOf(error: unknown): string {
  if (!(error instanceof AdminError)) throw error;
  switch (error.code) {
    case 'signed_out':
    case 'forbidden':
      return msg('This is not an admin key of this relay.', { id: 'admin.signin.wrong' });
    case 'no_answer':
      return msg('The relay does not answer. Is it running?', { id: 'admin.signin.no_answer' });
    case 'rate_limited':
      return msg('Too many tries. Wait a minute, then try again.', { id: 'admin.signin.too_often' });
    default:
      return error.message;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'sign-in': SignIn;
  }
}
