/** English and French: the browser's choice until the agent makes another, which is kept. */
import { configureLocalization } from '@lit/localize';

export const LOCALES = ['en', 'fr'] as const;
export type LocaleName = (typeof LOCALES)[number];

const KEPT_AS = 'counterqr.locale';

const { setLocale, getLocale } = configureLocalization({
  sourceLocale: 'en',
  targetLocales: ['fr'],
  loadLocale: () => import('./fr.ts'),
});

const isLocale = (name: string | null): name is LocaleName => LOCALES.some((locale) => locale === name);

export const currentLocale = (): LocaleName => (getLocale() === 'fr' ? 'fr' : 'en');

/** The first of the browser's languages that there is a translation for. */
function bestLocale(languages: readonly string[]): LocaleName {
  return languages.map((language) => language.slice(0, 2).toLowerCase()).find(isLocale) ?? 'en';
}

export async function useLocale(locale: LocaleName): Promise<void> {
  await setLocale(locale);
  document.documentElement.lang = locale;
}

export async function chooseLocale(locale: LocaleName): Promise<void> {
  localStorage.setItem(KEPT_AS, locale);
  await useLocale(locale);
}

export function startLocale(): Promise<void> {
  const kept = localStorage.getItem(KEPT_AS);
  return useLocale(isLocale(kept) ? kept : bestLocale(navigator.languages));
}
