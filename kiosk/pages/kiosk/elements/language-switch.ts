/** English or French, at once and without a reload. */
import { LitElement, css, html } from 'lit';
import { customElement } from 'lit/decorators.js';
import { localized } from '@lit/localize';
import { LOCALES, LOCALE_NAMES } from '../../../common/localization.ts';
import { chooseLocale, currentLocale } from '../locales/localization.ts';
import { shared } from '../../../common/styles.ts';

@localized()
@customElement('language-switch')
export class LanguageSwitch extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: inline-flex;
      }

      button {
        padding: 0.3em 0.8em;
      }

      button[aria-pressed='true'] {
        color: var(--text);
        text-decoration: underline;
        text-decoration-thickness: 2px;
        text-underline-offset: 6px;
      }
    `,
  ];

  override render() {
    return LOCALES.map(
      (locale) => html`
        <button
          class="quiet"
          lang=${locale}
          data-hook="locale-${locale}"
          aria-pressed=${currentLocale() === locale ? 'true' : 'false'}
          @click=${() => void chooseLocale(locale)}
        >
          ${LOCALE_NAMES[locale]}
        </button>
      `,
    );
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'language-switch': LanguageSwitch;
  }
}
