/** An amount as people write it: grouped, with the digits that its currency has. */
import type { PictureSettings } from '../../wire/picture.ts';
import type { Caption } from '../picture.ts';

export type AmountStyle = Pick<PictureSettings, 'locale' | 'currency_display'>;

/** Anything else is shown as it was sent: who writes `1.250,00` has formatted it already. */
const PLAIN_NUMBER = /^-?\d+(\.\d+)?$/;
const CURRENCY_CODE = /^[A-Z]{3}$/;

/**
 * Digits of the minor unit where it is no hundredth (ISO 4217, table A.1). Not asked of the realm: a browser and Node
 * may carry tables of different years, and some hold the digits of cash.
 */
const FRACTION_DIGITS: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' ').map((code) => [code, 0]),
  ),
  ...Object.fromEntries('BHD IQD JOD KWD LYD OMR TND'.split(' ').map((code) => [code, 3])),
  CLF: 4,
  UYW: 4,
};
const USUAL_DIGITS = 2;
/** ISO 4217 has none with more; of amounts without a known currency no digit is cut before these. */
const MOST_DIGITS = 12;

/** Empty where there is no amount. One kind of space only: fonts lack the narrow ones. */
export function amountOf(caption: Caption | undefined, style: AmountStyle): string {
  const amount = caption?.amount?.trim() ?? '';
  const currency = caption?.currency?.trim() ?? '';
  if (amount === '') return '';
  return written(amount, currency, style).replace(/\s/gu, ' ');
}

function written(amount: string, currency: string, style: AmountStyle): string {
  const code = currency.toUpperCase();
  const isCode = CURRENCY_CODE.test(code);
  if (!PLAIN_NUMBER.test(amount)) {
    const name = isCode ? currencyName(code, style) : currency;
    const isNamed = name === '' || amount.toUpperCase().includes(code);
    return isNamed ? amount : `${name} ${amount}`;
  }
  if (!isCode) {
    const number = formatted(amount, style.locale, {
      minimumFractionDigits: amount.includes('.') ? USUAL_DIGITS : 0,
      maximumFractionDigits: MOST_DIGITS,
    });
    return currency === '' ? number : `${currency} ${number}`;
  }
  const digits = FRACTION_DIGITS[code] ?? USUAL_DIGITS;
  return formatted(amount, style.locale, {
    ...currencyStyle(code, style),
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

const currencyStyle = (code: string, { currency_display }: AmountStyle): Intl.NumberFormatOptions => ({
  style: 'currency',
  currency: code,
  currencyDisplay: currency_display === 'symbol' ? 'narrowSymbol' : 'code',
});

const currencyName = (code: string, style: AmountStyle): string =>
  new Intl.NumberFormat(style.locale, currencyStyle(code, style))
    .formatToParts(0)
    .find(({ type }) => type === 'currency')?.value ?? code;

/** From the string, not by way of a float: an amount of twenty digits keeps them. */
const formatted = (amount: string, locale: string, options: Intl.NumberFormatOptions): string =>
  new Intl.NumberFormat(locale, options).format(amount as Intl.StringNumericLiteral);
