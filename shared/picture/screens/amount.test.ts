import { describe, expect, it } from 'vitest';
import { amountOf, type AmountStyle } from './amount.ts';

const english: AmountStyle = { locale: 'en', currency_display: 'code' };
const written = (amount: string, currency?: string, style: Partial<AmountStyle> = {}): string =>
  amountOf({ amount, ...(currency === undefined ? {} : { currency }) }, { ...english, ...style });

describe('an amount', () => {
  it.each([
    ['1234567.89', 'MUR', 'MUR 1,234,567.89'],
    ['125000.5', 'JPY', 'JPY 125,001'],
    ['12.345', 'KWD', 'KWD 12.345'],
    ['1250.5', 'MUR', 'MUR 1,250.50'],
    ['1250', 'usd', 'USD 1,250.00'],
    ['0.30000000000000004', 'EUR', 'EUR 0.30'],
    ['12345678901234567890.12', 'EUR', 'EUR 12,345,678,901,234,567,890.12'],
    ['-5', 'MUR', '-MUR 5.00'],
    // CLDR rounds some of these to whole units, as cash is.
    ['1250.5', 'IDR', 'IDR 1,250.50'],
    ['9000', 'CLF', 'CLF 9,000.0000'],
  ])('%s %s has the digits of its currency: %s', (amount, currency, shown) => {
    expect(written(amount, currency)).toBe(shown);
  });

  it.each([
    ['1200.5', undefined, '1,200.50'],
    ['1200', undefined, '1,200'],
    ['1200.125', undefined, '1,200.125'],
    ['1200.5', 'Rs', 'Rs 1,200.50'],
    ['1200.5', '฿', '฿ 1,200.50'],
  ])('%s %s without a known currency loses no digit: %s', (amount, currency, shown) => {
    expect(written(amount, currency)).toBe(shown);
  });

  it.each([
    ['1.250,00', 'EUR', 'EUR 1.250,00'],
    ['1,200.50', 'THB', 'THB 1,200.50'],
    ['1e+21', 'USD', 'USD 1e+21'],
    ['twelve rupees', undefined, 'twelve rupees'],
    ['MUR 1,250/-', 'mur', 'MUR 1,250/-'],
  ])('%s %s is no plain number and is shown as it was sent: %s', (amount, currency, shown) => {
    expect(written(amount, currency)).toBe(shown);
  });

  it('is written as the locale writes it, with the symbol where the site wants that', () => {
    expect(written('1234567.89', 'MUR', { locale: 'fr' })).toBe('1 234 567,89 MUR');
    expect(written('1234567.89', 'EUR', { locale: 'de', currency_display: 'symbol' })).toBe('1.234.567,89 €');
    expect(written('1234567.89', 'INR', { locale: 'en-IN', currency_display: 'symbol' })).toBe('₹12,34,567.89');
    expect(written('1234.5', 'MUR', { currency_display: 'symbol' })).toMatch(/^Rs ?1,234\.50$/);
    expect(written('1.250,00', 'EUR', { currency_display: 'symbol' })).toBe('€ 1.250,00');
  });

  it('that is not there is nothing, whatever the currency', () => {
    expect([amountOf(undefined, english), amountOf({ currency: 'MUR' }, english), written(' ', 'MUR')]).toEqual([
      '',
      '',
      '',
    ]);
  });
});
