/**
 * English and French: the browser's choice until a person makes another, which is kept for all pages of this browser.
 */
import { configureLocalization, type LocaleModule } from '@lit/localize';

export const LOCALES = ['en', 'fr'] as const;
export type LocaleName = (typeof LOCALES)[number];
/** As the languages call themselves. */
export const LOCALE_NAMES: Readonly<Record<LocaleName, string>> = { en: 'English', fr: 'Français' };

const KEPT_AS = 'counterqr.locale';

const isLocale = (name: string | null | undefined): name is LocaleName => LOCALES.some((locale) => locale === name);

/** Once a page. */
export function createLocalization(loadFrench: () => Promise<LocaleModule>) {
  const { getLocale, setLocale } = configureLocalization({
    sourceLocale: 'en',
    targetLocales: ['fr'],
    loadLocale: loadFrench,
  });

  const currentLocale = (): LocaleName => (getLocale() === 'fr' ? 'fr' : 'en');

  async function useLocale(locale: LocaleName): Promise<void> {
    await setLocale(locale);
    document.documentElement.lang = locale;
  }

  return {
    currentLocale,
    useLocale,

    /** For numbers and times: the reader's own region where the browser names one of this language. */
    formatLocale(): string {
      const language = currentLocale();
      return (
        navigator.languages.find((spoken) => spoken.toLowerCase().startsWith(`${language}-`)) ??
        (language === 'en' ? 'en-GB' : 'fr-FR')
      );
    },

    async chooseLocale(locale: LocaleName): Promise<void> {
      localStorage.setItem(KEPT_AS, locale);
      await useLocale(locale);
    },

    /** Follows, from then on, what is chosen on other pages, the demo's frame among them. */
    startLocale(): Promise<void> {
      addEventListener('storage', ({ key, newValue }) => {
        if (key === KEPT_AS && isLocale(newValue)) void useLocale(newValue);
      });
      const kept = localStorage.getItem(KEPT_AS);
      const spoken = navigator.languages.map((language) => language.slice(0, 2).toLowerCase()).find(isLocale);
      return useLocale(isLocale(kept) ? kept : (spoken ?? 'en'));
    },
  };
}
