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

/** How long something lasted, in its two largest units: `2 h 5 min`, `40 sec`. */
export function lengthWords(ms: number, locale: string): string {
  const seconds = Math.round(ms / 1000);
  const unit = (value: number, name: 'hour' | 'minute' | 'second'): string =>
    value === 0 ? '' : new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'short' }).format(value);
  if (seconds < MINUTE_S) return unit(Math.max(1, seconds), 'second');
  const [hours, minutes] = [Math.floor(seconds / HOUR_S), Math.round((seconds % HOUR_S) / MINUTE_S)];
  return [unit(hours, 'hour'), unit(minutes, 'minute')].filter(Boolean).join(' ');
}
