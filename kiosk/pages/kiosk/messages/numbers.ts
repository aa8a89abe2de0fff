/** Figures as the page's language writes them: 0.8 s, 0,8 s. */
import { currentLocale } from '../locales/localization.ts';

/** Seconds with one decimal, without the unit. */
export const secondsOf = (ms: number): string =>
  new Intl.NumberFormat(currentLocale(), { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(ms / 1000);

/** Minutes and seconds until something ends: 4:05. */
export function countdown(leftMs: number): string {
  const seconds = Math.ceil(leftMs / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** The time of day on this PC, with seconds. */
export const timeOf = (iso: string): string => new Date(iso).toLocaleTimeString(currentLocale());
