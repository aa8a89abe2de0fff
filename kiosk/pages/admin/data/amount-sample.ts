/** How a language writes an amount: what a setting means is seen at once. */

const AMOUNT = 1_234_567.89;

/** An amount as `locale` writes it; undefined when that is no language tag that the browser knows. */
export function amountSample(locale: string, currencyDisplay: 'code' | 'symbol'): string | undefined {
  try {
    if (Intl.NumberFormat.supportedLocalesOf(locale).length === 0) return undefined;
    return new Intl.NumberFormat(locale, { style: 'currency', currency: 'MUR', currencyDisplay }).format(AMOUNT);
  } catch {
    return undefined;
  }
}
