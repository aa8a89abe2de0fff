/** What to do, step by step, with the button that helps. Says what was seen, so that support need not ask. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { localized, msg } from '@lit/localize';
import { shared } from '../../../common/styles.ts';
import type { Advice } from '../messages/tone.ts';
import '../../../common/app-icon.ts';

@localized()
@customElement('guided-help')
export class GuidedHelp extends LitElement {
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

      ol {
        margin: 8px 0 0;
        padding-left: 1.3em;
        font-size: 1.05rem;
      }

      li {
        margin-bottom: 4px;
      }

      .actions {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 10px 20px;
        margin-top: 14px;
      }

      label {
        display: inline-flex;
        align-items: center;
        gap: 8px;
        min-height: 44px;
        color: var(--muted);
      }

      input {
        width: 20px;
        height: 20px;
        accent-color: var(--brand);
      }
    `,
  ];

  @property({ attribute: false }) advice!: Advice;
  /** What was seen, e.g. the port's name. */
  @property() seen = '';
  @state() private anyPort = false;

  override render() {
    const { title, steps } = this.advice;
    return html`
      <section class="card" aria-labelledby="title" data-hook="help">
        <div role="alert"><h2 id="title">${title}</h2></div>
        <ol>
          ${steps.map((step) => html`<li>${step}</li>`)}
        </ol>
        ${this.seen ? html`<p class="muted" data-hook="seen">${msg('Seen:', { id: 'help.seen' })} ${this.seen}</p>` : nothing}
        <div class="actions">${this.#actions()}</div>
      </section>
    `;
  }

  #actions() {
    switch (this.advice.offer) {
      case 'choose_port':
        return html`
          <button class="primary big" data-hook="choose-port" @click=${this.#choosePort}>
            <app-icon name="usb"></app-icon>${msg('Connect the display', { id: 'help.choose' })}
          </button>
          <label>
            <input type="checkbox" data-hook="any-port" .checked=${this.anyPort} @change=${this.#setAnyPort} />
            ${msg('Show every serial port of this PC', { id: 'help.any_port' })}
          </label>
        `;
      case 'restart':
        return html`
          <button class="primary big" @click=${() => this.dispatchEvent(new CustomEvent('restart'))}>
            <app-icon name="restart"></app-icon>${msg('Try again now', { id: 'help.retry' })}
          </button>
        `;
      case 'setup':
        return html`
          <button class="primary big" @click=${() => this.dispatchEvent(new CustomEvent('setup'))}>
            ${msg('Set up this PC', { id: 'help.setup' })}
          </button>
        `;
      case 'nothing':
        return nothing;
    }
  }

  #choosePort(): void {
    this.dispatchEvent(new CustomEvent('choose-port', { detail: this.anyPort ? 'any' : 'known' }));
  }

  #setAnyPort(event: Event): void {
    this.anyPort = (event.target as HTMLInputElement).checked;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'guided-help': GuidedHelp;
  }
}
