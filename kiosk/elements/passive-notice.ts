/** What a second tab shows. It takes over by itself when the first one closes. */
import { LitElement, css, html } from 'lit';
import { customElement } from 'lit/decorators.js';
import { localized, msg } from '@lit/localize';
import { shared } from '../styles/shared.ts';
import './app-icon.ts';

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

  override render() {
    return html`
      <main class="card" data-hook="passive">
        <app-icon name="tabs"></app-icon>
        <div role="status">
          <h2>${msg('Counter QR is already open in another tab', { id: 'passive.title' })}</h2>
        </div>
        <p class="muted">
          ${msg('That tab drives the display. You may close this one; if you close the other, this one takes over by itself.', { id: 'passive.text' })}
        </p>
      </main>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'passive-notice': PassiveNotice;
  }
}
