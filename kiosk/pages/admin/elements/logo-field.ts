/**
 * The picture that a display shows while nobody pays: shown, chosen from a file, or removed. Dispatches `chosen`; saves
 * nothing.
 */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { localized, msg } from '@lit/localize';
import { shared } from '../../../common/styles.ts';
import { logoOf } from '../data/logo.ts';
import { adminStyles } from '../styles.ts';

@localized()
@customElement('logo-field')
export class LogoField extends LitElement {
  static override styles = [
    shared,
    adminStyles,
    css`
      :host {
        display: grid;
        gap: 4px;
        font-size: 0.95rem;
      }

      .row {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 10px;
      }

      img {
        max-width: 72px;
        max-height: 72px;
        padding: 4px;
        border: 1px solid var(--line);
        border-radius: 8px;
        background: #fff;
      }

      input {
        flex: 1 1 200px;
        width: 100%;
        min-width: 0;
      }
    `,
  ];

  /** A data URI; empty when there is none, undefined when it is not known: that of many displays. */
  @property({ attribute: false }) logo: string | undefined = '';
  @state() private problem = '';
  @query('input') private input!: HTMLInputElement;

  override render() {
    return html`
      <label for="file">${msg('Logo between customers', { id: 'admin.logo' })}</label>
      <div class="row">
        ${
          !this.logo
            ? nothing
            : html`<img src=${this.logo} alt=${msg('The logo of this display', { id: 'admin.logo.alt' })} />`
        }
        <input
          id="file"
          type="file"
          accept="image/png,image/jpeg,image/webp,image/gif"
          aria-describedby="hint"
          @change=${() => void this.#choose()}
        />
        ${
          this.logo === ''
            ? nothing
            : html`<button type="button" class="small" data-hook="logo-away" @click=${() => this.#setLogo('')}>
                ${
                  this.logo === undefined
                    ? msg('Take the logos away', { id: 'admin.logo.away.all' })
                    : msg('Take it away', { id: 'admin.logo.away' })
                }
              </button>`
        }
      </div>
      <p class="hint" id="hint">
        ${msg('Shown while nobody pays, in place of the product’s own sign. Any picture will do; it is made small enough by itself.', { id: 'admin.logo.hint' })}
      </p>
      <p role="alert" class=${this.problem ? 'problem' : ''}>${this.problem}</p>
    `;
  }

  async #choose(): Promise<void> {
    const [file] = this.input.files ?? [];
    if (!file) return;
    const logo = await logoOf(file);
    if (logo !== undefined) {
      this.#setLogo(logo);
      return;
    }
    this.input.value = '';
    this.problem = msg('That file cannot be shown as a logo. Choose a PNG or JPEG picture.', { id: 'admin.logo.bad' });
  }

  #setLogo(logo: string): void {
    this.problem = '';
    if (logo === '') this.input.value = '';
    this.dispatchEvent(new CustomEvent('chosen', { detail: logo }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'logo-field': LogoField;
  }
}
