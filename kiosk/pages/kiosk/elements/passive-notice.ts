/** What a passive tab or the standby window shows. It takes over by itself when the owner closes or fails. */
import { LitElement, css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { localized, msg } from '@lit/localize';
import { shared } from '../../../common/styles.ts';
import '../../../common/app-icon.ts';

@localized()
@customElement('passive-notice')
export class PassiveNotice extends LitElement {
  static override styles = [
    shared,
    css`
      .card {
        max-width: 560px;
        margin: clamp(16px, 12vh, 140px) auto;
        padding: clamp(20px, 4vw, 40px);
        text-align: center;
      }

      app-icon {
        color: var(--brand);
        font-size: 56px;
      }

      h2 {
        margin: 12px 0 8px;
        font-size: 1.6rem;
        line-height: 1.2;
      }
    `,
  ];

  @property({ type: Boolean }) standby = false;
  /** The standby window drives the display and will give it back to this one. */
  @property({ type: Boolean }) lent = false;

  override render() {
    return html`
      <main class="card" data-hook="passive">
        <app-icon name="tabs"></app-icon>
        <div role="status">
          <h2>${this.#title()}</h2>
        </div>
        <p class="muted">${this.standby ? this.#standbyText() : this.lent ? this.#lentText() : this.#text()}</p>
      </main>
    `;
  }

  #title(): string {
    if (this.standby) return msg('Counter QR is standing by', { id: 'passive.standby' });
    if (this.lent) return msg('This window takes over in a moment', { id: 'passive.lent' });
    return msg('Counter QR is already open in another tab', { id: 'passive.title' });
  }

  #text = (): string =>
    msg(
      'That one drives the display. You may leave this one open: should the other close or fail, it takes over by itself.',
      {
        id: 'passive.text',
      },
    );

  #lentText = (): string =>
    msg(
      'After a reload or a slow start the standby window drives the display for a while. QRs are shown all the same. You need do nothing: once no QR has been on the display for about 20 seconds, this window takes over again.',
      {
        id: 'passive.lent.text',
      },
    );

  #standbyText = (): string =>
    msg(
      'The other Counter QR window drives the display. Leave this one open, best minimised: should the other fail, it takes over by itself.',
      {
        id: 'passive.standby.text',
      },
    );
}

declare global {
  interface HTMLElementTagNameMap {
    'passive-notice': PassiveNotice;
  }
}
