/** English and French on the admin page: the browser's choice until the admin makes another, which is kept. */
import { configureLocalization } from '@lit/localize';

export const LOCALES = ['en', 'fr'] as const;
export type LocaleName = (typeof LOCALES)[number];

/** Shared with the kiosk page: one choice a browser. */
const KEPT_AS = 'counterqr.locale';

const { setLocale, getLocale } = configureLocalization({
  sourceLocale: 'en',
  targetLocales: ['fr'],
  loadLocale: () => import('./fr.ts'),
});

const isLocale = (name: string | null | undefined): name is LocaleName => LOCALES.some((locale) => locale === name);

export const currentLocale = (): LocaleName => (getLocale() === 'fr' ? 'fr' : 'en');

/** For numbers and times: the admin's own region where the browser names one of this language. */
export function formatLocale(): string {
  const language = currentLocale();
  return (
    navigator.languages.find((spoken) => spoken.toLowerCase().startsWith(`${language}-`)) ??
    (language === 'en' ? 'en-GB' : 'fr-FR')
  );
}

async function useLocale(locale: LocaleName): Promise<void> {
  await setLocale(locale);
  document.documentElement.lang = locale;
}

export async function chooseLocale(locale: LocaleName): Promise<void> {
  localStorage.setItem(KEPT_AS, locale);
  await useLocale(locale);
}

export function startLocale(): Promise<void> {
  const kept = localStorage.getItem(KEPT_AS);
  const spoken = navigator.languages.map((language) => language.slice(0, 2).toLowerCase()).find(isLocale);
  return useLocale(isLocale(kept) ? kept : (spoken ?? 'en'));
}
