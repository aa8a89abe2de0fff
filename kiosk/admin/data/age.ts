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

/** `340 ms`, `2.1 s`. */
export function durationWords(ms: number, locale: string): string {
  const [value, unit, digits] = ms < 1000 ? [ms, 'millisecond', 0] : [ms / 1000, 'second', ms < 10_000 ? 1 : 0];
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits: digits,
  }).format(value);
}
