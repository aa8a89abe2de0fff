/** The few things that an agent may do to the display by hand. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { localized, msg } from '@lit/localize';
import { shared } from '../../../common/styles.ts';
import '../../../common/app-icon.ts';

@localized()
@customElement('kiosk-tools')
export class KioskTools extends LitElement {
  static override styles = [
    shared,
    css`
      .row {
        display: flex;
        flex-wrap: wrap;
        gap: 10px;
      }

      p {
        margin-top: 8px;
        color: var(--muted);
      }
    `,
  ];

  @property() notice = '';
  @property({ type: Boolean }) ready = false;
  /** A check of the display is under way. */
  @property({ type: Boolean }) checking = false;
  /** Whether the relay answers, which gives the pairing codes. */
  @property({ type: Boolean }) online = false;
  /** Set on a virtual display: whether its cable is in. */
  @property({ attribute: false }) virtualCable: 'in' | 'out' | undefined;

  override render() {
    return html`
      <div class="row">
        <button data-hook="test-card" ?disabled=${!this.ready} @click=${() => this.#say('test-card')}>
          <app-icon name="card"></app-icon>${msg('Show test card', { id: 'tools.test_card' })}
        </button>
        <button data-hook="pairing-code" ?disabled=${!this.online} @click=${() => this.#say('pairing-code')}>
          <app-icon name="key"></app-icon>${msg('Show pairing code', { id: 'tools.pairing_code' })}
        </button>
        <button
          data-hook="check-display"
          ?disabled=${!this.ready || this.checking}
          @click=${() => this.#say('check-display')}
        >
          <app-icon name="search"></app-icon>${msg('Check this display', { id: 'tools.check_display' })}
        </button>
        <button data-hook="restart" @click=${() => this.#say('restart')}>
          <app-icon name="restart"></app-icon>${msg('Restart connection', { id: 'tools.restart' })}
        </button>
        ${this.#renderCable()}
      </div>
      <p role="status" data-hook="notice">${this.notice}</p>
    `;
  }

  #renderCable() {
    if (this.virtualCable === undefined) return nothing;
    const isIn = this.virtualCable === 'in';
    return html`
      <button
        class="quiet"
        data-hook="cable"
        @click=${() => this.dispatchEvent(new CustomEvent('cable', { detail: !isIn }))}
      >
        <app-icon name="usb"></app-icon>
        ${isIn ? msg('Pull the virtual cable', { id: 'tools.unplug' }) : msg('Plug the virtual cable in', { id: 'tools.plug' })}
      </button>
    `;
  }

  #say(what: 'test-card' | 'pairing-code' | 'check-display' | 'restart'): void {
    this.dispatchEvent(new CustomEvent(what));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kiosk-tools': KioskTools;
  }
}
