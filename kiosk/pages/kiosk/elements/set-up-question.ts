/** A link wants to change a PC that is set up. Says what would change, and fires `keep` or `change`. */
import { LitElement, css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { localized, msg, str } from '@lit/localize';
import type { Change } from '../data/setup.ts';
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

  @property() computerName = '';
  @property({ attribute: false }) changes: readonly Change[] = [];

  override render() {
    return html`
      <section class="card" role="alert" data-hook="set-up-question">
        <h2>${msg('A link wants to set this PC up anew', { id: 'question.title' })}</h2>
        ${this.changes.map((change) => html`<p>${this.#wordsOf(change)}</p>`)}
        <p>
          ${msg('Nothing has changed yet. Change it only if IT gave you the link.', { id: 'question.nothing_yet' })}
        </p>
        <div class="choices">
          <button class="primary" data-hook="keep-set-up" @click=${() => this.dispatchEvent(new CustomEvent('keep'))}>
            ${msg(str`Keep ${this.computerName} as it is`, { id: 'question.keep' })}
          </button>
          <button data-hook="change-set-up" @click=${() => this.dispatchEvent(new CustomEvent('change'))}>
            ${this.#changeWords()}
          </button>
        </div>
      </section>
    `;
  }

  #wordsOf(change: Change): string {
    if (change.kind === 'name')
      return msg(str`This PC is ${this.computerName}. With the link it would be ${change.to}.`, {
        id: 'question.name',
      });
    if (change.kind === 'key')
      return msg('With the link this PC would register with another key.', { id: 'question.key' });
    return msg(
      str`With the link the display’s control lines (signals) would be “${change.to}”; now they are “${change.from}”. The wrong setting silences a display.`,
      { id: 'question.signals' },
    );
  }

  #changeWords(): string {
    const name = this.changes.find((change) => change.kind === 'name');
    return name
      ? msg(str`Change to ${name.to}`, { id: 'question.change' })
      : msg('Change it', { id: 'question.change_it' });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'set-up-question': SetUpQuestion;
  }
}
