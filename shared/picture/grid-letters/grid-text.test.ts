import { describe, expect, it } from 'vitest';
import { amountOf } from '../screens/amount.ts';
import { gridLine, type GridWeight } from './grid-text.ts';

const look = (text: string, weight: GridWeight = 'regular'): string[] => {
  const line = gridLine(text, weight);
  if (!line) return ['none'];
  const rows = Array.from({ length: line.bottom - line.top }, () => Array<string>(line.width).fill('.'));
  for (const [column, row] of line.cells) rows[row - line.top][column] = '#';
  return rows.map((row) => row.join(''));
};

const ALPHABETS = {
  Latin: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyzÆŒØĐÞŁßæœøðđþłħı',
  accents: 'ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖÙÚÛÜÝàáâãäåçèéêëìíîïñòóôõöùúûüýÿąćęńóśźżčďěňřšťůžğşİőűșțāēīūģķļņ',
  Vietnamese: 'ăâêôơưĂÂÊÔƠƯấầẩẫậắằẳẵặếềểễệốồổỗộớờởỡợứừửữựỳỵỷỹịỉĩọỏạảẹẻẽụủũ',
  Greek: 'ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰΆΈΉΊΌΎΏ',
  Cyrillic: 'АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдеёжзийклмнопрстуфхцчшщъыьэюяєіїґЄІЇҐўЎћђљњџќѓ',
  digits: '0123456789',
};

describe.each(Object.entries(ALPHABETS))('%s', (_, letters) => {
  it('has every letter, and no two alike', () => {
    const looks = new Map<string, string>();
    for (const letter of new Set(letters)) {
      const drawn = look(letter).join('/');
      expect(drawn, letter).toContain('#');
      expect(looks.get(drawn), letter).toBeUndefined();
      looks.set(drawn, letter);
    }
  });
});

const BOLD = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.,-–’:;+/()$€£¥₹฿₽₩₦₪₫₱₡₲₴₵₸₺₼₾₭₮';

it('has bold letters, digits and signs, no two alike, capitals and digits ten cells tall', () => {
  const looks = new Map<string, string>();
  for (const sign of BOLD) {
    const drawn = look(sign, 'bold').join('/');
    expect(drawn, sign).toContain('#');
    expect(looks.get(drawn), sign).toBeUndefined();
    looks.set(drawn, sign);
  }
  for (const sign of 'ABCDEFGHIJKLMNOPRSTUVWXYZ0123456789') expect(look(sign, 'bold'), sign).toHaveLength(10);
});

/** Locales whose digits and letters are those of the grid; Arabic, Hebrew and Indian ones have the realm's fonts. */
const LOCALES =
  'en en-IN en-MU fr fr-CH de de-CH es es-MX pt pt-BR it nl sv da nb fi pl cs hu ro bg ru uk sr hr el tr lv vi id ms mk uz';
/** Drawn by the realm's fonts: Afghani, Armenian dram, taka, riel, Kyrgyz som, and lari in its own letters. */
const NOT_ON_GRID = /[؋֏৳៛⃀\u10a0-\u10ff]/u;

it.each(LOCALES.split(' '))('has all that an amount holds in %s, in bold: code or sign of any currency', (locale) => {
  for (const currency of Intl.supportedValuesOf('currency'))
    for (const currency_display of ['code', 'symbol'] as const) {
      const amount = amountOf({ amount: '-1234567.89', currency }, { locale, currency_display });
      if (!NOT_ON_GRID.test(amount)) expect(gridLine(amount, 'bold'), amount).toBeDefined();
    }
});

it('has bold money in place of regular letters only where each of its letters is bold', () => {
  expect(gridLine('двадцать', 'bold')).toBeUndefined();
  // The bold figures' ten rows, and the two of р's tail.
  expect(look('20 рублей', 'figures')).toHaveLength(12);
});

it('puts accents above the letter, in place of its dot, and keeps them apart', () => {
  expect(look('í')).toEqual(['.#', '#.', '..', '.#', '.#', '.#', '.#', '.#']);
  expect(look('ï')).toEqual(['#.#', '...', '.#.', '.#.', '.#.', '.#.', '.#.']);
  // Circumflex, then acute; a free row under them.
  expect(look('ế').slice(0, 5)).toEqual(['..#.', '.#..', '.#..', '#.#.', '....']);
  expect(look('ạ').slice(-2)).toEqual(['....', '.#..']);
});

it('is as wide as its letters: proportional', () => {
  const widthOf = (text: string) => gridLine(text, 'regular')?.width;
  expect([widthOf('i'), widthOf('n'), widthOf('m'), widthOf('ni'), widthOf('n i')]).toEqual([1, 4, 5, 6, 9]);
});

it.each(['佐藤', 'محمد', 'สมชาย', 'राजेश', 'A\ufe0f😀'])('does not know %s', (text) => {
  expect(gridLine(text, 'regular')).toBeUndefined();
});
