/** The code by which IT recognizes this PC while its enrolment waits for approval. */
import { LitElement, css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { localized, msg } from '@lit/localize';
import { shared } from '../../../common/styles.ts';

@localized()
@customElement('enrolment-code')
export class EnrolmentCode extends LitElement {
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

      .code {
        margin: 10px 0 6px;
        font-family: ui-monospace, 'Cascadia Mono', Consolas, 'DejaVu Sans Mono', monospace;
        font-size: clamp(2.4rem, 7vw, 3.6rem);
        font-weight: 700;
        letter-spacing: 0.14em;
        line-height: 1.2;
      }

      button {
        margin-top: 12px;
      }
    `,
  ];

  @property() code = '';

  override render() {
    return html`
      <section class="card" aria-labelledby="title" data-hook="waiting">
        <h2 id="title">${msg('This PC waits to be let in', { id: 'waiting.title' })}</h2>
        <p role="status">
          <span class="visually-hidden">${msg('Code of this PC', { id: 'waiting.code' })}: </span>
          <span class="code" data-hook="admission-code">${this.code}</span>
        </p>
        <p>
          ${msg('Give this code to IT. They let this PC in on the admin page; the rest happens by itself.', { id: 'waiting.text' })}
        </p>
        <button @click=${() => this.dispatchEvent(new CustomEvent('setup'))}>
          ${msg('I have a set-up key', { id: 'waiting.key' })}
        </button>
      </section>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'enrolment-code': EnrolmentCode;
  }
}
