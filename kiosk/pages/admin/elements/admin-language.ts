/** English or French, at once and without a reload. */
import { LitElement, css, html } from 'lit';
import { customElement } from 'lit/decorators.js';
import { localized, msg } from '@lit/localize';
import { shared } from '../../../common/styles.ts';
import { LOCALES, chooseLocale, currentLocale, type LocaleName } from '../locales/localization.ts';
import { adminStyles } from '../styles.ts';

const NAMES: Readonly<Record<LocaleName, string>> = { en: 'English', fr: 'Français' };

@localized()
@customElement('admin-language')
export class AdminLanguage extends LitElement {
  static override styles = [
    shared,
    adminStyles,
    css`
      @media (max-width: 760px) {
        select {
          padding-inline: 6px;
        }
      }
    `,
  ];

  override render() {
    return html`
      <select aria-label=${msg('Language', { id: 'admin.language' })} data-hook="locale" @change=${this.#choose}>
        ${LOCALES.map(
          (locale) =>
            html`<option value=${locale} lang=${locale} ?selected=${locale === currentLocale()}>
              ${NAMES[locale]}
            </option>`,
        )}
      </select>
    `;
  }

  #choose(event: Event): void {
    const { value } = event.target as HTMLSelectElement;
    void chooseLocale(value === 'fr' ? 'fr' : 'en');
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'admin-language': AdminLanguage;
  }
}
