/** A link wants to rename a PC that is set up. Says what would change, and fires `keep` or `change`. */
import { LitElement, css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { localized, msg, str } from '@lit/localize';
import { shared } from '../../../common/styles.ts';

@localized()
@customElement('set-up-question')
export class SetUpQuestion extends LitElement {
  static override styles = [
    shared,
    css`
      .card {
        padding: 18px 24px;
        border-left: 8px solid var(--busy);
      }

      h2 {
        font-size: 1.25rem;
      }

      .choices {
        display: flex;
        flex-wrap: wrap;
        gap: 12px;
        margin-top: 12px;
      }
    `,
  ];

  @property() from = '';
  @property() to = '';

  override render() {
    return html`
      <section class="card" role="alert" data-hook="set-up-question">
        <h2>${msg('A link wants to set this PC up anew', { id: 'question.title' })}</h2>
        <p>
          ${msg(str`This PC is ${this.from}. With the link it would be ${this.to}. Nothing has changed yet. Change it only if IT gave you the link.`, { id: 'question.text' })}
        </p>
        <div class="choices">
          <button class="primary" data-hook="keep-set-up" @click=${() => this.dispatchEvent(new CustomEvent('keep'))}>
            ${msg(str`Keep ${this.from}`, { id: 'question.keep' })}
          </button>
          <button data-hook="change-set-up" @click=${() => this.dispatchEvent(new CustomEvent('change'))}>
            ${msg(str`Change to ${this.to}`, { id: 'question.change' })}
          </button>
        </div>
      </section>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'set-up-question': SetUpQuestion;
  }
}
