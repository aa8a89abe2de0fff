/** How far a check of the display is, the question that it asks, and what it found. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { localized, msg } from '@lit/localize';
import type { CheckProgress } from '../../../../shared/station/station-types.ts';
import { shared } from '../../../common/styles.ts';
import { checkedWords, stepWords } from '../messages/check.ts';

@localized()
@customElement('display-check')
export class DisplayCheckElement extends LitElement {
  static override styles = [
    shared,
    css`
      section {
        padding: 14px 20px;
      }

      h2 {
        margin: 0 0 6px;
        font-size: 1rem;
      }

      ul {
        margin: 0;
        padding-left: 1.2em;
      }

      .buttons {
        display: flex;
        gap: 10px;
        margin-top: 10px;
      }

      .advice {
        margin: 8px 0 4px;
        font-weight: 600;
      }
    `,
  ];

  @property({ attribute: false }) progress!: CheckProgress;

  override render() {
    return html`
      <section class="card" role="status" data-hook="check" data-stage=${this.progress.stage}>
        <h2>${msg('Check of this display', { id: 'check.title' })}</h2>
        ${this.#renderProgress()}
      </section>
    `;
  }

  #renderProgress() {
    const { progress } = this;
    switch (progress.stage) {
      case 'looking':
        return html`<p>${stepWords(progress.step)}</p>`;
      case 'scan':
        return html`
          <p>${msg('Scan the code on the display with a phone. Could it be read?', { id: 'check.scan' })}</p>
          <div class="buttons">
            <button data-hook="scanned-yes" @click=${() => this.#say('yes')}>${msg('Yes', { id: 'check.yes' })}</button>
            <button data-hook="scanned-no" @click=${() => this.#say('no')}>${msg('No', { id: 'check.no' })}</button>
          </div>
        `;
      case 'done': {
        const sentences = checkedWords(progress.check);
        return html`
          <ul>
            ${sentences.slice(0, -1).map((sentence) => html`<li>${sentence}</li>`)}
          </ul>
          <p class="advice" data-hook="advice">${sentences.at(-1)}</p>
          <p class="muted">
            ${msg(
              'The log’s download ends with the report of this check. Send it to the person who looks after Counter QR.',
              {
                id: 'check.report',
              },
            )}
          </p>
        `;
      }
      case 'given_up':
        return nothing;
    }
  }

  #say(scanned: 'yes' | 'no'): void {
    this.dispatchEvent(new CustomEvent('scanned', { detail: scanned }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'display-check': DisplayCheckElement;
  }
}
