/**
 * Asks for the PC's name, and the key if there is one, where no set-up link was opened. Hands them to the page as a
 * `set-up` event.
 */
import { LitElement, css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { localized, msg } from '@lit/localize';
import { setupOf, type Setup } from '../data/setup.ts';
import { shared } from '../../../common/styles.ts';

@localized()
@customElement('set-up-form')
export class SetUpForm extends LitElement {
  static override styles = [
    shared,
    css`
      .card {
        max-width: 560px;
        margin: clamp(16px, 8vh, 96px) auto;
        padding: clamp(20px, 4vw, 40px);
      }

      h1 {
        font-size: 1.75rem;
        line-height: 1.2;
      }

      form {
        display: grid;
        gap: 18px;
        margin-top: 20px;
      }

      label {
        display: grid;
        gap: 4px;
        font-weight: 600;
      }

      .hint {
        color: var(--muted);
        font-weight: 400;
        font-size: 0.95rem;
      }

      input {
        min-height: 48px;
        padding: 8px 14px;
        border: 1px solid var(--muted);
        border-radius: 10px;
        background: var(--surface);
        font-size: 1.1rem;
      }
    `,
  ];

  @property() computerName = '';

  override render() {
    return html`
      <main class="card">
        <h1>${msg('Set up this counter', { id: 'setup.title' })}</h1>
        <p class="muted">
          ${msg('Once for this PC. Do you have a set-up link from IT? Open it instead and skip this page.', { id: 'setup.intro' })}
        </p>
        <form @submit=${this.#submit}>
          <label>
            ${msg('Name of this PC', { id: 'setup.name' })}
            <span class="hint">${msg('As IT calls it, for example SHOWROOM-PC-01', { id: 'setup.name.hint' })}</span>
            <input
              name="computerName"
              required
              maxlength="128"
              autocomplete="off"
              spellcheck="false"
              .value=${this.computerName}
            />
          </label>
          <label>
            ${msg('Set-up key', { id: 'setup.key' })}
            <span class="hint"
              >${msg('From IT. Without one, leave it empty: a code appears, and IT lets this PC in.', { id: 'setup.key.hint' })}</span
            >
            <input name="enrolKey" type="password" maxlength="256" autocomplete="off" spellcheck="false" />
          </label>
          <button class="primary big" data-hook="set-up">${msg('Start', { id: 'setup.start' })}</button>
        </form>
      </main>
    `;
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const field = (name: string): string => {
      const value = form.get(name);
      return typeof value === 'string' ? value.trim() : '';
    };
    const setup: Setup = setupOf(field('computerName'), field('enrolKey'));
    if (setup.computerName) this.dispatchEvent(new CustomEvent('set-up', { detail: setup }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'set-up-form': SetUpForm;
  }
}
