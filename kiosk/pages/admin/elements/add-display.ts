/** A button that opens a dialog with the set-up link of a new PC, to be copied. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { localized, msg } from '@lit/localize';
import { shared } from '../../../common/styles.ts';
import { showNotice } from '../data/page-events.ts';
import { setUpLink } from '../data/set-up-link.ts';
import { adminStyles } from '../styles.ts';

/** For the next display; the host of the kiosk page does not change. */
const KEPT_AS = 'counterqr.kiosk_host';

@localized()
@customElement('add-display')
export class AddDisplay extends LitElement {
  static override styles = [
    shared,
    adminStyles,
    css`
      dialog {
        width: min(560px, calc(100vw - 32px));
        padding: 24px 26px;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--surface);
        color: var(--text);
      }

      dialog::backdrop {
        background: rgb(8 16 24 / 55%);
      }

      form,
      label {
        display: grid;
        gap: 6px;
      }

      form {
        gap: 14px;
      }

      .buttons {
        display: flex;
        flex-wrap: wrap;
        justify-content: flex-end;
        gap: 10px;
      }
    `,
  ];

  /** Whether the kiosk page is on this page's host; else the admin says once where it is. */
  @property({ type: Boolean }) hasKiosk = true;
  @state() private name = '';
  @state() private kioskHost = localStorage.getItem(KEPT_AS) ?? '';
  @query('dialog') private dialog!: HTMLDialogElement;
  @query('[name=link]') private link!: HTMLInputElement;

  override render() {
    const link = setUpLink(location.href, this.name, this.hasKiosk ? undefined : this.kioskHost);
    return html`
      <button class="small primary" data-hook="add-display" @click=${() => this.dialog.showModal()}>
        ${msg('Add a display', { id: 'admin.add' })}
      </button>
      <dialog aria-labelledby="title">
        <form method="dialog">
          <h2 id="title">${msg('Add a display', { id: 'admin.add' })}</h2>
          <label>
            ${msg('Name of the PC', { id: 'admin.add.name' })}
            <input
              name="name"
              maxlength="128"
              autocomplete="off"
              spellcheck="false"
              placeholder="SHOWROOM-PC-01"
              @input=${(event: Event) => (this.name = (event.target as HTMLInputElement).value)}
            />
          </label>
          ${this.hasKiosk ? nothing : this.#renderHost()}
          <label>
            ${msg('Set-up link', { id: 'admin.add.link' })}
            <input name="link" readonly .value=${link ?? ''} @focus=${() => this.link.select()} />
            <span class="hint"
              >${msg('Open it in Chrome on that PC. The page there shows a code; compare it under “Waiting” and let the PC in.', { id: 'admin.add.hint' })}</span
            >
          </label>
          <div class="buttons">
            <button>${msg('Close', { id: 'admin.dialog.close' })}</button>
            <button
              type="button"
              class="primary"
              data-hook="copy-link"
              ?disabled=${link === undefined}
              @click=${() => void this.#copy()}
            >
              ${msg('Copy the link', { id: 'admin.add.copy' })}
            </button>
          </div>
        </form>
      </dialog>
    `;
  }

  #renderHost() {
    return html`
      <label>
        ${msg('Address at which the PCs reach the relay', { id: 'admin.add.host' })}
        <input
          name="host"
          inputmode="url"
          autocomplete="off"
          spellcheck="false"
          placeholder="https://pay.example"
          .value=${this.kioskHost}
          @input=${(event: Event) => this.#takeHost((event.target as HTMLInputElement).value)}
        />
        <span class="hint"
          >${msg('This host serves the admin page only (ADMIN_ORIGIN). The address is kept in this browser.', { id: 'admin.add.host.hint' })}</span
        >
      </label>
    `;
  }

  #takeHost(host: string): void {
    this.kioskHost = host;
    if (setUpLink(location.href, '', host) !== undefined) localStorage.setItem(KEPT_AS, host.trim());
  }

  async #copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.link.value);
      this.dialog.close();
      showNotice(this, msg('The set-up link is copied.', { id: 'admin.add.copied' }));
    } catch {
      // Without the permission the link is selected, for Ctrl+C.
      this.link.focus();
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'add-display': AddDisplay;
  }
}
