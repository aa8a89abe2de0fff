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

      /* An agent reads it aloud to a colleague, or types it from across the desk. */
      .code {
        display: inline-block;
        /* The space after its last letter is taken back: a full stop follows. */
        margin: 0 -0.14em 0 0.1em;
        color: var(--text);
        font-family: ui-monospace, 'Cascadia Mono', Consolas, 'DejaVu Sans Mono', monospace;
        font-size: clamp(2.4rem, 7vw, 3.2rem);
        font-weight: 700;
        letter-spacing: 0.14em;
        line-height: 1.2;
        vertical-align: middle;
      }
    `,
  ];

  @property() notice = '';
  /** Where the notice holds this code, it stands out. */
  @property() code = '';
  @property({ type: Boolean }) ready = false;
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
        <button data-hook="restart" @click=${() => this.#say('restart')}>
          <app-icon name="restart"></app-icon>${msg('Restart connection', { id: 'tools.restart' })}
        </button>
        ${this.#renderCable()}
      </div>
      <p role="status" data-hook="notice">${this.#renderNotice()}</p>
    `;
  }

  #renderNotice() {
    const { notice, code } = this;
    if (code === '' || !notice.includes(code)) return notice;
    const at = notice.indexOf(code);
    // A screen reader says it letter by letter, not as a word.
    const spelt = [...code].join(' ');
    // prettier-ignore
    return html`${notice.slice(0, at)}<span class="code" role="img" aria-label=${spelt} data-hook="code">${code}</span>${notice.slice(at + code.length)}`;
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

  #say(what: 'test-card' | 'pairing-code' | 'restart'): void {
    this.dispatchEvent(new CustomEvent(what));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kiosk-tools': KioskTools;
  }
}
