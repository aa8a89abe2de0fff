/** A choice of the language; each page gives its label, and what is to be done with it. */
import { html } from 'lit';
import { LOCALES, LOCALE_NAMES, type LocaleName } from './localization.ts';

export const localeChoice = (label: string, current: LocaleName, choose: (locale: LocaleName) => unknown) => html`
  <select
    aria-label=${label}
    data-hook="locale"
    @change=${(event: Event) => choose((event.target as HTMLSelectElement).value === 'fr' ? 'fr' : 'en')}
  >
    ${LOCALES.map(
      (locale) =>
        html`<option value=${locale} lang=${locale} .selected=${locale === current}>${LOCALE_NAMES[locale]}</option>`,
    )}
  </select>
`;
