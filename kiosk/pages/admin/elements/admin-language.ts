/** English or French, at once and without a reload. */
import { LitElement, css } from 'lit';
import { customElement } from 'lit/decorators.js';
import { localized, msg } from '@lit/localize';
import { shared } from '../../../common/styles.ts';
import { localeChoice } from '../../../common/locale-choice.ts';
import { chooseLocale, currentLocale } from '../locales/localization.ts';
import { adminStyles } from '../styles.ts';

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
    return localeChoice(msg('Language', { id: 'admin.language' }), currentLocale(), chooseLocale);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'admin-language': AdminLanguage;
  }
}
