/** The three facts that are never mixed: the relay, the display, the last QR. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { localized, msg } from '@lit/localize';
import { unknownStation, type StationView } from '../data/station-view.ts';
import { shared } from '../../../common/styles.ts';
import { displayFact } from '../messages/display.ts';
import { percent, qrFact } from '../messages/qr.ts';
import { relayFact } from '../messages/relay.ts';
import './status-fact.ts';

@localized()
@customElement('kiosk-facts')
export class KioskFacts extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        gap: 12px;
      }

      progress {
        display: block;
        width: 100%;
        height: 8px;
        border: 0;
        background: var(--sunken);
        appearance: none;
      }

      @media (forced-colors: active) {
        progress {
          forced-color-adjust: none;
          border: 1px solid CanvasText;
        }
      }

      progress::-webkit-progress-bar {
        background: var(--sunken);
      }

      progress::-webkit-progress-value {
        background: var(--busy);
        transition: width 150ms linear;
      }
    `,
  ];

  @property({ attribute: false }) view: StationView = unknownStation;

  override render() {
    const { relay, display, qr } = this.view;
    return html`
      <status-fact
        data-hook="fact-relay"
        icon="relay"
        .label=${msg('Relay', { id: 'fact.relay' })}
        .fact=${relayFact(relay)}
      ></status-fact>
      <status-fact
        data-hook="fact-display"
        icon="display"
        .label=${msg('Display', { id: 'fact.display' })}
        .fact=${displayFact(display)}
      ></status-fact>
      <status-fact data-hook="fact-qr" icon="qr" .label=${msg('Last QR', { id: 'fact.qr' })} .fact=${qrFact(this.view)}
        >${
          qr?.progress.stage === 'uploading' && display.state === 'uploading'
            ? html`<progress
                max="100"
                .value=${percent(qr.progress)}
                aria-label=${msg('Sending to the display', { id: 'fact.progress' })}
              ></progress>`
            : nothing
        }</status-fact
      >
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kiosk-facts': KioskFacts;
  }
}
