/** "Last seen" in words: `now`, `12 seconds ago`, `yesterday`. */

const MINUTE_S = 60;
const HOUR_S = 3_600;
const DAY_S = 86_400;

const formats = new Map<string, Intl.RelativeTimeFormat>();
function format(locale: string): Intl.RelativeTimeFormat {
  const known = formats.get(locale) ?? new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  formats.set(locale, known);
  return known;
}

export function ageWords(at: number, now: number, locale: string): string {
  const seconds = Math.max(0, Math.round((now - at) / 1000));
  const words = format(locale);
  if (seconds < 2) return words.format(0, 'second');
  if (seconds < MINUTE_S) return words.format(-seconds, 'second');
  if (seconds < HOUR_S) return words.format(-Math.floor(seconds / MINUTE_S), 'minute');
  if (seconds < DAY_S) return words.format(-Math.floor(seconds / HOUR_S), 'hour');
  return words.format(-Math.floor(seconds / DAY_S), 'day');
}

const MOMENT = { dateStyle: 'medium', timeStyle: 'medium' } as const;

/** To the second, in the reader's own way. */
export const momentWords = (text: string, locale: string): string =>
  new Intl.DateTimeFormat(locale, MOMENT).format(new Date(text));

/** Units are signs that every language shares (SI); numbers are the language's own. `340 ms`, `2.1 s`. */
export function durationWords(ms: number, locale: string): string {
  return ms < 1000
    ? `${Math.round(ms).toLocaleString(locale)}\u00a0ms`
    : `${(ms / 1000).toLocaleString(locale, { maximumFractionDigits: ms < 10_000 ? 1 : 0 })}\u00a0s`;
}

/** How long something lasted, in two units at most: `2 h 5 min`, `40 s`. */
export function lengthWords(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  if (seconds < MINUTE_S) return `${seconds}\u00a0s`;
  const minutes = Math.round(seconds / MINUTE_S);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return [hours > 0 ? `${hours}\u00a0h` : '', rest > 0 ? `${rest}\u00a0min` : ''].filter(Boolean).join(' ');
}

/** @param percent of 100; null is not known */
export const percentWords = (percent: number | null, locale: string): string =>
  percent === null ? '–' : (percent / 100).toLocaleString(locale, { style: 'percent', maximumFractionDigits: 1 });
