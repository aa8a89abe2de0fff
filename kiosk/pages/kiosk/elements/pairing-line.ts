/** The pairing code, large enough to be read aloud, with the time that is left. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { localized, msg, str } from '@lit/localize';
import { shared } from '../../../common/styles.ts';
import { countdown } from '../messages/numbers.ts';

@localized()
@customElement('pairing-line')
export class PairingLine extends LitElement {
  static override styles = [
    shared,
    css`
      .card {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px 24px;
        padding: 12px 20px;
        border-left: 8px solid var(--busy);
      }

      .code {
        font-family: ui-monospace, 'Cascadia Mono', Consolas, 'DejaVu Sans Mono', monospace;
        font-size: clamp(2.4rem, 7vw, 3.2rem);
        font-weight: 700;
        letter-spacing: 0.14em;
        line-height: 1.2;
        white-space: nowrap;
      }

      .words {
        flex: 1 1 220px;
      }

      .left {
        color: var(--muted);
        font-variant-numeric: tabular-nums;
      }
    `,
  ];

  @property() code = '';
  @property({ type: Number }) leftMs = 0;
  /** The display shows a QR, which a code does not cover. */
  @property({ type: Boolean }) besideQr = false;

  override render() {
    return html`
      <section class="card" aria-label=${msg('Pairing code', { id: 'pairing.label' })} data-hook="pairing">
        <p role="status">
          ${/* A screen reader says it letter by letter, not as a word. */ ''}
          <span class="code" role="img" aria-label=${[...this.code].join(' ')} data-hook="code">${this.code}</span>
        </p>
        <div class="words">
          <p>${msg('Pairing code. Type it into the web app; it works once.', { id: 'pairing.text' })}</p>
          ${
            this.besideQr
              ? html`<p data-hook="beside-qr">
                  ${msg('The display goes on showing the QR; the code is only here.', { id: 'pairing.beside_qr' })}
                </p>`
              : nothing
          }
          <p class="left" data-hook="pairing-left">
            ${msg(str`${countdown(this.leftMs)} left`, { id: 'pairing.left' })}
          </p>
        </div>
      </section>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'pairing-line': PairingLine;
  }
}
